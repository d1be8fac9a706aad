/* A dossier lists the reports that decide the status first, then those that deny it, and those that add little last. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {weightiestFirst} from "../../../control_map/render/map/frontend/dossier.js";

const order = cards => weightiestFirst(cards, card => card.split(" ")[0], card => card.endsWith("again"));

test("the weightiest reports come first, and all stay in their order otherwise", () => {
  const cards = ["confirms again", "pending 1", "confirms 2", "contradicts 3", "sets 3", "context 4", "sets again"];
  assert.deepEqual(order(cards), ["sets 3", "sets again", "contradicts 3", "pending 1", "confirms 2", "context 4", "confirms again"]);
  assert.deepEqual(order(["context 4"]), ["context 4"]);
  assert.deepEqual(order([]), []);
});
