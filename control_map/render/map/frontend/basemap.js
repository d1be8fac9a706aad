/* A map of the world under the theatre: none at first; one that cannot be reached goes away quietly. */
(controlMap => {
  "use strict";

  const {tool} = controlMap;
  const SAID = 8000;   // milliseconds for which the note on it stands
  const PATIENCE = 4;  // tiles that may fail before the first that comes

  class BaseMap {
    /* `tiles`: [{name, url, attribution, options}], as xyzservices describes them; `onChange(name or "")`. */
    constructor(map, tiles, onChange) {
      Object.assign(this, {map, tiles, onChange});
      if (!tiles.length) return;
      this.select = tool(map, "select");
      this.select.setAttribute("aria-label", "Base map");
      this.select.add(new Option("No base map", ""));
      for (const {name} of tiles) this.select.add(new Option(name));
      this.select.addEventListener("change", () => this.choose(this.select.value));
      this.attribution = L.control.attribution({position: "bottomleft", prefix: false});
      this.note = L.DomUtil.create("p", "cm-base-note", map.getContainer());
      this.note.setAttribute("role", "status");
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
      let failed = 0, came = false;
      layer.on("tileload", () => { came = true; });
      layer.on("tileerror", () => {
        if (came || ++failed < PATIENCE || this.layer !== layer) return;
        this.select.value = "";
        this.choose("");
        this.note.textContent = `${name} cannot be reached`;
        setTimeout(() => { this.note.textContent = ""; }, SAID);
      });
      this.layer = layer;
      this.attribution.addTo(this.map);
      layer.addTo(this.map);
    }
  }

  controlMap.BaseMap = BaseMap;
})(window.controlMap ??= {});
