/* The scripts that Python joins from the modules: `test_frontend.py` writes them to the folder named by JOINED_SCRIPTS. */
import assert from "node:assert/strict";
import {readFileSync, readdirSync} from "node:fs";
import {join} from "node:path";
import {test} from "node:test";
import {Script, createContext} from "node:vm";
import "./browser.mjs";

const folder = process.env.JOINED_SCRIPTS;
const skip = folder ? false : "Python joins them";

test("a joined script is a classic script: no import or export is left, and no two modules have one name", {skip}, () => {
  for (const name of readdirSync(folder)) assert.ok(new Script(readFileSync(join(folder, name), "utf8"), {filename: name}), name);
});

test("a script in which two modules have a function of one name would not run", () => {
  assert.throws(() => new Script('(() => { "use strict"; {\nfunction a() {}\nfunction a() {}\n} })();'), SyntaxError);
});

test("the board's script publishes what its modules export, and nothing else", {skip}, async () => {
  const {board, show} = await import("../../../control_map/render/map/frontend/board.js");
  const window = {}, page = createContext({window, L: globalThis.L, matchMedia: globalThis.matchMedia});
  new Script(readFileSync(join(folder, "board.js"), "utf8")).runInContext(page);
  assert.deepEqual(Object.keys(window), ["controlMap"]);
  const {controlMap} = window;
  assert.deepEqual(Object.keys(controlMap), ["board", "boards", "show"]);
  assert.equal(controlMap.boards.length, 0);
  assert.deepEqual([controlMap.board, controlMap.show].map(String), [board, show].map(String));
  assert.deepEqual(Object.keys(page), ["window", "L", "matchMedia"]);
});
