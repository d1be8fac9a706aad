/* Which part of the world the map goes to. */
import assert from "node:assert/strict";
import {test} from "node:test";
import "./browser.mjs";

const {View} = await import("../../../control_map/render/map/frontend/view.js");

/* What a view does for a target; a box is shown by the map at `boxZoom`, the whole theatre at 6. */
function moves(target, boxZoom) {
  const done = [], view = Object.create(View.prototype), box = {pad: () => box};
  L.latLngBounds = (...corners) => Object.assign(box, {corners});
  Object.assign(view, {
    whole: 6, theatre: {bounds: () => box},
    map: {setView: (middle, zoom) => done.push(["point", middle, zoom]), getBoundsZoom: () => boxZoom, off() {}},
    overview: () => done.push(["overview"]), zoomTo: bounds => done.push(["zoom", bounds.corners]),
  });
  view.go(target);
  return done;
}

test("the places of added reports are shown near by, or with the whole theatre if that is hardly farther off", () => {
  assert.deepEqual(moves("@10,30,12,33", 8), [["zoom", [[10, 30], [12, 33]]]]);
  assert.deepEqual(moves("@10,30,12,33", 6.2), [["overview"]]);
});

test("a position of the map, as a link has it, is kept as it is", () => {
  assert.deepEqual(moves("@10,30,8.5", 6), [["point", [10, 30], 8.5]]);
});
