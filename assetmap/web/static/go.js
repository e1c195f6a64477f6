// On a phone the list lies below the questions: this says how many were found and goes there.
export default function ({ data, parentElement }) {
  const press = parentElement.querySelector("button");
  const list = () => document.querySelector(`.st-key-${data.to}`);
  press.replaceChildren();
  for (const text of [data.text, data.label]) {
    const made = document.createElement(text === data.label ? "strong" : "span");
    made.textContent = text;
    press.append(made, " ");
  }
  press.onclick = () => list()?.scrollIntoView({ block: "start" });
  press.hidden = !data.text;
  // Out of the way as soon as the list itself is in sight, or has gone by.
  const look = () => {
    const top = list()?.getBoundingClientRect().top;
    press.classList.toggle("there", top === undefined || top < window.innerHeight - 120);
  };
  const scrolled = document.querySelector("[data-testid=stMain]") || window;
  scrolled.addEventListener("scroll", look, { passive: true });
  window.addEventListener("resize", look);
  const waiting = setTimeout(look, 300);
  look();
  return () => {
    clearTimeout(waiting);
    scrolled.removeEventListener("scroll", look);
    window.removeEventListener("resize", look);
  };
}
