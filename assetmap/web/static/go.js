// On a phone the list lies below the questions and the map below the first lines: first a button
// that says how many were found and goes there, then a switch between list and map.
export default function ({ data, parentElement }) {
  const far = parentElement.querySelector(".far");
  const near = parentElement.querySelector("nav");
  const [to_list, to_map] = near.querySelectorAll("button");
  const list = () => document.querySelector(`.st-key-${data.list}`);
  const map = () => document.querySelector(`.st-key-${data.map}`);
  const go = (part) => () => part()?.scrollIntoView({ block: "start" });

  far.replaceChildren();
  for (const [name, text] of [["span", data.text], ["strong", data.see]]) {
    const made = document.createElement(name);
    made.textContent = text;
    far.append(made, " ");
  }
  near.setAttribute("aria-label", data.label);
  to_list.textContent = data.list_name;
  to_map.textContent = data.map_name;
  far.onclick = go(list);
  to_list.onclick = go(list);
  to_map.onclick = go(map);

  const look = () => {
    const top = list()?.getBoundingClientRect().top;
    const reached = top !== undefined && top < window.innerHeight - 120;
    far.hidden = reached || top === undefined || !data.text;
    near.hidden = !reached || !map();
    const shown = map()?.getBoundingClientRect();
    const line = window.innerHeight / 4;
    const on_map = Boolean(shown && shown.top < line && shown.bottom > line);
    to_list.setAttribute("aria-pressed", String(!on_map));
    to_map.setAttribute("aria-pressed", String(on_map));
  };
  const scrolled = document.querySelector("[data-testid=stMain]") || window;
  scrolled.addEventListener("scroll", look, { passive: true });
  window.addEventListener("resize", look);
  // The page grows while it is drawn, without a scroll.
  const growing = new ResizeObserver(look);
  growing.observe(list()?.parentElement?.parentElement ?? document.body);
  look();
  return () => {
    growing.disconnect();
    scrolled.removeEventListener("scroll", look);
    window.removeEventListener("resize", look);
  };
}
