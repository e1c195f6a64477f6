// The layer of all assets as it came by URL, and which of its rows a search found.
const MATCH = 1;
const ASK = 2;
const NEAR = 3;
const STATE_WORDS = ["", "match", "ask", "near"];

// Adds each row's place on a world of width 1 (Web Mercator), so that a redraw only multiplies.
assetmap.read_layer = (data) => {
  const count = data.ids.length;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const sine = Math.sin((data.lat[row] * 1e-5 * Math.PI) / 180);
    x[row] = data.lon[row] * 1e-5 / 360 + 0.5;
    y[row] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }
  return { ...data, count, x, y };
};

// Bits as maps.pack writes them: the first row is the lowest bit of the first byte.
assetmap.mark_rows = (states, bits, state) => {
  if (!bits) return;
  const bytes = atob(bits);
  for (let row = 0; row < states.length; row++)
    if (bytes.charCodeAt(row >> 3) & (1 << (row & 7))) states[row] = state;
};

// streamlit-folium adds what this returns to the map, and takes it away before the next one.
assetmap.select = (wanted) => {
  assetmap.wanted = wanted;
  const layer = new L.Layer();
  layer.onAdd = () => assetmap.draw();
  layer.onRemove = () => {};
  return layer;
};

// Draws when both the data and a selection of that same data are there. Bits that were made
// for another version of the data would mark the wrong rows, so they are not drawn.
assetmap.draw = () => {
  const { layer, wanted, map } = assetmap;
  if (!layer || !wanted || wanted.version !== layer.version) return;
  if (assetmap.decoded !== wanted) {
    assetmap.decoded = wanted;
    layer.states = new Uint8Array(layer.count);
    assetmap.mark_rows(layer.states, wanted.near, NEAR);
    assetmap.mark_rows(layer.states, wanted.ask, ASK);
    assetmap.mark_rows(layer.states, wanted.match, MATCH);
    assetmap.show_you(wanted.you);
    if (assetmap.move_view(wanted)) return; // the move draws
  }
  assetmap.draw_markers(assetmap.cluster_view());
  assetmap.draw_names();
  assetmap.tell_outside();
  // For tests and the benchmark: which drawing this is, once it is in the document.
  map.getContainer().dataset.drawn = (assetmap.drawings = (assetmap.drawings || 0) + 1);
};

assetmap.world_size = () => 256 * 2 ** assetmap.map.getZoom();

// A little more than the view, so that a short pan shows no empty edge.
assetmap.view = (margin = 40) => {
  const pixels = assetmap.map.getPixelBounds();
  const size = assetmap.world_size();
  return {
    west: (pixels.min.x - margin) / size,
    north: (pixels.min.y - margin) / size,
    east: (pixels.max.x + margin) / size,
    south: (pixels.max.y + margin) / size,
  };
};

assetmap.cluster_view = () => {
  const { x, y, states } = assetmap.layer;
  return assetmap.cluster(x, y, states, assetmap.view(), assetmap.world_size());
};

assetmap.place_of = (row) => L.latLng(assetmap.layer.lat[row] * 1e-5, assetmap.layer.lon[row] * 1e-5);

// All that was found; without those far from the rest when `near`, whose rows are kept in `far`.
assetmap.found_bounds = (near) => {
  const { x, y, states } = assetmap.layer;
  const rows = [];
  states.forEach((state, row) => state && rows.push(row));
  const far = near ? assetmap.far_off(rows.map((row) => x[row]), rows.map((row) => y[row])) : [];
  assetmap.far = far.map((place) => rows[place]);
  const left = new Set(assetmap.far);
  const bounds = L.latLngBounds([]);
  for (const row of rows) if (!left.has(row)) bounds.extend(assetmap.place_of(row));
  return bounds;
};

// Positions of the few places that lie many times as far from the middle as three quarters do: a
// head office in another state must not make the map so wide that nothing near can be told apart.
const FAR_OFF = 6;
const NEAR_ENOUGH = 3e-5; // of the world's width, about a kilometre
assetmap.far_off = (x, y) => {
  const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  if (x.length < 4) return [];
  const [east, south] = [middle(x), middle(y)];
  const away = x.map((value, place) => Math.hypot(value - east, y[place] - south));
  const usual = [...away].sort((a, b) => a - b)[Math.floor((away.length - 1) * 0.75)];
  const limit = FAR_OFF * Math.max(usual, NEAR_ENOUGH);
  return away.flatMap((value, place) => (value > limit ? [place] : []));
};

// Goes to what the page asks to see: an asset chosen in the list, or all that was found.
// Each wish carries a number and is granted once, so that a later run does not jerk the view.
assetmap.move_view = ({ focus, fit }) => {
  if (focus && focus[1] !== assetmap.focused) {
    assetmap.focused = focus[1];
    assetmap.settled = true;
    const zoom = Math.max(assetmap.map.getZoom(), 14);
    assetmap.map.once("moveend", () => assetmap.open_row(focus[0]));
    assetmap.map.setView(assetmap.place_of(focus[0]), zoom, { animate: false });
    return true;
  }
  if (fit === (assetmap.fitted || 0)) return false; // 0: no wish, the whole community
  assetmap.fitted = fit;
  return assetmap.show_found(true);
};

assetmap.show_found = (near) => {
  const bounds = assetmap.found_bounds(near);
  if (!bounds.isValid()) return false;
  assetmap.settled = true;
  assetmap.fit(bounds.pad(0.1), { maxZoom: 15 });
  return true;
};

assetmap.show_all = () => assetmap.show_found(false);

assetmap.tell_outside = () => {
  const { x, y, states } = assetmap.layer;
  const view = assetmap.view(0);
  let inside = 0;
  let all = 0;
  for (let row = 0; row < states.length; row++) {
    if (!states[row]) continue;
    all++;
    if (x[row] >= view.west && x[row] <= view.east && y[row] >= view.north && y[row] <= view.south)
      inside++;
  }
  const far = (assetmap.far || []).filter((row) => states[row]).length;
  if (inside && far) {
    const more = assetmap.say(far === 1 ? "far_one" : "far_many", { n: far });
    return assetmap.notice(more, assetmap.say("show_outside"), assetmap.show_all);
  }
  if (inside || !all) return assetmap.notice("");
  const text = assetmap.say(all === 1 ? "outside_one" : "outside_many", { n: all });
  assetmap.notice(text, assetmap.say("show_outside"), assetmap.show_all);
};
