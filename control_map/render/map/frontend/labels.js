/* Names on the map: as many as fit at this zoom, none over another, the more important first. */
(controlMap => {
  "use strict";

  const FONT = '"Source Sans Pro", system-ui, "DejaVu Sans", sans-serif';
  const KINDS = {
    neighbour: {font: `600 11px ${FONT}`, height: 13, spacing: "2px"},
    province: {font: `700 11px ${FONT}`, height: 13, halo: true},
    mark: {font: `500 10.5px ${FONT}`, height: 12, halo: true},
    district: {font: `400 10px ${FONT}`, height: 12, halo: true},
  };
  const GAP = 2;
  /* How many times the scale that shows the whole theatre these names want. */
  const FROM = {provincial_capital: 1.7, crossing: 1.7, district: 4};
  const SHIFTS = [[0, 0], [0, -14], [0, 14], [-18, 0], [18, 0], [-18, -14], [18, -14], [-18, 14], [18, 14]];

  const ASIDE = [[0, 0], [0, -14], [0, 14], [-40, 0], [40, 0], [-40, -14], [40, -14], [-70, 0], [70, 0], [-70, -28], [70, 28]];

  class Labels {
    constructor(surface) { this.surface = surface; }

    /* Place and draw them. `marks` are the boxes of the symbols, `zoomed` the scale in terms of that which shows the whole theatre. */
    draw(marks, {zoomed, ink, quiet, halo, selected}) {
      const {surface} = this, pen = surface.labels;
      this.taken = [];
      this.seen = surface.seen();
      this.degree = surface.degree();
      this.marks = marks;
      this.colours = {ink, quiet, halo};
      surface.clear(pen);
      const named = marks.filter(({place}) => zoomed >= FROM[place.kind] || place.index === selected);
      for (const box of named.filter(({place}) => place.index === selected)) this.besides(box, true);
      for (const {name, point, anchor} of surface.theatre.neighbours) this.neighbour(name.toUpperCase(), surface.at(point), anchor);
      for (const province of surface.theatre.provinces) this.province(province);
      for (const box of named.filter(({place}) => place.index !== selected).reverse()) this.besides(box);
      this.districts(selected);
    }

    /* Beside the theatre, never over it; at the edge of the map moved into it. */
    neighbour(text, {x, y}, anchor) {
      const width = this.measure(text, KINDS.neighbour), left = {start: x, middle: x - width / 2, end: x - width}[anchor];
      const {min, max} = this.seen, {height} = KINDS.neighbour;
      for (const [right, down] of ASIDE) {
        const from = Math.min(Math.max(left + right, min.x + GAP), max.x - width - GAP);
        const middle = Math.min(Math.max(y + down, min.y + height), max.y - height);
        const ends = [0, 0.5, 1].map(share => L.point(from + share * width, middle));
        if (ends.some(end => this.surface.placeAt(end))) continue;
        if (this.put(text, KINDS.neighbour, from + width / 2, middle, true)) return;
      }
    }

    province({name, point, radius, box: [west, , east]}) {
      const {x, y} = this.surface.at(point), width = this.measure(name, KINDS.province);
      const room = (east - west) * this.degree;
      if (radius * this.degree * 2 < 18 || room < width * 0.8) return;
      for (const [right, down] of SHIFTS) if (this.put(name, KINDS.province, x + right, y + down, true)) return;
      for (const [right, down] of SHIFTS) if (this.put(name, KINDS.province, x + right, y + down)) return;
    }

    besides({place, x, y, half}, selected = false) {
      const text = place.kind === "crossing" && place.neighbour ? `${place.name} \u2192 ${place.neighbour}` : place.name;
      const width = this.measure(text, KINDS.mark), right = half + 4 + width / 2, below = half + 9;
      const {seen: {min, max}} = this, seen = this.seen.contains([x, y]);
      // A name beside a symbol that is seen is not to be cut off.
      const within = middle => (seen ? Math.min(Math.max(middle, min.x + width / 2 + GAP), max.x - width / 2 - GAP) : middle);
      for (const [dx, dy] of [[right, 0], [-right, 0], [0, below], [0, -below]]) {
        if (dx && within(x + dx) !== x + dx) continue;
        if (this.put(text, KINDS.mark, within(x + dx), y + dy, true)) return;
      }
      if (selected) this.put(text, KINDS.mark, within(x), y + below);
    }

    districts(selected) {
      const {surface} = this;
      for (const place of surface.theatre.drawn) {
        const reach = place.reach * surface.scale;
        if (reach < 16 && place.index !== selected) continue;
        if (!surface.sees(place.box)) continue;
        const {x, y} = surface.at(place.point), width = this.measure(place.name, KINDS.district);
        if (width > 2.3 * reach && place.index !== selected) continue;
        for (const [right, down] of SHIFTS.slice(0, 3)) if (this.put(place.name, KINDS.district, x + right, y + down, true)) break;
      }
    }

    measure(text, {font, spacing}) {
      const pen = this.surface.labels;
      pen.font = font;
      pen.letterSpacing = spacing ?? "0px";
      return pen.measureText(text).width;
    }

    /* Draw a name around a point, unless it would lie over another (or, if `clear`, over a symbol). */
    put(text, kind, x, y, clear = false) {
      const width = this.measure(text, kind), {height, halo} = kind, pen = this.surface.labels;
      const box = {left: x - width / 2 - GAP, right: x + width / 2 + GAP, top: y - height / 2, bottom: y + height / 2};
      const over = other => other.left < box.right && other.right > box.left && other.top < box.bottom && other.bottom > box.top;
      if (this.taken.some(over)) return false;
      if (clear && this.marks.some(({x: at, y: down, half}) => over({left: at - half, right: at + half, top: down - half, bottom: down + half}))) return false;
      this.taken.push(box);
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.lineJoin = "round";
      if (halo) {
        pen.strokeStyle = this.colours.halo;
        pen.lineWidth = 3;
        pen.strokeText(text, x, y);
      }
      pen.fillStyle = halo ? this.colours.ink : this.colours.quiet;
      pen.fillText(text, x, y);
      return true;
    }
  }

  controlMap.Labels = Labels;
})(window.controlMap ??= {});
