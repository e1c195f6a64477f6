// The page that is here at once gives way to the app when that is ready, and only while nobody has
// begun to use it. Whoever has is offered a button, which hands over what is filled in behind `#`,
// where no server sees it. A phone that saves data starts the app only at a press.
(() => {
  const LOOK_MS = 100;
  const HANDED_MS = 3000;
  // What a link of ours carries: a card, a list, a search, or a form from /directory.
  const LINKED = /^#(card|list|find|form)[=&]/;
  const start = document.getElementById("start");
  const root = document.getElementById("root");
  const form = document.getElementById("ask");
  const press = document.getElementById("open-app");
  const files = JSON.parse(document.getElementById("app-files").textContent);
  const answers = () => new URLSearchParams(new FormData(form)).toString();
  const empty = answers();
  const linked = LINKED.test(window.location.hash);
  let looking = 0;
  let touched = false;
  let wanted = false;

  const add = (name, attributes) => {
    const made = document.createElement(name);
    Object.assign(made, { crossOrigin: "", ...attributes });
    document.head.append(made);
  };

  // On its way while the first frame is drawn; nothing of it is read before that.
  const fetch_ahead = () => {
    for (const href of [files.entry, ...files.modules])
      add("link", { rel: "preload", as: "script", fetchPriority: "low", href });
  };

  const begin = () => {
    if (looking) return;
    for (const href of files.styles) add("link", { rel: "stylesheet", href });
    for (const href of files.modules) add("link", { rel: "modulepreload", href });
    add("script", { type: "module", src: files.entry });
    // What the app would ask for at its very end.
    add("link", { rel: "modulepreload", href: files.parts });
    add("link", { rel: "preload", as: "fetch", href: files.form });
    looking = setInterval(look, LOOK_MS);
  };

  const app = () => root.querySelector("[data-testid=stApp]");
  const at_rest = () => app()?.dataset.testScriptState === "notRunning";
  // The questions fetch their form: a page that they would push down later is not ready.
  const asks = () => {
    const questions = root.querySelector(".st-key-questions");
    return !questions || [...questions.querySelectorAll("*")].some((part) => part.shadowRoot?.querySelector("form"));
  };
  // It has its heading and a card, or has come to its end without one; nothing is a grey box.
  const ready = () =>
    root.querySelector("h1") &&
    asks() &&
    !root.querySelector("[data-testid=stSkeleton]") &&
    (at_rest() ||
      [...root.querySelectorAll(".st-key-first *")].some((part) =>
        part.shadowRoot?.querySelector("article"),
      ));

  const look = () => {
    if (!ready()) return;
    clearInterval(looking);
    if (wanted) hand_over();
    else if (touched || answers() !== empty) press.hidden = false;
    else if (linked) when_taken(change_over);
    else change_over();
  };

  const change_over = () => {
    start.remove();
    document.getElementById("start-style").remove();
    root.className = "";
    root.inert = false;
    window.scrollTo(0, 0);
  };

  // The app takes the answers out of the address, runs, and is shown with what they ask.
  const when_taken = (then) => {
    const began = Date.now();
    const waiting = setInterval(() => {
      const taken = !window.location.hash && at_rest();
      if (!taken && Date.now() - began < HANDED_MS) return;
      clearInterval(waiting);
      then();
    }, LOOK_MS);
  };

  const hand_over = () => {
    const filled = answers() !== empty;
    if (filled) window.location.replace(`#form&${answers()}`);
    const shown = () => {
      change_over();
      const heading = root.querySelector("h1");
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    };
    if (filled || linked) when_taken(shown);
    else shown();
  };

  press.addEventListener("click", () => {
    if (wanted) return;
    wanted = true;
    press.textContent = press.dataset.opening;
    press.setAttribute("aria-busy", "true");
    if (looking && ready()) hand_over();
    else begin();
  });
  const touch = () => (touched = true);
  for (const sign of ["pointerdown", "keydown", "input", "focusin"])
    start.addEventListener(sign, touch, { passive: true });
  window.addEventListener("scroll", touch, { passive: true });

  if (files.waits || navigator.connection?.saveData) press.hidden = false;
  // After the first frame: what is here comes first.
  else {
    fetch_ahead();
    requestAnimationFrame(() => setTimeout(begin));
  }
})();
