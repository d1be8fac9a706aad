/* Where the legend lies: over no ground that carries data, in a corner that the theatre leaves free or, if there is none, beside the theatre. */
export const LEGEND_MARGIN = 10;         // pixels between the legend and the edge of the map
const CORNERS = ["bottomright", "topright", "bottomleft"];  // the first is preferred; tools lie in the fourth
const SHARES = [0, 0.25, 0.5, 0.75, 1];  // of the legend's size, by which the theatre is moved aside
const MOST_SHRUNK = 0.8;                 // levels of zoom that the theatre may lose; where it would lose more, the legend covers some of it
const SCALE_HEIGHT = 32;                 // pixels of the scale, which stands in a corner of its own beneath it
const CLEARANCE = 7;                     // pixels between the legend and what it must not cover

/* Return the corner, and the padding on each side of the theatre, as `{corner, padding: {left, top, right, bottom}}`.
 *
 * `legend` has its `width` and `height`, `area` the box that controls leave free, with `toolsAcross` if tools take all of its top.
 * `fit(padding)` fits the theatre, or a part of it, and returns its `zoom` and a function `covered(box)`: how much of it lies under a box.
 * `corners` are those in which the legend may lie. */
export function placeLegend(legend, area, fit, corners = CORNERS) {
  const across = legend.width + LEGEND_MARGIN + CLEARANCE, down = legend.height + LEGEND_MARGIN + CLEARANCE;
  const boxes = corners.filter(corner => !area.toolsAcross || !corner.startsWith("top")).map(corner => [corner, boxIn(corner, legend, area)]);
  const asUsual = fit({left: 0, top: 0, right: 0, bottom: 0});
  let best = null;
  for (const share of SHARES) {
    for (const [side, size] of [["right", across], ["left", across], ["bottom", down], ["top", down]]) {
      const padding = {left: 0, top: 0, right: 0, bottom: 0, [side]: share * size}, {zoom, covered} = fit(padding);
      const hasRoom = zoom >= asUsual.zoom - MOST_SHRUNK;  // not so, if the zoom is not a number
      if (!hasRoom || zoom <= best?.zoom) continue;
      const free = boxes.find(([, box]) => covered(box) === 0);
      if (free) best = {corner: free[0], padding, zoom};
    }
  }
  if (best) return best;
  const [[corner]] = boxes.map(([name, box]) => [name, asUsual.covered(box)]).sort((a, b) => a[1] - b[1]);
  return {corner, padding: {left: 0, top: 0, right: 0, bottom: 0}};
}

function boxIn(corner, {width, height}, {left, top, right, bottom}) {
  const isRight = corner.endsWith("right"), isBottom = corner.startsWith("bottom");
  if (corner === "bottomleft") bottom -= SCALE_HEIGHT;
  return {
    left: (isRight ? right - width : left) - CLEARANCE, right: (isRight ? right : left + width) + CLEARANCE,
    top: (isBottom ? bottom - height : top) - CLEARANCE, bottom: (isBottom ? bottom : top + height) + CLEARANCE,
  };
}
