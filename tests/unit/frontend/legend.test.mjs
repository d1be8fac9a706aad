/* Which places the filter of the legend leaves out. */
import assert from "node:assert/strict";
import {test} from "node:test";
import "./browser.mjs";

const {Legend} = await import("../../../control_map/render/map/frontend/legend.js");
const {CLAIM, DISPUTED, GAINED, LIGHT, LOST, NOBODY, UNCHANGED} = await import("../../../control_map/render/map/frontend/timeline.js");

function isLeftOut(filters, state) {
  const legend = new Legend({}, {}, () => {});
  for (const filter of filters) legend.filter.add(filter);
  return legend.leavesOut({status: 0, bits: 0, claimed: NOBODY, blind: false, ...state});
}

test("without a filter all are shown", () => {
  assert.equal(isLeftOut([], {}), false);
});

test("a place has to be of one of the chosen statuses", () => {
  assert.equal(isLeftOut(["status 0"], {}), false);
  assert.equal(isLeftOut(["status 1"], {}), true);
  assert.equal(isLeftOut(["status 1", "status 0"], {}), false);
});

test("a place has to be of one of the chosen doubts too", () => {
  assert.equal(isLeftOut(["disputed"], {bits: DISPUTED}), false);
  assert.equal(isLeftOut(["disputed", "light"], {bits: LIGHT}), false);
  assert.equal(isLeftOut(["claimed", "blind"], {bits: LIGHT}), true);
  assert.equal(isLeftOut(["status 1", "disputed"], {bits: DISPUTED}), true);
});

test("a status on claims alone is a row of its own, and not one of the older or area reports", () => {
  assert.equal(isLeftOut(["own_claim"], {bits: LIGHT | CLAIM}), false);
  assert.equal(isLeftOut(["light"], {bits: LIGHT | CLAIM}), true);
  assert.equal(isLeftOut(["own_claim"], {bits: LIGHT}), true);
});

test("of what changed, a loss is found by the status that was lost", () => {
  assert.equal(isLeftOut([`${GAINED} 0`], {change: GAINED, before: 1}), false);
  assert.equal(isLeftOut([`${LOST} 1`], {change: GAINED, before: 1}), false);
  assert.equal(isLeftOut([`${LOST} 0`], {change: GAINED, before: 1}), true);
  assert.equal(isLeftOut([`${UNCHANGED}`], {change: UNCHANGED, before: 0}), false);
  assert.equal(isLeftOut([`${LOST} 0`], {change: UNCHANGED, before: 0}), true);
});
