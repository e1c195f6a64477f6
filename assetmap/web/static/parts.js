// Each part puts its style and its first HTML into its place once, then draws what it is handed.
const places = new WeakMap();

export const part = (name) => (component) => {
  const { parentElement } = component;
  const { show, style, html } = parts[name];
  const data = read(component.data);
  if (!places.has(parentElement)) {
    places.set(parentElement, new Map());
    const sheet = document.createElement("style");
    sheet.textContent = style;
    const first = document.createElement("template");
    first.innerHTML = html; // our own, from parts.py
    parentElement.append(sheet, first.content);
  }
  const ends = [show({ ...component, data }), ...beside(component, data?.beside || [])];
  return () => ends.forEach((end) => end?.());
};

// Small parts stand below a large one: each of its own would be a message and a redraw more.
function beside(component, wanted) {
  const known = places.get(component.parentElement);
  for (const [name, place] of known) {
    if (wanted.some(([other]) => other === name)) continue;
    place.remove();
    known.delete(name);
  }
  return wanted.map(([name, data]) => {
    if (!known.has(name)) {
      const place = document.createElement("div");
      place.attachShadow({ mode: "open" });
      known.set(name, place);
    }
    const place = known.get(name);
    if (place.parentNode !== component.parentElement) component.parentElement.append(place);
    return part(name)({ ...component, parentElement: place.shadowRoot, data });
  });
}

// Large data comes as the bytes of its JSON, written once for all who ask the same.
const read = (data) =>
  data instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(data)) : data;
