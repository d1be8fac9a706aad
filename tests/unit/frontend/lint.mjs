/* Lints all scripts of the package, or with `-` the module on the standard input; prints what is wrong, and fails if anything is. */
import {readFileSync, readdirSync} from "node:fs";
import {join, relative} from "node:path";
import {fileURLToPath} from "node:url";
import {Linter} from "eslint-linter-browserify";
import config from "./eslint.config.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const linter = new Linter({configType: "flat"});

function scripts(folder) {
  return readdirSync(folder, {withFileTypes: true}).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? scripts(path) : path.endsWith(".js") ? [path] : [];
  });
}

function faults(text, filename) {
  return linter.verify(text, config, {filename}).map(({line, column, ruleId, message}) => `${filename}:${line}:${column} ${message} (${ruleId})`);
}

const found = process.argv[2] === "-" ? faults(readFileSync(0, "utf8"), "module.js")
  : scripts(join(ROOT, "control_map")).flatMap(path => faults(readFileSync(path, "utf8"), relative(ROOT, path)));
console.log(found.join("\n") || "No faults.");
process.exitCode = found.length ? 1 : 0;
