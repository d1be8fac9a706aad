/* Answers what `test_names.py` asks: what the board's search finds for texts, and the keys that it makes of them. */
import "./browser.mjs";
import {readFileSync} from "node:fs";
import {CRS} from "./browser.mjs";

const {Theatre} = await import("../../../control_map/render/map/frontend/theatre.js");
const {Names} = await import("../../../control_map/render/map/frontend/names.js");
const {Mentions} = await import("../../../control_map/render/map/frontend/mentions.js");

const {geometry, names: file, mentions: reports, texts, mentioned} = JSON.parse(readFileSync(0, "utf8"));
const names = new Names(file, new Theatre(geometry, CRS)), mentions = new Mentions(reports, names);
process.stdout.write(JSON.stringify({
  found: texts.map(text => names.find(text, 8).map(({target}) => target)),
  keys: texts.map(text => names.keys(text)),
  mentioned: mentioned.map(([text, knownOn]) => mentions.find(text, knownOn ?? undefined).map(({summary}) => summary)),
}));
