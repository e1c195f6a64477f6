// The help that is always in sight, and the quick exit. Text goes in by textContent only.
export default function ({ data, parentElement }) {
  const bar = parentElement.querySelector(".bar");
  bar.setAttribute("aria-label", data.label);
  const lines = data.lines.map((line) => {
    const made = document.createElement("a");
    made.href = `tel:${line.phone.replace(/[^0-9+]/g, "")}`;
    made.textContent = line.text;
    return made;
  });
  const texts = data.lines
    .filter((line) => line.texts)
    .map((line) => {
      const made = document.createElement("a");
      made.href = `sms:${line.phone.replace(/[^0-9+]/g, "")}`;
      made.textContent = line.texts;
      return made;
    });
  const exit = document.createElement("button");
  exit.type = "button";
  exit.className = "exit";
  exit.textContent = data.exit;
  exit.title = data.exit_note;
  exit.setAttribute("aria-description", data.exit_note);
  exit.addEventListener("click", () => {
    // replace() takes this page out of the back button; the history itself stays.
    document.documentElement.style.display = "none";
    window.location.replace(data.exit_to);
  });
  const note = document.createElement("small");
  note.textContent = data.exit_note;
  bar.replaceChildren(...lines, ...texts, exit, note);
}
