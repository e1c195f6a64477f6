// The community's own base map: outlines of areas, roads, names of places; and what a provider's
// tiles or our own streets add to it. All of it comes from our own origin.
assetmap.draw_basemap = (data) => {
  const { map } = assetmap;
  map.createPane("outlines").style.zIndex = 300; // under markers and coloured areas
  map.createPane("names").style.zIndex = 450;
  map.getPane("names").style.pointerEvents = "none";
  const quiet = { pane: "outlines", interactive: false };
  const add = (shapes, className) => L.geoJSON(shapes, { ...quiet, style: { className } }).addTo(map);
  const roads = (wide) => data.roads.filter((road) => road.wide === wide).map((road) => road.shape);
  add(data.areas.map((area) => area.shape), "assetmap-outline");
  const line = (shape) => /Line/.test(shape.type);
  add(data.water.filter((shape) => !line(shape)), "assetmap-water");
  add(data.water.filter(line), "assetmap-stream");
  add(roads(false), "assetmap-road");
  add(roads(true), "assetmap-road assetmap-road-wide");
  assetmap.areas = data.areas;
  if (assetmap.draw_areas) assetmap.draw_areas();
  assetmap.names = data.places;
  assetmap.draw_names();
  map.on("zoomend", assetmap.draw_names);
};

// Tiles of a provider, under everything else. Where they do not come (a clear point instead of a
// picture), the drawn ground shows.
const CLEAR = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

assetmap.draw_ground = ({ tiles, attribution, native, bounds, streets }) => {
  const { map } = assetmap;
  if (streets) assetmap.draw_streets(streets);
  if (!tiles) return;
  const box = map.getContainer();
  const options = { maxNativeZoom: native, maxZoom: map.getMaxZoom(), bounds, errorTileUrl: CLEAR };
  const layer = L.tileLayer(tiles, options).addTo(map);
  layer.on("tileload", ({ tile }) => box.classList.toggle("assetmap-tiled", tile.naturalWidth > 1));
  layer.on("tileerror", () => box.classList.remove("assetmap-tiled"));
  const line = L.control.attribution({ prefix: false }).addTo(map).getContainer();
  line.textContent = attribution; // text, never markup
};

// Streets come in tiles of one level, and only when the map is close.
const STREET_ZOOM = 13;
const STREETS_FROM = 12;

assetmap.draw_streets = (address) => {
  const { map } = assetmap;
  map.createPane("streets").style.zIndex = 310;
  map.getPane("streets").style.pointerEvents = "none";
  const renderer = L.canvas({ pane: "streets", padding: 0.3 });
  const group = L.layerGroup();
  const drawn = new Map(); // tile → its lines, or null while they are on their way
  const colour = getComputedStyle(map.getContainer()).color;
  const style = { renderer, pane: "streets", interactive: false, color: colour, opacity: 0.3, weight: 1.5 };
  const show = () => {
    if (map.getZoom() < STREETS_FROM) return group.remove();
    group.addTo(map);
    const size = 2 ** STREET_ZOOM;
    const view = assetmap.view(0);
    for (let x = Math.floor(view.west * size); x <= Math.floor(view.east * size); x++)
      for (let y = Math.floor(view.north * size); y <= Math.floor(view.south * size); y++) {
        if (drawn.has(`${x}/${y}`) || drawn.size > 400) continue;
        drawn.set(`${x}/${y}`, null);
        const url = address.replace("{z}", STREET_ZOOM).replace("{x}", x).replace("{y}", y);
        fetch(url)
          .then((answer) => (answer.ok ? answer.json() : { lines: [] }))
          .then(({ lines }) => {
            drawn.set(`${x}/${y}`, L.polyline(lines.map(assetmap.street), style).addTo(group));
          })
          .catch(() => drawn.delete(`${x}/${y}`)); // the next move asks again
      }
  };
  map.on("moveend", show);
  show();
};

// Whole numbers of 1e-5 degrees: a place, then the way from point to point.
assetmap.street = (steps) => {
  const points = [];
  let [lon, lat] = [0, 0];
  for (let place = 0; place < steps.length; place += 2) {
    lon += steps[place];
    lat += steps[place + 1];
    points.push([lat * 1e-5, lon * 1e-5]);
  }
  return points;
};

// Names are laid out in their own order, the important first. A name stands below its place, else
// above or beside it, wherever it covers no marker and no other name; one that finds no room is
// left out until the map is closer.
const NAME_HIGH = 20;
const NAME_SIDES = [[0, 0.5, 10], [0, -0.5, -10], [0.5, 0, 0], [-0.5, 0, 0]];

assetmap.draw_names = () => {
  const { map, names } = assetmap;
  if (!names) return;
  if (!assetmap.name_layer) assetmap.name_layer = L.layerGroup().addTo(map);
  assetmap.name_layer.clearLayers();
  const taken = [];
  for (const marker of assetmap.drawn?.values() || []) {
    const { x, y } = map.project(marker.getLatLng());
    const half = marker.options.icon.options.iconSize[0] / 2 + 2;
    taken.push([x - half, y - half, x + half, y + half]);
  }
  for (const [name, lat, lon, from] of names) {
    if (map.getZoom() < from) continue;
    const { x, y } = map.project([lat, lon]);
    const wide = Math.min(name.length * 8 + 8, 184);
    const box = NAME_SIDES.map(([right, down, off]) => {
      const left = x + right * (wide + 24) - wide / 2;
      const top = y + down * NAME_HIGH + off - NAME_HIGH / 2;
      return [left, top, left + wide, top + NAME_HIGH];
    }).find((one) => !taken.some((other) => assetmap.touch(one, other)));
    if (!box) continue;
    taken.push(box);
    const icon = L.divIcon({
      html: assetmap.element("span", "", name),
      className: "assetmap-name",
      iconSize: null,
    });
    const middle = map.unproject([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]);
    L.marker(middle, { icon, pane: "names", interactive: false, keyboard: false })
      .addTo(assetmap.name_layer);
  }
};

assetmap.touch = (one, other) =>
  one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
