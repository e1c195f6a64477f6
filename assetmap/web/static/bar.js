// The help that is always in sight, and the quick exit. Text goes in by textContent only.
export default function ({ data, parentElement }) {
  const bar = parentElement.querySelector(".bar");
  bar.setAttribute("aria-label", data.label);
  document.documentElement.lang = data.language; // what a screen reader speaks by
  const lines = data.lines.map((line) => {
    const made = link("tel", line.phone, line.text);
    if (!line.texts) return made;
    const both = document.createElement("span");
    both.append(made, " ", link("sms", line.text_to, line.texts));
    return both;
  });
  const notes = [data.exit_note, data.exit_keys].filter(Boolean).map((text) => {
    const made = document.createElement("small");
    made.textContent = text;
    return made;
  });
  const said = document.createElement("p");
  said.append(...notes.flatMap((note) => [note, " "]));
  // One line that stays small and opens: on a phone the question comes first.
  const fold = document.createElement("details");
  const head = document.createElement("summary");
  head.append(`${data.crisis} `);
  for (const line of data.lines.slice(0, 3)) {
    const number = document.createElement("b");
    number.textContent = line.phone;
    head.append(number, " ");
  }
  fold.append(head, ...lines, said);
  fold.open = Boolean(bar.querySelector("details")?.open);
  const banner = document.createElement("small");
  banner.textContent = data.banner;
  bar.replaceChildren(fold, exit(data), ...(data.banner ? [banner] : []));
  // Esc twice within a second leaves as the button does.
  let last = 0;
  const pressed = (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - last < 1000) leave(data.exit_to);
    last = event.timeStamp;
  };
  document.addEventListener("keydown", pressed, true);
  return () => document.removeEventListener("keydown", pressed, true);
}

const link = (scheme, phone, text) => {
  const made = document.createElement("a");
  made.href = `${scheme}:${phone.replace(/[^0-9+]/g, "")}`;
  made.textContent = text;
  return made;
};

// Stays at the top of the screen; on a phone only its first word shows.
const exit = (data) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "exit";
  made.setAttribute("aria-label", data.exit);
  made.setAttribute("aria-description", data.exit_note);
  made.title = data.exit_note;
  const [first, ...others] = data.exit.split(" ");
  const rest = document.createElement("span");
  rest.textContent = ` ${others.join(" ")}`;
  made.append(first, rest);
  made.addEventListener("click", () => leave(data.exit_to));
  return made;
};

const leave = (to) => {
  // replace() takes this page out of the back button; the history itself stays. In a frame of
  // somebody's site the whole window goes, not the frame alone.
  document.documentElement.style.display = "none";
  try {
    window.top.location.replace(to);
  } catch {
    window.location.replace(to);
  }
};
