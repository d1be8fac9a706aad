/* The symbols of places without a polygon: capitals as squares, crossings as gates, undrawn districts as circles. */
(controlMap => {
  "use strict";

  const {Looks} = controlMap;
  const KINDS = {
    district: {size: 9, order: 0, label: "undrawn district"},
    crossing: {size: 13, order: 1, label: "crossing"},
    provincial_capital: {size: 9, order: 2, label: "capital"},
  };
  const AROUND = matchMedia("(pointer: coarse)").matches ? 9 : 3;  // pixels around a symbol that still count as hitting it

  const PALE = "#8d887d";  // the outline of what is not to be looked at, on either ground

  const OUTLINES = {
    provincial_capital(path, half) { path.rect(-half, -half, 2 * half, 2 * half); },
    crossing(path, half) {
      path.moveTo(-half, half);
      path.arc(0, -half * 0.15, half, Math.PI, 2 * Math.PI);
      path.lineTo(half, half);
      path.closePath();
    },
    district(path, half) { path.arc(0, 0, half, 0, 2 * Math.PI); },
  };

  function outline(kind, half) {
    const path = new Path2D();
    OUTLINES[kind](path, half);
    return path;
  }

  class Symbols {
    constructor(surface) {
      this.surface = surface;
      this.places = surface.theatre.marked.toSorted((a, b) => KINDS[a.kind].order - KINDS[b.kind].order);
      this.hidden = [];
    }

    half({kind}) { return KINDS[kind].size / 2 * this.zoomed; }

    /* Draw all of them anew; `look` gives the look of a place, `zoomed` how large they are. */
    draw(look, {ink, selected, zoomed}) {
      const {surface} = this, pen = surface.symbols;
      this.zoomed = zoomed;
      surface.clear(pen);
      this.boxes = [];
      for (const place of this.places) {
        if (this.hidden.includes(place.kind)) continue;
        const {x, y} = surface.at(place.point), half = this.half(place);
        this.boxes.push({place, x, y, half});
        pen.save();
        pen.translate(x, y);
        this.mark(pen, place.kind, half, look(place), ink, place.index === selected);
        pen.restore();
      }
    }

    mark(pen, kind, half, {fill, hatch, faint, dots, ring, own, pale}, ink, selected) {
      const path = outline(kind, half);
      if (selected) {
        for (const [colour, width] of [[ink, 8], ["#ffffff", 4]]) {
          pen.strokeStyle = colour;
          pen.lineWidth = width;
          pen.stroke(outline(kind, half + 1));
        }
      }
      if (own) {
        for (const [colour, width] of [["#ffffff", 7], [own, 4.5]]) {
          pen.strokeStyle = colour;
          pen.lineWidth = width;
          pen.stroke(outline(kind, half + 2));
        }
      }
      pen.fillStyle = fill;
      pen.fill(path);
      for (const [patterned, colour] of [[Looks.hatches, hatch], [Looks.dots, dots]]) {
        if (!colour) continue;
        pen.globalAlpha = faint && colour === hatch ? Looks.STALE : 1;
        pen.fillStyle = patterned(pen, colour);
        pen.fill(path);
        pen.globalAlpha = 1;
      }
      if (kind === "district" && !pale) {
        pen.strokeStyle = "#26241f66";
        pen.lineWidth = 2.6;
        pen.stroke(path);
      }
      pen.strokeStyle = pale ? PALE : kind === "district" ? "#ffffff" : "#26241f";
      pen.lineWidth = 1.2;
      pen.stroke(path);
      if (ring) {
        pen.setLineDash([3, 2]);
        pen.strokeStyle = ring;
        pen.lineWidth = 1.5;
        pen.stroke(outline(kind, half + 3.5));
      }
    }

    /* The symbol under a point of the map, the nearest of several, or undefined. */
    hit(containerPoint) {
      const {x, y} = this.surface.at(this.surface.under(containerPoint));
      const far = box => Math.max(Math.abs(box.x - x), Math.abs(box.y - y)) - box.half;
      const near = this.boxes.filter(box => far(box) < AROUND);
      return near.sort((a, b) => far(a) - far(b))[0]?.place;
    }
  }

  Symbols.KINDS = KINDS;
  controlMap.Symbols = Symbols;
})(window.controlMap ??= {});
