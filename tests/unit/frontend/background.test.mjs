/* The background: the relief as shade and light, and a file that is fetched once, when it is first wanted. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {CRS} from "./browser.mjs";

const {Background, fadesOf, shadeOf} = await import("../../../control_map/render/map/frontend/background.js");

const grey = (...values) => Uint8ClampedArray.from(values.flatMap(value => [value, value, value, 255]));

test("flat land is left as it is, dark slopes are shade and bright ones light", () => {
  assert.deepEqual([...shadeOf(grey(128, 28, 228), 3, [0])], [0, 0, 0, 0, 0, 0, 0, 200, 255, 255, 255, 200]);
});

test("a row between two of the picture is a mean of them, and one beyond the last is the last", () => {
  const alphas = rows => [...shadeOf(grey(128, 28), 1, rows)].filter((_, at) => at % 4 === 3);
  assert.deepEqual(alphas([0, 0.5, 1, 7, -3]), [0, 100, 200, 200, 0]);
});

class Button {
  attributes = {};
  classList = {add() {}};
  append() {}
  setAttribute(name, value) { this.attributes[name] = String(value); }
  addEventListener(_, onClick) { this.click = onClick; }
}

function made(getFile) {
  const seen = {asked: 0, drawn: 0, chosen: []}, theatre = {crs: CRS, makePath: lines => lines};
  globalThis.document = {createElement: () => new Button()};
  globalThis.requestIdleCallback = run => setTimeout(run);
  L.DomEvent = {disableClickPropagation() {}, disableScrollPropagation() {}};
  L.control = () => ({addTo() {}});
  const background = new Background(null, theatre, {
    getFile: async () => { seen.asked++; return getFile(); },
    onDraw: () => { seen.drawn++; },
    onChoice: wanted => seen.chosen.push(wanted),
  });
  return {background, seen};
}
const later = () => new Promise(done => setTimeout(done, 20));

test("it is fetched once, when it is first wanted, and switched off and on by a click each", async () => {
  const {background, seen} = made(() => ({lines: {river: [[0, 0, 1, 1]]}, relief: null}));
  background.show(false);
  await later();
  assert.equal(seen.asked, 0);
  background.show(true);
  background.show(true);
  await later();
  assert.deepEqual([seen.asked, background.paths.map(({kind}) => kind)], [1, ["river"]]);
  background.button.click();
  background.button.click();
  await later();
  assert.deepEqual([seen.asked, seen.chosen, background.button.attributes["aria-pressed"]], [1, [false, true], "true"]);
});

test("one that is switched off and on while it is fetched is fetched once", async () => {
  const {background, seen} = made(() => ({lines: {}, relief: null}));
  background.show(true);
  background.show(false);
  background.show(true);
  await later();
  assert.equal(seen.asked, 1);
});

test("one that cannot be fetched is off, says so, and is asked for again by a click", async () => {
  let fails = true;
  const {background, seen} = made(() => { if (fails) throw new Error("the server answered 404"); return {lines: {}, relief: null}; });
  background.show(true);
  await later();
  assert.equal(background.button.attributes["aria-pressed"], "false");
  assert.match(background.button.title, /could not be loaded \(the server answered 404\)/);
  fails = false;
  background.button.click();
  await later();
  assert.deepEqual([seen.asked, background.paths.length, background.button.attributes["aria-pressed"]], [2, 0, "true"]);
});

test("the terrain fades out between its edges and the theatre, and nowhere over the theatre", () => {
  const box = {min: {x: 0, y: 0}, max: {x: 100, y: 80}};
  assert.deepEqual(fadesOf(box, {min: {x: 20, y: 10}, max: {x: 70, y: 80}}), [
    {from: [0, 0], to: [20, 0], band: [0, 0, 20, 80]},
    {from: [100, 0], to: [70, 0], band: [70, 0, 30, 80]},
    {from: [0, 0], to: [0, 10], band: [0, 0, 100, 10]},
  ]);
  assert.deepEqual(fadesOf(box, {min: {x: -5, y: -5}, max: {x: 120, y: 90}}), []);
});
