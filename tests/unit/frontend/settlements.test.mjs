/* Which settlements have a dot on a day, and which dot lies under the pointer. */
import assert from "node:assert/strict";
import {test} from "node:test";
import "./browser.mjs";

const {Settlements} = await import("../../../control_map/render/map/frontend/settlements.js");

const H2 = {id: "H2"}, theatre = {places: [H2], project: (x, y) => ({x, y})}, SHEET = {x: 100, y: 100};
const row = (name, x, y, ...reports) => [name, "", x, y, 0, reports];
const named = (rows, day, knownOn = Infinity) => new Settlements(theatre, rows).namedBy(day, knownOn).map(({settlement, count, last}) => [settlement.name, count, last]);

test("a settlement has its dot from the first event on that a report names it for, also one from before the period", () => {
  const rows = [row("Salma", 10, 10, [3, 4], [7, 7]), row("Crake", 50, 50, [-20, 4])];
  assert.deepEqual(named(rows, 2), [["Crake", 1, -20]]);
  assert.deepEqual(named(rows, 3), [["Salma", 1, 3], ["Crake", 1, -20]]);
  assert.deepEqual(named(rows, 9), [["Salma", 2, 7], ["Crake", 1, -20]]);
});

test("in a replay only what was published by the day counts", () => {
  assert.deepEqual(named([row("Salma", 10, 10, [3, 8])], 5, 5), []);
});

test("of dots that would lie on each other the one that more reports name is drawn, and those outside of the sheet are not", () => {
  const settlements = new Settlements(theatre, [row("Salma", 10, 10, [1, 1], [2, 2]), row("Near", 14, 12, [1, 1]), row("Far", 400, 10, [1, 1]), row("Crake", 50, 50, [1, 1])]);
  settlements.place(settlements.namedBy(9, Infinity), SHEET, ({point}) => point);
  assert.deepEqual(settlements.dots.map(({settlement}) => settlement.name), ["Salma", "Crake"]);
  assert.equal(settlements.dotAt({x: 12, y: 12}).settlement.place, H2);
  assert.equal(settlements.dotAt({x: 30, y: 30}), undefined);
});
