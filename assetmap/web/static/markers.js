// Markers and clusters as Leaflet markers that a keyboard reaches and a screen reader names.
// How well a row fits is told by shape: a filled circle fits, a dashed one asks first, a square
// is a near miss; a wide soft ring is an asset that shows only its town.
const MARKER_PX = 32;
const CLUSTER_PX = 38;
const LISTED_AT_MOST = 60;

assetmap.drawn = new Map(); // key → Leaflet marker now on the map

// Draws the groups, keeping those that were there already: a marker that has the keyboard's
// focus keeps it through a pan or a filter.
assetmap.draw_markers = (groups) => {
  const next = new Map();
  for (const group of groups) {
    const single = group.rows.length === 1;
    const key = single
      ? `row ${group.rows[0]} ${assetmap.layer.states[group.rows[0]]}`
      : `${group.x} ${group.y} ${assetmap.map.getZoom()} ${group.rows.map(assetmap.state_of).join("")}`;
    const there = assetmap.drawn.get(key);
    next.set(key, there || (single ? assetmap.row_marker(group.rows[0]) : assetmap.group_marker(group)));
    assetmap.drawn.delete(key);
  }
  for (const gone of assetmap.drawn.values()) gone.remove();
  assetmap.drawn = next;
};

assetmap.state_of = (row) => assetmap.layer.states[row];

assetmap.kind_of = (row) => assetmap.layer.kinds[assetmap.layer.kind[row]];

assetmap.describe = (row) => {
  const { layer } = assetmap;
  const parts = [layer.names[row], assetmap.kind_of(row).label[assetmap.language]];
  if (layer.place[row] >= 0)
    parts.push(assetmap.say("somewhere", { place: layer.places[layer.place[row]] }));
  const state = assetmap.state_of(row);
  if (state > MATCH) parts.push(assetmap.say(STATE_WORDS[state]));
  return parts.filter(Boolean).join(", ");
};

assetmap.row_marker = (row) => {
  const { colour, ink, icon } = assetmap.kind_of(row);
  const state = assetmap.state_of(row);
  const face = assetmap.element("span", `assetmap-face assetmap-${STATE_WORDS[state]}`);
  if (assetmap.layer.place[row] >= 0) face.classList.add("assetmap-town");
  face.style.setProperty("--kind", colour);
  face.style.setProperty("--ink", ink);
  face.append(assetmap.element("span", "assetmap-icon", icon));
  return assetmap.marker(assetmap.place_of(row), MARKER_PX, face, assetmap.describe(row), () => {
    assetmap.open_row(row);
    assetmap.choose({ asset: assetmap.layer.ids[row] });
  });
};

assetmap.group_marker = (group) => {
  const { map } = assetmap;
  const bounds = L.latLngBounds(group.rows.map(assetmap.place_of));
  const states = new Set(group.rows.map(assetmap.state_of));
  const best = Math.min(...states);
  const face = assetmap.element("span", `assetmap-face assetmap-group assetmap-${STATE_WORDS[best]}`);
  face.append(assetmap.element("span", "", String(group.rows.length)));
  const place = map.unproject(L.point(group.x, group.y), map.getZoom());
  // Places that even the closest view cannot part are listed instead.
  const spread = map.project(bounds.getNorthEast(), map.getMaxZoom())
    .distanceTo(map.project(bounds.getSouthWest(), map.getMaxZoom()));
  const listed = spread < CLUSTER_PX || map.getZoom() >= map.getMaxZoom();
  const text = assetmap.say(listed ? "cluster_here" : "cluster_zoom", { n: group.rows.length });
  return assetmap.marker(place, CLUSTER_PX, face, text, () => {
    if (listed) assetmap.open_list(group.rows, place);
    else map.fitBounds(bounds.pad(0.2), { maxZoom: Math.max(map.getZoom() + 1, map.getBoundsZoom(bounds)) });
  });
};

// A div icon, since Leaflet's picture pin has no address under streamlit-folium.
assetmap.marker = (place, px, face, text, act) => {
  const icon = L.divIcon({ html: face, className: "assetmap-marker", iconSize: [px, px] });
  const marker = L.marker(place, { icon, keyboard: true, riseOnHover: true });
  marker.on("click", act).addTo(assetmap.map);
  const element = marker.getElement();
  element.setAttribute("aria-label", text);
  element.title = text;
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
  return marker;
};

assetmap.open_row = (row) => {
  const { layer } = assetmap;
  const box = assetmap.element("div", "assetmap-popup");
  box.append(assetmap.element("strong", "", layer.names[row]));
  box.append(assetmap.element("div", "", assetmap.kind_of(row).label[assetmap.language]));
  if (layer.place[row] >= 0) {
    const place = layer.places[layer.place[row]];
    box.append(assetmap.element("div", "", assetmap.say("somewhere", { place })));
  }
  const state = assetmap.state_of(row);
  if (state) box.append(assetmap.element("div", "", assetmap.say(STATE_WORDS[state])));
  const phone = layer.phones[row];
  const number = phone.replace(/[^\d+,;*#]/g, "");
  if (/\d{3}/.test(number)) box.append(assetmap.link(assetmap.say("call", { phone }), `tel:${number}`));
  assetmap.open_popup(assetmap.place_of(row), box);
};

assetmap.open_list = (rows, place) => {
  const box = assetmap.element("div", "assetmap-popup");
  box.append(assetmap.element("strong", "", assetmap.say("place_list", { n: rows.length })));
  for (const row of rows.slice(0, LISTED_AT_MOST)) {
    const press = assetmap.element("button", "assetmap-choice", assetmap.describe(row));
    press.type = "button";
    press.addEventListener("click", () => {
      assetmap.open_row(row);
      assetmap.choose({ asset: assetmap.layer.ids[row] });
    });
    box.append(press);
  }
  if (rows.length > LISTED_AT_MOST)
    box.append(assetmap.element("div", "", assetmap.say("more", { n: rows.length - LISTED_AT_MOST })));
  assetmap.open_popup(place, box);
};

assetmap.open_popup = (place, box) => {
  const popup = L.popup({ maxHeight: 260, maxWidth: 280, autoPanPadding: [12, 12] })
    .setLatLng(place)
    .setContent(box)
    .openOn(assetmap.map);
  const close = popup.getElement().querySelector(".leaflet-popup-close-button");
  close.setAttribute("aria-label", assetmap.say("close"));
};

// Where the person said they are; the page sends a place rounded to about 100 m at most.
assetmap.show_you = (you) => {
  if (assetmap.you) assetmap.you.remove();
  assetmap.you = null;
  if (!you) return;
  const icon = L.divIcon({
    html: assetmap.element("span", "assetmap-you-dot"),
    className: "assetmap-you",
    iconSize: [24, 24],
  });
  assetmap.you = L.marker(you, { icon, interactive: false, keyboard: false }).addTo(assetmap.map);
  const element = assetmap.you.getElement();
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", assetmap.say("you"));
  element.title = assetmap.say("you");
};
