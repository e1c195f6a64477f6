// The community's own base map: outlines of areas, roads, names of places. No tiles.
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

// Names are laid out in their own order, the important first; one that would touch an earlier
// one is left out until the map is closer.
assetmap.draw_names = () => {
  const { map, names } = assetmap;
  if (!assetmap.name_layer) assetmap.name_layer = L.layerGroup().addTo(map);
  assetmap.name_layer.clearLayers();
  const taken = [];
  for (const [name, lat, lon, from] of names) {
    if (map.getZoom() < from) continue;
    const at = map.project([lat, lon]);
    const half = name.length * 4.5 + 6;
    if (taken.some((one) => Math.abs(one.at.x - at.x) < one.half + half && Math.abs(one.at.y - at.y) < 22))
      continue;
    taken.push({ at, half });
    const icon = L.divIcon({
      html: assetmap.element("span", "", name),
      className: "assetmap-name",
      iconSize: null,
    });
    L.marker([lat, lon], { icon, pane: "names", interactive: false, keyboard: false })
      .addTo(assetmap.name_layer);
  }
};
