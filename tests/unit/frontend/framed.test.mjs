/* The map within a page of another site. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {bestHeight, onDay, readFrame} from "../../../control_map/render/site/frontend/framed.js";

test("the server says how the map is framed, or, without one, the address; else it stands alone", () => {
  const stated = {controls: false, theme: "dark"};
  assert.equal(readFrame(stated, "?embed"), stated);
  assert.deepEqual(readFrame(undefined, "?embed&controls=off&theme=light"), {controls: false, theme: "light"});
  assert.deepEqual(readFrame(undefined, "?embed&theme=<b>"), {controls: true, theme: ""});
  assert.equal(readFrame(undefined, "?date=2021-07-09"), null);
});

test("the height depends on the width alone, within bounds", () => {
  assert.equal(bestHeight(320, 200), 520);
  assert.equal(bestHeight(700, 200), 760);
  assert.equal(bestHeight(1200, 100), 700);
  assert.equal(bestHeight(5000, 100), 720);
});

test("the link to the whole map opens the day that is shown", () => {
  assert.equal(onDay("https://map.test/?date=2021-07-09&rule=latest", "2021-08-01"), "https://map.test/?date=2021-08-01&rule=latest");
  assert.equal(onDay("./", "2021-08-01"), "./#date=2021-08-01");
});
