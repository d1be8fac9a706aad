/* What a board does with its page: it fetches files, sends messages, and plays days by the clock. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {Files} from "../../../control_map/render/map/frontend/files.js";
import {Messages} from "../../../control_map/render/map/frontend/messages.js";
import {Playback} from "../../../control_map/render/map/frontend/strip/playback.js";

test("a file that the page holds is not fetched, and any other once", async () => {
  const fetched = [];
  globalThis.fetch = async address => { fetched.push(address); return {ok: true, json: async () => address}; };
  const files = new Files("files/", {"held.json": "held"});
  assert.equal(await files.get("held.json"), "held");
  assert.equal(await files.get("a.json"), "files/a.json");
  assert.equal(await files.get("a.json"), "files/a.json");
  assert.deepEqual(fetched, ["files/a.json"]);
});

test("a file that failed is fetched again, and the oldest is not kept for ever", async () => {
  let fails = true, count = 0;
  globalThis.fetch = async () => { count++; return {ok: !fails, status: 404, json: async () => count}; };
  const files = new Files("", {});
  await assert.rejects(files.get("a"), {message: "the server answered 404", status: 404});
  fails = false;
  assert.equal(await files.get("a"), 2);
  for (let number = 0; number < 12; number++) await files.get(`b${number}`);
  await files.get("a");
  assert.equal(count, 15);
});

test("what a proxy sends in place of a file is told in words, and not kept", async () => {
  const answers = [async () => { throw new SyntaxError("Unexpected token '<'"); }, async () => null, async () => ({error: "log in"}), async () => ({places: {}})];
  globalThis.fetch = async () => ({ok: true, json: answers.shift()});
  const files = new Files("", {});
  for (let nth = 0; nth < 3; nth++) await assert.rejects(files.get("dossier-1.json"), /what came is not a file of this map/);
  assert.deepEqual(await files.get("dossier-1.json"), {places: {}});
  globalThis.fetch = async () => { throw new TypeError("Failed to fetch"); };
  await assert.rejects(files.get("dossier-2.json"), /the server does not answer/);
});

test("a message repeats what was chosen before, with the number of when", () => {
  const carried = [], fired = [], carrier = {addTo: () => carrier, fire: (_, {layer}) => carried.push(layer.toGeoJSON().properties)};
  globalThis.L = {layerGroup: () => carrier};
  const messages = new Messages({fire: (name, detail) => fired.push([name, detail])});
  const first = messages.send({place_id: "H1"}), second = messages.send({day: 3});
  assert.ok(second > first);
  assert.deepEqual(carried.at(-1), {place_id: "H1", place_id_nth: first, day: 3, day_nth: second, nth: second});
  assert.deepEqual(fired.at(-1), ["controlmap", {day: 3, nth: second}]);
});

test("playback advances by the time that went by, and makes up for no long stillness", () => {
  let tick;
  globalThis.requestAnimationFrame = callback => { tick = callback; return 1; };
  globalThis.cancelAnimationFrame = () => {};
  const passed = [], playback = new Playback(days => passed.push(days));
  playback.rate = 10;
  playback.start();
  for (const now of [0, 50, 100, 350, 60_000]) tick(now);
  assert.deepEqual(passed, [1, 2, 10]);
  playback.stop();
  assert.equal(playback.running, false);
});
