// The questions of Find: the plain pages' form, sent at every change and filled in with what it asks.
// The server reads the answers alone; texts go in by textContent or as values, never as markup,
// but for the week's numbers, which a template of ours draws.
const STEP = 0.005; // the phone's own place is rounded to about 500 m before it leaves the browser
const round = (degrees) => (Math.round(degrees / STEP) * STEP).toFixed(3);
const AT_ONCE = "checkbox,select-one,date,time,number";

const TRIES_MS = [500, 1000, 2000, 4000, 8000];

export default function (component) {
  const root = component.parentElement;
  root.latest = component;
  // The same form of a newer list has another address, but the same end of it.
  const content = component.data.form.split("-").pop();
  if (root.content === content) draw(root);
  else fetch_form(root, (root.content = content), 0);
}

function fetch_form(root, content, turn) {
  fetch(new URL(root.latest.data.form, document.baseURI))
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .then((html) => {
      if (root.content !== content) return; // another one was asked for since
      const made = document.createElement("template");
      made.innerHTML = html; // drawn by a template of ours, the same for everybody
      root.querySelector("#questions")?.remove();
      root.append(made.content);
      draw(root);
    })
    .catch(() => {
      if (root.content !== content) return;
      if (turn < TRIES_MS.length) setTimeout(fetch_form, TRIES_MS[turn], root, content, turn + 1);
      else root.content = ""; // the next run asks again
    });
}

function draw(root) {
  const { data, parentElement, setStateValue } = root.latest;
  const form = parentElement.querySelector("form");
  if (!form) return; // it is on its way, and is filled in with what is asked by then
  const week = parentElement.querySelector("#week");
  form.send = (extra) => {
    const pairs = new URLSearchParams(new FormData(form));
    if (extra) pairs.append(...extra);
    if (week.open) pairs.append("week", "yes"); // how many fit when is counted once it is opened
    form.sent = Math.max(Date.now(), (form.sent || 0) + 1);
    setStateValue("form", { sent: form.sent, pairs: pairs.toString() });
  };
  if (!form.listens) listen(form, parentElement);
  form.texts = data;
  // The answer to what was asked before something else was is not filled in.
  if (data.sent < (form.sent || 0) && data.set === form.set) return;
  fill(form, parentElement, data, data.set !== form.set);
  form.set = data.set;
}

function listen(form, parentElement) {
  form.listens = true;
  offer(form.elements.q, form.querySelector("#wishes"));
  const here = () => form.elements.here;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const press = event.submitter;
    form.send(press?.name ? [press.name, press.value] : null);
  });
  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input.name === "where" && here()) here().remove();
    // A text is sent when it is left, unless the press that it was left for sends it anyhow.
    if (AT_ONCE.includes(input.type)) form.send();
    else setTimeout(() => input.value === (input.known ?? "") || form.send(), 200);
  });
  const week = parentElement.querySelector("#week");
  week.addEventListener("toggle", () => week.open && !week.drawn && form.send());
  const locate = form.querySelector(".locate");
  const told = form.querySelector("output");
  locate.firstElementChild.textContent = "my_location";
  locate.addEventListener("click", () => {
    if (!navigator.geolocation) {
      told.textContent = form.texts.failed;
      return;
    }
    told.textContent = form.texts.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        told.textContent = "";
        form.elements.where.value = "";
        keep(form, [["here", `${round(coords.latitude)},${round(coords.longitude)}`]]);
        form.send();
      },
      () => (told.textContent = form.texts.failed),
      { maximumAge: 600000, timeout: 15000 },
    );
  });
}

function fill(form, parentElement, data, by_server) {
  const wanted = new Map();
  for (const [name, value] of data.pairs) wanted.set(name, [...(wanted.get(name) || []), value]);
  const focused = form.getRootNode().activeElement;
  const known = new Set(["language", "here"]);
  for (const input of form.elements) {
    if (!input.name || input.type === "hidden" || input.tagName === "BUTTON") continue;
    known.add(input.name);
    const values = wanted.get(input.name) || [];
    if (input.type === "checkbox") input.checked = values.includes(input.value);
    else if (input.tagName === "SELECT") input.value = values[0] ?? "any";
    else {
      // What is being typed goes on being typed.
      if (by_server || input !== focused || input.value === (input.known ?? ""))
        input.value = values[0] ?? "";
      input.known = input === focused ? input.value : (values[0] ?? "");
    }
  }
  const others = data.pairs.filter(([name]) => !known.has(name));
  form.querySelector("#kept").replaceChildren();
  keep(form, data.here ? [...others, ["here", data.here]] : others);

  const chips = form.querySelector(".chips");
  chips.replaceChildren(...data.chips.map(chip));
  chips.hidden = !data.chips.length;
  const note = form.querySelector(".here");
  note.hidden = !data.here;
  note.querySelector("span").textContent = data.here_note;
  form.querySelector("button[value=clear]").hidden = !data.any;
  for (const fold of form.querySelectorAll(".fold")) count(fold, by_server);
  const week = parentElement.querySelector("#week");
  week.hidden = !data.week;
  week.firstElementChild.textContent = data.week;
  if (week.drawn !== data.strip) week.lastElementChild.innerHTML = week.drawn = data.strip;
}

const keep = (form, pairs) =>
  form.querySelector("#kept").append(
    ...pairs.map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value })),
  );

const chip = ([stretch, means, label]) => {
  const made = document.createElement("li");
  const press = document.createElement("button");
  Object.assign(press, { className: "press", name: "off", value: stretch, textContent: `${means} ✕` });
  press.setAttribute("aria-label", label);
  made.append(press);
  return made;
};

// A fold says how many of its choices are picked, and opens for those that somebody else picked.
function count(fold, opens) {
  const head = fold.querySelector("summary");
  const picked = fold.querySelectorAll("input:checked").length;
  let number = head.querySelector("span");
  if (!number) head.append((number = document.createElement("span")));
  number.textContent = picked ? ` (${picked})` : "";
  if (opens && picked) fold.open = true;
}
