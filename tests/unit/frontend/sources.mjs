/* Where the map's scripts lie. */
import {readdirSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const MAP = join(ROOT, "control_map/render/map/frontend");

/* All scripts of the package, by path. */
export function scripts(folder = join(ROOT, "control_map")) {
  return readdirSync(folder, {withFileTypes: true}).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? scripts(path) : path.endsWith(".js") ? [path] : [];
  });
}
