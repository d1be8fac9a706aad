/* How a place looks: its colour, and the patterns of doubt over it. */
(controlMap => {
  "use strict";

  const {bits: {LIGHT, DISPUTED, OWN, NOBODY}, change: {UNCHANGED, TAKEN_BACK, LOST}} = controlMap;
  const STALE = 0.3;   // how much of its colour a blind spot keeps; the rest is the ground's
  const ASIDE = 0.12;  // the same of a place that the legend's filter leaves out

  /* Mix two hex colours; `share` is how much of the first is left. */
  function mix(colour, ground, share) {
    const channel = (hex, start) => parseInt(hex.slice(start, start + 2), 16);
    return "#" + [1, 3, 5].map(start => Math.round(share * channel(colour, start) + (1 - share) * channel(ground, start))
      .toString(16).padStart(2, "0")).join("");
  }

  class Looks {
    constructor(statuses, silence) {
      this.statuses = statuses;
      this.silence = silence;
      this.known = new Map();
    }

    /* Take the colours of a theme: `ground` behind all, `dot` of blind spots, `ink` of rings, `yours` of the reader's own. */
    theme(dark, sheet) {
      this.dark = dark;
      [this.ground, this.dot, this.ink, this.yours] = ["--ground", "--dot", "--ring", "--yours"].map(name => sheet.getPropertyValue(name).trim());
      this.known.clear();
    }

    colour(status) { return this.statuses[status][this.dark ? "dark" : "colour"]; }

    /* A number for what a place shows: two places with the same number look the same. */
    static key(status, bits, claimed, blind, aside, change = UNCHANGED, compares = false) {
      return status | (bits & (LIGHT | DISPUTED)) << 6 | (claimed + 1) << 8 | blind << 14 | aside << 15 | change << 16 | compares << 19 | Boolean(bits & OWN) << 20;
    }

    of(key) {
      if (!this.known.has(key)) this.known.set(key, this.make(key));
      return this.known.get(key);
    }

    make(key) {
      const status = key & 63, bits = key >> 6 & 3, claimed = (key >> 8 & 63) - 1, blind = key >> 14 & 1, aside = key >> 15 & 1;
      const change = key >> 16 & 7, compares = key >> 19 & 1, own = key >> 20 & 1;
      const look = compares ? this.changed(status, change) : this.held(status, bits, claimed, blind, own);
      return aside ? {fill: mix(look.fill, this.ground, ASIDE), pale: true} : look;
    }

    held(status, bits, claimed, blind, own) {
      const full = bits & LIGHT ? this.statuses[status].light : this.colour(status);
      return {
        fill: blind && status !== this.silence ? mix(full, this.ground, STALE) : full,
        hatch: claimed === NOBODY ? null : this.colour(claimed),
        faint: Boolean(blind),
        dots: blind ? this.dot : null,
        ring: bits & DISPUTED ? this.ink : null,
        own: own ? this.yours : null,
      };
    }

    changed(status, change) {
      if (change === UNCHANGED) return {fill: this.colour(this.silence), pale: true};
      if (change === LOST) return {fill: this.colour(this.silence), hatch: this.ink};
      return {fill: this.colour(status), hatch: change === TAKEN_BACK ? this.ground : null};
    }
  }

  const HATCHES = {size: 8, draw(pen) {
    pen.lineWidth = 2.4;
    for (const shift of [-8, 0, 8]) {
      pen.beginPath();
      pen.moveTo(shift - 1, 9);
      pen.lineTo(shift + 9, -1);
      pen.stroke();
    }
  }};
  const DOTS = {size: 10, draw(pen) {
    for (const at of [2.5, 7.5]) {
      pen.beginPath();
      pen.arc(at, at, 1, 0, 2 * Math.PI);
      pen.fill();
    }
  }};

  const tiles = new Map();
  function pattern(pen, kind, colour) {
    const pixels = Math.ceil(window.devicePixelRatio || 1), key = `${kind.size} ${colour} ${pixels}`;
    if (!tiles.has(key)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = kind.size * pixels;
      const drawn = tile.getContext("2d");
      drawn.scale(pixels, pixels);
      drawn.strokeStyle = drawn.fillStyle = colour;
      kind.draw(drawn);
      const made = pen.createPattern(tile, "repeat");
      made.setTransform(new DOMMatrix().scale(1 / pixels));
      tiles.set(key, made);
    }
    return tiles.get(key);
  }

  Looks.hatches = (pen, colour) => pattern(pen, HATCHES, colour);
  Looks.dots = (pen, colour) => pattern(pen, DOTS, colour);
  Looks.STALE = STALE;
  controlMap.Looks = Looks;
})(window.controlMap ??= {});
