/* A dossier lists so many reports, those that set the status among them, and counts the others; as the page does. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {chooseListed} from "../../../control_map/render/map/frontend/dossier.js";

const sets = card => card.startsWith("sets");
const cards = ["pending 1", "confirms 2", "sets 3", "context 4", "sets 5"];

test("up to as many reports as may be listed are listed", () => {
  assert.deepEqual(chooseListed(cards, 5, sets), cards);
});

test("of more, those that set the status are listed before the first of the others, in their order", () => {
  assert.deepEqual(chooseListed(cards, 3, sets), ["pending 1", "sets 3", "sets 5"]);
  assert.deepEqual(chooseListed(cards, 1, sets), ["sets 3"]);
});
