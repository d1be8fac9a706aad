/* A dossier lists the reports that decide the status before the others. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {decidingFirst} from "../../../control_map/render/map/frontend/dossier.js";

const decides = card => card.startsWith("sets");

test("the reports that decide come first, and all stay in their order otherwise", () => {
  const cards = ["pending 1", "confirms 2", "sets 3", "context 4", "sets 5"];
  assert.deepEqual(decidingFirst(cards, decides), ["sets 3", "sets 5", "pending 1", "confirms 2", "context 4"]);
  assert.deepEqual(decidingFirst(["context 4"], decides), ["context 4"]);
  assert.deepEqual(decidingFirst([], decides), []);
});
