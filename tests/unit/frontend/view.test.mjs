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
    overview: () => done.push(["overview"]), see: bounds => done.push(["zoom", bounds.corners]),
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

/* A map of a size in pixels over a world of degrees, in which a zoom of 0 shows a degree as a pixel; nothing of it is animated. */
function viewOf(width, height, {sheet = 0, legend = {width: 60, height: 20}} = {}) {
  const listeners = {}, corner = point => ({lat: point[0], lng: point[1]});
  const box = (low, high) => ({
    low, high, getSouthWest: () => corner(low), getNorthEast: () => corner(high), toBBoxString: () => `${low} ${high}`,
    pad: share => { const [down, across] = [0, 1].map(axis => (high[axis] - low[axis]) * share); return box([low[0] - down, low[1] - across], [high[0] + down, high[1] + across]); },
  });
  const point = (x, y) => ({x, y, add: other => point(x + other.x, y + other.y), subtract: other => point(x - other.x, y - other.y), multiplyBy: by => point(x * by, y * by), divideBy: by => point(x / by, y / by)});
  const map = {
    fits: [], size: {x: width, y: height}, zoom: 0, options: {crs: {scale: zoom => 2 ** zoom}},
    on: (names, does) => names.split(" ").forEach(name => (listeners[name] ??= []).push(does)), off() {}, once() {}, fire(name) { listeners[name]?.forEach(does => does()); },
    getSize: () => map.size, getZoom: () => map.zoom, setMinZoom() {}, getCenter: () => ({lat: 1, lng: 2}), invalidateSize() {},
    getBoundsZoom: ({low, high}, _, taken) => Math.log2(Math.min((map.size.x - taken.x) / (high[1] - low[1]), (map.size.y - taken.y) / (high[0] - low[0]))),
    fitBounds: (bounds, options) => { map.fits.push({bounds, ...options}); map.fire("movestart"); map.zoom = 1; map.fire("moveend"); },
  };
  L.point = point;
  const view = Object.create(View.prototype), areas = {"province/H": box([30, 60], [36, 64]), B: box([31, 61], [32, 62])};
  Object.assign(view, {
    map, bounds: box([20, 50], [40, 80]), foot: {offsetHeight: 40}, panel: {sheetHeight: sheet},
    legend: {size: legend, box: {}, adapt() {}, control: {getPosition: () => "bottomright", setPosition() {}}},
    theatre: {scale: 1, ground: {coveredIn: () => 0}, points: [], bounds: target => areas[target] ?? null, project: (x, y) => point(x, -y)},
  });
  map.getContainer = () => ({clientWidth: map.size.x, clientHeight: map.size.y, style: {setProperty() {}}});
  map.on("moveend", () => { view.zooming = view.going = false; });
  view.followFrame(map.getContainer());
  return {view, map, resize: (x, y) => { map.size = {x, y}; view.adapt(); }, last: () => map.fits.at(-1)};
}

globalThis.ResizeObserver = class { observe() {} };

/* Where the corners of a box lie on the map after the last fit. */
function seen({map, last}, [south, west, north, east]) {
  const {bounds: {low, high}, paddingTopLeft: [left, top], paddingBottomRight: [right, bottom], maxZoom} = last(), {x: width, y: height} = map.size;
  const scale = 2 ** Math.min(maxZoom, map.getBoundsZoom({low, high}, false, {x: left + right, y: top + bottom}));
  const x = lng => (left + width - right) / 2 + (lng - (low[1] + high[1]) / 2) * scale, y = lat => (top + height - bottom) / 2 - (lat - (low[0] + high[0]) / 2) * scale;
  return {left: x(west), right: x(east), top: y(north), bottom: y(south)};
}

for (const [width, height] of [[320, 300], [600, 330], [835, 565], [1200, 600]]) {
  test(`a province fills a frame of ${width} pixels, whatever size the frame had when the map was sent there`, () => {
    const framed = viewOf(1280, 700), straight = viewOf(width, height);
    for (const {view} of [framed, straight]) view.go("province/H");
    framed.resize(width, height);
    const {left, right, top, bottom} = seen(framed, [30, 60, 36, 64]);
    assert.deepEqual(seen(straight, [30, 60, 36, 64]), {left, right, top, bottom});
    assert.ok(left >= 0 && top >= 0 && right <= width && bottom <= height - 40);
    assert.ok(bottom - top > 0.7 * (height - 40) || right - left > 0.7 * width);
  });
}

test("a place is seen above the sheet with its reports", () => {
  const framed = viewOf(320, 360, {sheet: 260});
  framed.view.go("B");
  const {top, bottom} = seen(framed, [31, 61, 32, 62]);
  assert.ok(top >= 36 && bottom <= 100);
});

test("a link says where the map is only if the reader has moved it", () => {
  const {view, map, resize} = viewOf(600, 400);
  assert.equal(view.position, "");
  for (const target of ["province/H", "B"]) view.go(target);
  resize(320, 300);
  view.clear(() => map.fire("movestart"));
  assert.equal(view.position, "", "the map has moved by itself");
  map.fire("movestart");
  assert.equal(view.position, "@1.0000,2.0000,1");
  view.go("province/H");
  assert.equal(view.position, "", "sent elsewhere, it is the reader's place no longer");
  map.fire("dragstart");
  assert.notEqual(view.position, "");
});

test("where the reader has moved the map, no change of the frame fits it again", () => {
  const {view, map, resize} = viewOf(600, 400);
  map.setView = (_, zoom) => { map.zoom = zoom; };
  view.go("province/H");
  map.fire("dragstart");
  const {length} = map.fits;
  resize(320, 300);
  assert.equal(map.fits.length, length);
  view.overview();
  assert.equal(map.fits.length, length + 1);
});
