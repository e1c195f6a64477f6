// Areas coloured by a number, each reachable by keyboard; an undefined one is hatched and says so.
assetmap.colour = (wanted) => {
  assetmap.wanted = wanted;
  const layer = new L.Layer();
  layer.onAdd = () => assetmap.draw_areas();
  layer.onRemove = () => {};
  return layer;
};

assetmap.draw_areas = () => {
  const { map, areas, wanted } = assetmap;
  if (!areas || !wanted || !wanted.classes) return;
  if (!assetmap.shapes) assetmap.make_shapes();
  areas.forEach((area, place) => {
    const own = Object.hasOwn(wanted.classes, area.id) ? wanted.classes[area.id] : null;
    const number = Object.hasOwn(wanted.labels, area.id)
      ? wanted.labels[area.id]
      : own === null ? wanted.legend.undefined : assetmap.say("no_number");
    const text = `${area.name}: ${number}`;
    assetmap.shapes[place].text = text;
    assetmap.shapes[place].setStyle({
      fillColor: own === null ? "url(#assetmap-hatch)" : wanted.colours[own],
    });
    assetmap.shapes[place].eachLayer((path) => path.getElement().setAttribute("aria-label", text));
  });
  assetmap.show_legend(wanted);
  map.getContainer().dataset.drawn = (assetmap.drawings = (assetmap.drawings || 0) + 1);
};

assetmap.make_shapes = () => {
  const { map } = assetmap;
  const style = { className: "assetmap-area", fillOpacity: 1, weight: 1 };
  assetmap.shapes = assetmap.areas.map((area) => {
    const shape = L.geoJSON(area.shape, { style }).addTo(map);
    const show = () => assetmap.tell_area(shape.text, area.shape);
    shape.on("mouseover", show).on("mouseout", () => assetmap.tell_area(""));
    shape.on("click", () => assetmap.choose({ area: area.id }));
    shape.eachLayer((path) => {
      const element = path.getElement();
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
      element.addEventListener("focus", show);
      element.addEventListener("blur", () => assetmap.tell_area(""));
      element.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        assetmap.choose({ area: area.id });
      });
    });
    return shape;
  });
  assetmap.add_hatch(map.getPane("overlayPane").querySelector("svg"));
};

assetmap.add_hatch = (svg) => {
  const made = (tag, attributes, parent) => {
    const one = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
    parent.append(one);
    return one;
  };
  const pattern = made(
    "pattern",
    { id: "assetmap-hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    made("defs", {}, svg),
  );
  made("rect", { width: 8, height: 8, class: "assetmap-hatch-ground" }, pattern);
  made("rect", { width: 2, height: 8, class: "assetmap-hatch-line" }, pattern);
};

// The area under the pointer or the keyboard's focus: ringed, and in words in a corner of the map.
// The ring is drawn above all areas, dark on white, so that it is seen on any colour and on any
// neighbour; moving the area itself to the front would take the focus from it.
assetmap.tell_area = (text, shape) => {
  if (assetmap.ring) assetmap.ring.remove();
  assetmap.ring = L.layerGroup().addTo(assetmap.map);
  for (const className of shape ? ["assetmap-ring-ground", "assetmap-ring"] : [])
    L.geoJSON(shape, { interactive: false, style: { className } }).addTo(assetmap.ring);
  const box = assetmap.map.getContainer();
  let line = box.querySelector(".assetmap-area-text");
  if (!line) {
    line = assetmap.element("div", "assetmap-area-text");
    line.setAttribute("aria-hidden", "true"); // the area's own label says the same
    box.append(line);
  }
  line.textContent = text;
  line.hidden = !text;
};

// Folded on a narrow map, where it would hide the areas; a later run leaves it as it was put.
assetmap.show_legend = ({ colours, legend, classes }) => {
  const box = assetmap.map.getContainer();
  const old = box.querySelector(".assetmap-legend");
  const made = assetmap.element("details", "assetmap-legend");
  made.open = old ? old.open : box.clientWidth > 480;
  if (old) old.remove();
  L.DomEvent.disableClickPropagation(made);
  made.append(assetmap.element("summary", "", legend.title));
  made.append(legend.across ? assetmap.square_legend(colours, legend) : assetmap.list_legend(colours, legend));
  const missing = assetmap.areas.some(
    (area) => !Object.hasOwn(classes, area.id) || classes[area.id] === null,
  );
  if (missing) made.append(assetmap.legend_row("", legend.undefined));
  box.append(made);
  if (!old && !assetmap.settled) assetmap.fit(assetmap.bounds);
};

assetmap.list_legend = (colours, legend) => {
  const list = assetmap.element("div");
  legend.entries.forEach((entry, place) => list.append(assetmap.legend_row(colours[place], entry)));
  return list;
};

assetmap.legend_row = (colour, text) => {
  const row = assetmap.element("div", "assetmap-legend-row");
  const swatch = assetmap.element("span", colour ? "assetmap-swatch" : "assetmap-swatch assetmap-hatched");
  if (colour) swatch.style.background = colour;
  row.append(swatch, assetmap.element("span", "", text));
  return row;
};

// Nine colours as a square: the first three are its lowest row.
assetmap.square_legend = (colours, legend) => {
  const made = assetmap.element("div", "assetmap-square");
  const grid = assetmap.element("div", "assetmap-square-grid");
  for (const row of [2, 1, 0])
    for (const column of [0, 1, 2]) {
      const swatch = assetmap.element("span");
      swatch.style.background = colours[row * 3 + column];
      grid.append(swatch);
    }
  made.append(
    assetmap.element("span", "assetmap-square-up", `↑ ${legend.up}`),
    grid,
    assetmap.element("span", "assetmap-square-across", `${legend.across} →`),
  );
  return made;
};
