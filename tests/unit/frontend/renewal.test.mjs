/* A page of a site that was published again gives way to the new page, once. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {Renewal} from "../../../control_map/render/site/frontend/renewal.js";

const gone = Object.assign(new Error("a: 404"), {status: 404});
const kept = () => {
  const values = new Map();
  return {getItem: key => values.get(key) ?? null, setItem: (key, value) => values.set(key, value), removeItem: key => values.delete(key)};
};
const page = (version, storage, reloads = [], path = "/map/") =>
  new Renewal(version, {path, storage, reload: () => reloads.push(version), wait: then => then()});

test("a page that finds a file gone says so and is opened again, and the new page says why", () => {
  const storage = kept(), reloads = [];
  assert.match(page("old", storage, reloads).giveWay(gone), /published again/);
  assert.deepEqual(reloads, ["old"]);
  assert.match(page("new", storage).welcome(), /new version/);
});

test("the new page says why once, and gives way in its turn", () => {
  const storage = kept(), reloads = [];
  page("old", storage).giveWay(gone);
  page("new", storage).welcome();
  assert.equal(page("new", storage).welcome(), "");
  assert.match(page("new", storage, reloads).giveWay(gone), /published again/);
  assert.match(page("newest", storage).welcome(), /new version/);
  assert.deepEqual(reloads, ["new"]);
});

test("a page of another site of the same host was not published again", () => {
  const storage = kept();
  page("old", storage).giveWay(gone);
  assert.equal(page("other", storage, [], "/other/").welcome(), "");
  assert.match(page("new", storage).welcome(), /new version/);
});

test("a page that is still the same when it was opened again is not opened for ever", () => {
  const storage = kept(), reloads = [];
  page("old", storage, reloads).giveWay(gone);
  const same = page("old", storage, reloads);
  assert.equal(same.welcome(), "");
  assert.equal(same.giveWay(gone), "");
  assert.deepEqual(reloads, ["old"]);
});

test("a network that fails, or a browser that keeps nothing, opens no page again", () => {
  const reloads = [];
  assert.equal(page("old", kept(), reloads).giveWay(new TypeError("Failed to fetch")), "");
  assert.equal(page("old", kept(), reloads).giveWay(Object.assign(new Error(), {status: 503})), "");
  assert.equal(page("old", null, reloads).giveWay(gone), "");
  assert.equal(page("old", null).welcome(), "");
  assert.deepEqual(reloads, []);
});
