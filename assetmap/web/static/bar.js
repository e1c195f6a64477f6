// The help that is always in sight, and the quick exit. Text goes in by textContent only.
export default function ({ data, parentElement }) {
  const bar = parentElement.querySelector(".bar");
  bar.setAttribute("aria-label", data.label);
  const lines = data.lines.map((line) => {
    const made = document.createElement("a");
    made.href = `tel:${line.phone.replace(/[^0-9+]/g, "")}`;
    made.textContent = line.text;
    if (!line.texts) return made;
    const both = document.createElement("span");
    const text = document.createElement("a");
    text.href = `sms:${line.phone.replace(/[^0-9+]/g, "")}`;
    text.textContent = line.texts;
    both.append(made, " · ", text);
    return both;
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
  const banner = document.createElement("p");
  banner.textContent = data.banner;
  banner.hidden = !data.banner;
  const leave = document.createElement("div");
  leave.append(exit, note);
  bar.replaceChildren(...lines, leave, banner);
}
