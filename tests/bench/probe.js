/* What is drawn at points of st_folium's map, looked at in each frame of the animation, from the page around it.
 *
 * A place is a list of [lon, lat]; its colour is the commonest of its points' colours, "" where nothing is drawn.
 * It looks at pixels of canvases and at the fill of SVG paths, and so does not depend on who drew them.
 */
"use strict";

window.probe = {
  PATIENCE: 60_000,

  frame() {
    return document.querySelector("iframe[title*='st_folium']")?.contentWindow ?? null;
  },

  map() {
    const map = this.frame()?.map;
    return map?._loaded ? map : null;
  },

  colours(places) {
    const map = this.map();
    return places.map(points => {
      const counts = new Map();
      for (const point of map ? points : []) {
        const colour = this.colourAt(map, point);
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
    });
  },

  colourAt(map, [lon, lat]) {
    const container = map.getContainer(), frame = container.getBoundingClientRect();
    const at = map.latLngToContainerPoint([lat, lon]), x = frame.left + at.x, y = frame.top + at.y;
    for (const canvas of [...container.querySelectorAll("canvas")].reverse()) {
      const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
      const column = Math.floor((x - box.left) * scale), row = Math.floor((y - box.top) * scale);
      if (column < 0 || row < 0 || column >= canvas.width || row >= canvas.height) continue;
      const [red, green, blue, alpha] = canvas.getContext("2d").getImageData(column, row, 1, 1).data;
      if (alpha === 255) return "#" + [red, green, blue].map(part => part.toString(16).padStart(2, "0")).join("");
    }
    const path = container.ownerDocument.elementsFromPoint(x, y).find(element => element.tagName === "path");
    return path?.getAttribute("fill") ?? "";
  },

  /* Resolve at the first frame in which `met()` holds, with the time since the page was opened, in milliseconds. */
  when(met) {
    const latest = performance.now() + this.PATIENCE;
    return new Promise((resolve, reject) => {
      const look = () => {
        if (met()) resolve(performance.now());
        else if (performance.now() > latest) reject(new Error(`not seen on the map within ${this.PATIENCE} ms`));
        else requestAnimationFrame(look);
      };
      look();
    });
  },

  shows(places, expected) {
    return this.colours(places).every((colour, place) => colour === expected[place]);
  },

  /* From the next key on: how long until each place has another colour, and what became of the map meanwhile.
   * The answer is the promise `stepped`. */
  watch(places) {
    const before = this.colours(places), map = this.map();
    let begun = null, blank = false, answered = null;
    // Ours shows the day before the server has answered: when the answer came is measured by itself.
    const layer = this.frame().controlMap, show = layer?.show;
    if (layer) layer.show = command => { answered = performance.now(); layer.show = show; return show(command); };
    this.answered = () => answered && answered - begun;
    document.addEventListener("keydown", event => { begun = event.timeStamp; }, {capture: true, once: true});
    this.stepped = this.when(() => {
      const now = this.colours(places);
      blank ||= now.every(colour => colour === "");
      return begun !== null && now.every((colour, place) => colour && colour !== before[place]);
    }).then(ended => ({ms: ended - begun, blank, remounted: this.map() !== map}));
  },
};
