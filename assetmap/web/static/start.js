// The map inside streamlit-folium's frame. Python writes two calls only:
//   assetmap.start(id, settings)   once, makes the Leaflet map and fetches its data by URL
//   assetmap.select(…) or .colour(…)   after every run, says what of that data to draw
// The calls may come before the data does; the last one is kept and drawn when both are there.
//
// Text from data is only ever set with textContent, never as markup.
window.assetmap = {
  words: {},
  language: "en",
  map: null,
  settled: false, // whether someone has moved the map
  layer: null, // the assets, once fetched
  wanted: null, // the last selection or colouring
};

assetmap.say = (word, values = {}) =>
  (assetmap.words[word] || "").replace(/\{(\w+)\}/g, (_, name) => values[name]);

assetmap.element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

assetmap.start = (id, settings) => {
  assetmap.words = settings.words;
  assetmap.language = settings.language;
  document.documentElement.lang = settings.language;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(id, {
    maxZoom: settings.maxZoom,
    minZoom: 3,
    zoomSnap: settings.ground?.tiles ? 1 : 0.25, // without tiles nothing blurs between levels
    zoomControl: false,
    attributionControl: false,
    // A map of areas stands in the flow of a long page: turning the wheel must go on reading.
    scrollWheelZoom: Boolean(settings.layer),
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
  });
  assetmap.map = map;
  L.control
    .zoom({ zoomInTitle: assetmap.say("zoom_in"), zoomOutTitle: assetmap.say("zoom_out") })
    .addTo(map);
  const miles = settings.unit === "mi";
  L.control.scale({ imperial: miles, metric: !miles }).addTo(map);
  const box = map.getContainer();
  // Leaflet gives the box the focus at the first press; the page must not jump from under it.
  const focus = box.focus.bind(box);
  box.focus = (options) => focus({ ...options, preventScroll: true });
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", assetmap.say(settings.layer ? "label" : "area_label"));
  assetmap.bounds = settings.bounds;
  assetmap.fit(settings.bounds);
  assetmap.follow_size(map, settings.bounds);
  if (settings.ground) assetmap.draw_ground(settings.ground);
  assetmap.fetch(settings.basemap, (data) => assetmap.draw_basemap(data));
  if (settings.layer) {
    map.on("moveend", () => assetmap.draw());
    assetmap.fetch(settings.layer, (data) => {
      assetmap.layer = assetmap.read_layer(data);
      assetmap.draw();
    });
  }
  return map;
};

// A view in which nothing that is shown lies under the zoom buttons, nor, on a map wide enough for
// both, under the legend.
const BESIDE_BUTTONS = 56;
const WIDE_ENOUGH = 560;
assetmap.fit = (bounds, options = {}) => {
  const box = assetmap.map.getContainer();
  const legend = box.querySelector(".assetmap-legend[open]");
  const right = legend && box.clientWidth >= WIDE_ENOUGH ? legend.offsetWidth + 16 : 0;
  const padding = { paddingTopLeft: [BESIDE_BUTTONS, 8], paddingBottomRight: [right, 8] };
  assetmap.map.fitBounds(bounds, { ...padding, animate: false, ...options });
};

// A failed fetch says so in words; the page's list or table still has everything.
assetmap.fetch = (url, use) =>
  fetch(url)
    .then((answer) => {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    })
    .then(use)
    .catch(() => assetmap.notice(assetmap.say("failed")));

// Streamlit makes the frame small, then as high as the page wants, hides it and shows it again,
// and tells Leaflet nothing of it. Until someone moves the map it keeps showing the whole
// community, whatever its size becomes.
assetmap.follow_size = (map, bounds) => {
  const box = map.getContainer();
  const settle = () => (assetmap.settled = true);
  for (const sign of ["pointerdown", "wheel", "keydown"])
    box.addEventListener(sign, settle, { passive: true });
  new ResizeObserver(() => {
    map.invalidateSize({ pan: false });
    if (!assetmap.settled && box.clientWidth) assetmap.fit(bounds);
  }).observe(box);
};

// One line under the map's top edge, with at most one button.
assetmap.notice = (text, button, act) => {
  const box = assetmap.map.getContainer();
  let line = box.querySelector(".assetmap-notice");
  if (!line) {
    line = assetmap.element("div", "assetmap-notice");
    line.setAttribute("role", "status");
    L.DomEvent.disableClickPropagation(line);
    box.append(line);
  }
  line.hidden = !text;
  line.replaceChildren(assetmap.element("span", "", text));
  if (!button) return;
  const press = assetmap.element("button", "", button);
  press.type = "button";
  press.addEventListener("click", act);
  line.append(press);
};

// Tells Python which asset or area was chosen. `n` rises, so that the same one twice counts.
assetmap.choose = (choice) => {
  const n = Math.max(Date.now(), (assetmap.chosen || 0) + 1);
  assetmap.chosen = n;
  window.Streamlit.setComponentValue({ ...choice, n });
};

// Phones, mail and https are the only links; anything else gives no link at all.
assetmap.link = (text, address) => {
  if (!/^(https:\/\/|tel:|mailto:)/i.test(address)) return null;
  const made = assetmap.element("a", "assetmap-action", text);
  made.href = address;
  made.rel = "noreferrer noopener";
  if (/^https:/i.test(address)) made.target = "_blank";
  return made;
};
