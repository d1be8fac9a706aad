/* Lints the scripts named, or all; prints what is wrong, and fails if anything is. */
import {readFileSync} from "node:fs";
import {relative} from "node:path";
import {Linter} from "eslint-linter-browserify";
import config from "./eslint.config.mjs";
import {ROOT, scripts} from "./sources.mjs";

const linter = new Linter({configType: "flat"});
const faults = scripts().flatMap(path => linter.verify(readFileSync(path, "utf8"), config, {filename: path})
  .map(({line, column, ruleId, message}) => `${relative(ROOT, path)}:${line}:${column} ${message} (${ruleId})`));
console.log(faults.join("\n") || "No faults.");
process.exitCode = faults.length ? 1 : 0;
