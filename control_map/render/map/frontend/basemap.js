/* The base map, a map of the world under the theatre: none at first; if one cannot be reached, a note says so. */
import {addElement, addTool, make} from "./elements.js";

const NOTE_SHOWN = 8000;     // milliseconds for which the note on a failed base map is shown
const FAILURES_ALLOWED = 4;  // tiles that may fail before the first one that loads

export class BaseMap {
  /* `tiles`: [{name, url, attribution, options}], as xyzservices describes them; `onChange(name or "")`. */
  constructor(map, tiles, onChange) {
    Object.assign(this, {map, tiles, onChange});
    if (!tiles.length) return;
    this.select = make("select", {"aria-label": "Base map"}, new Option("No base map", ""), tiles.map(({name}) => new Option(name)));
    addTool(map, this.select);
    this.select.addEventListener("change", () => this.choose(this.select.value));
    this.attribution = L.control.attribution({position: "bottomleft", prefix: false});
    this.note = addElement(map.getContainer(), "p", {class: "cm-base-note", role: "status"});
  }

  choose(name) {
    this.layer?.remove();
    this.layer = null;
    this.attribution.remove();
    this.note.textContent = "";
    const chosen = this.tiles.find(tiles => tiles.name === name);
    if (chosen) this.show(chosen);
    this.onChange(chosen ? name : "");
  }

  show({name, url, attribution, options}) {
    const layer = L.tileLayer(url, {...options, attribution});
    let failed = 0, loaded = false;
    layer.on("tileload", () => { loaded = true; });
    layer.on("tileerror", () => {
      if (loaded || ++failed < FAILURES_ALLOWED || this.layer !== layer) return;
      this.select.value = "";
      this.choose("");
      this.note.textContent = `${name} cannot be reached`;
      setTimeout(() => { this.note.textContent = ""; }, NOTE_SHOWN);
    });
    this.layer = layer;
    this.attribution.addTo(this.map);
    layer.addTo(this.map);
  }
}
