"""What /healthz tells of the ledger, of waiting lists, of the sources' ages and the last backup."""

from __future__ import annotations

from datetime import UTC, datetime

from assetmap.community.backup import last_backup
from assetmap.community.deciding import count_waiting
from assetmap.community.imports import waiting
from assetmap.ledger import StoreError, store_of
from assetmap.web.state import State


def upkeep(state: State) -> dict[str, object]:
    """Numbers and days only: nothing of what people said, and nothing of a visitor."""
    community = state.community
    today = state.now().date()
    status: dict[str, object] = {
        "source_ages_days": {
            source.key: (today - source.date).days
            for source in community.sources
            if source.date is not None
        },
        "ledger": _ledger(state),
    }
    held = waiting(community.path)
    if held:
        status["held"] = held
    backup = last_backup(community.path)
    status["last_backup"] = backup.isoformat(timespec="seconds") if backup else None
    status["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    return status


def _ledger(state: State) -> dict[str, object]:
    try:
        store = store_of(state.community.path)
        if not store.exists():
            return {"status": "none"}
        newest = store.version()
    except StoreError as error:
        return {"status": str(error), "served": state.community.said.version}
    return {
        "status": "ok",
        "newest": newest,
        "served": state.community.said.version,
        "waiting": count_waiting(state.community),
    }
