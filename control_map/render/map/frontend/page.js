/* What the layer needs of the page it is in: its files, and elements and controls that keep their events from the map beneath. */
(controlMap => {
  "use strict";

  const MOST = 12;  // files kept: some dates of a replay, some rules

  class Files {
    /* `base` is where files are fetched from, `held` has the contents of those that the page holds, by name. */
    constructor(base, held) {
      this.base = base;
      this.held = held;
      this.fetched = new Map();
    }

    /* A file's content: held by the page, fetched before, or fetched now. */
    async get(name) {
      if (name in this.held) return this.held[name];
      const content = this.fetched.get(name) ?? this.fetch(name);
      // The oldest comes first, and the one asked for becomes the newest.
      this.fetched.delete(name);
      this.fetched.set(name, content);
      for (const old of [...this.fetched.keys()].slice(0, -MOST)) this.fetched.delete(old);
      try {
        return await content;
      } catch (error) {
        this.fetched.delete(name);
        throw error;
      }
    }

    async fetch(name) {
      const response = await fetch(this.base + name);
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
      return response.json();
    }
  }

  /* Wait until no style sheet of the page is on its way any more: what is drawn on canvas takes its colours from them. */
  const dressed = () => Promise.all([...document.querySelectorAll("link[rel=stylesheet]")].filter(link => !link.sheet).map(
    link => new Promise(done => { link.addEventListener("load", done); link.addEventListener("error", done); }),
  ));

  const element = (tag, name, into) => L.DomUtil.create(tag, name ?? "", into);

  function shield(part) {
    L.DomEvent.disableClickPropagation(part);
    L.DomEvent.disableScrollPropagation(part);
    L.DomEvent.on(part, "mousemove mouseover", L.DomEvent.stopPropagation);
  }

  /* Put a button or a box to choose from in the row of tools; return it. */
  function tool(map, tag) {
    const control = L.control({position: "topleft"}), bar = element("div", "leaflet-bar cm-tool"), made = element(tag, "", bar);
    shield(bar);
    control.onAdd = () => bar;
    control.addTo(map);
    return made;
  }

  Object.assign(controlMap, {Files, dressed, element, shield, tool});
})(window.controlMap ??= {});
