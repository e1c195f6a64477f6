// Which markers and clusters to draw for the part of the world in view. No DOM, no Leaflet.
//
// Points fall into the cells of a grid that is fixed to the world, so that panning does not
// reshuffle them; then any two closer than `gap` become one. Every marker and cluster is thus at
// least `gap` pixels from every other, and nobody has to hit one of two overlapping targets.

// x, y: the rows' places on a world of width 1; states: 0 for rows not asked for.
// view: {west, north, east, south} on the same world; size: the world's width in pixels.
// Returns [{x, y (pixels of the world), rows}], from north to south.
assetmap.cluster = (x, y, states, view, size, cell = 46, gap = 42) => {
  const cells = new Map();
  for (let row = 0; row < states.length; row++) {
    if (!states[row]) continue;
    const east = x[row];
    const south = y[row];
    if (east < view.west || east > view.east || south < view.north || south > view.south) continue;
    const key = Math.floor((east * size) / cell) * 4194304 + Math.floor((south * size) / cell);
    let group = cells.get(key);
    if (!group) cells.set(key, (group = { x: 0, y: 0, rows: [] }));
    group.x += east;
    group.y += south;
    group.rows.push(row);
  }
  let groups = [...cells.values()];
  for (const group of groups) {
    group.x *= size / group.rows.length;
    group.y *= size / group.rows.length;
  }
  for (let before = -1; before !== groups.length; ) {
    before = groups.length;
    groups = assetmap.merge_close(groups, gap);
  }
  return groups.sort((a, b) => a.y - b.y || a.x - b.x);
};

// One pass: each group joins the first kept one nearer than `gap`, at their common centre.
// A joined group has moved and may now touch another, so `cluster` asks again until none does.
assetmap.merge_close = (groups, gap) => {
  const kept = [];
  for (const group of groups) {
    const near = kept.find((one) => Math.hypot(one.x - group.x, one.y - group.y) < gap);
    if (!near) {
      kept.push(group);
      continue;
    }
    const both = near.rows.length + group.rows.length;
    near.x += ((group.x - near.x) * group.rows.length) / both;
    near.y += ((group.y - near.y) * group.rows.length) / both;
    near.rows = near.rows.concat(group.rows);
  }
  return kept;
};
