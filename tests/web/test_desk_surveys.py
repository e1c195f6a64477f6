"""The desk's page of surveys: a table is published and taken back, a recipe is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_desk import ORIGIN, Person, Town, sentence, town

__all__ = ["town"]  # the fixture
SAFE = (
    "wave,area,question,answer,n_asked,n_answering,count,estimate,low,high\n"
    "Fall 2026,county,needs,home,100,100,40,0.4000,0.3094,0.4980\n"
    "Fall 2026,county,needs,job,100,100,60,0.6000,0.5020,0.6906\n"
)
RECIPE = """version = 1
tool = "plain"

[[question]]
id = "needs"
type = "one"
columns = ["What do you need?"]
[question.label]
en = "What do you need?"
[question.answers]
home = "A home"
job = "A job"
"""


def send(person: Person, name: str, data: bytes, **more: str):  # type: ignore[no-untyped-def]
    return person.post("/desk/survey", files={"file": (name, data)}, **more)


def test_an_owner_publishes_a_table_and_takes_it_back(town: Town) -> None:
    owner = Person(town, "owner")
    done = send(owner, "out.csv", SAFE.encode(), decision="the board, November 3")
    assert done.status_code == 303
    table = (town.folder / "releases" / "fall-2026.csv").read_text("utf-8")
    assert ',owner,"the board, November 3",2 of 2 shown\n' in table
    town.look()
    assert "Fall 2026" in owner.get("/desk/survey").text
    # Who did it stands in the history; the same wave is not published twice.
    assert "Fall 2026" in owner.get("/desk/history").text
    assert "is out already" in sentence(send(owner, "out.csv", SAFE.encode()))
    assert owner.post("/desk/survey", wave="Fall 2026").status_code == 303
    assert not (town.folder / "releases" / "fall-2026.csv").exists()
    assert (town.folder / "releases" / "withdrawn" / "fall-2026.csv").is_file()
    assert "Fall 2026" not in owner.get("/desk/survey").text
    again = owner.post("/desk/survey", wave="Fall 2026")
    assert "Fall 2026" in sentence(again)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (SAFE.replace(",40,", ",4,").encode(), "cms11"),
        (b"name,phone\nThe Ark,(618) 555-0102\n", "is not a table that"),
        (b"\xff\xfe\x00\x00", "out.csv"),
        (b"", "file"),
    ],
)
def test_what_is_no_safe_table_is_refused_in_one_sentence(
    town: Town, data: bytes, says: str
) -> None:
    owner = Person(town, "owner")
    answer = send(owner, "out.csv", data)
    assert says in sentence(answer)
    assert not (town.folder / "releases").exists()


def test_a_recipe_is_kept_and_a_damaged_one_is_not(town: Town) -> None:
    owner = Person(town, "owner")
    assert send(owner, "../Our Form 2026.toml", RECIPE.encode()).status_code == 303
    kept = list((town.folder / "recipes").iterdir())
    assert [path.name for path in kept] == ["our-form-2026.toml"]
    assert not sorted(Path(town.folder).parent.glob("*.toml"))
    assert sentence(send(owner, "bad.toml", b"version = = 1"))
    assert len(list((town.folder / "recipes").iterdir())) == 1


@pytest.mark.parametrize("role", ["editor", "volunteer"])
def test_who_may_not_publish_sees_and_changes_nothing(town: Town, role: str) -> None:
    person = Person(town, role)
    for answer in (person.get("/desk/survey"), send(person, "out.csv", SAFE.encode())):
        assert answer.status_code == 403
    no_token = person.browser.post(
        "/desk/survey", headers=ORIGIN, files={"file": ("out.csv", SAFE.encode())}
    )
    assert no_token.status_code in (400, 403)
    assert not (town.folder / "releases").exists()
