/* The settlements that reports name, as dots: each from the day of the first event on. */
import {make} from "./elements.js";
import {counted} from "./period.js";

const DOT_RADIUS = 2.6;  // pixels of a dot
const DOT_ROOM = 9;      // pixels around a dot in which no other is drawn: the nearer the map, the more of them are
const DOT_REACH = matchMedia("(pointer: coarse)").matches ? 10 : 6;  // pixels around a dot that still count as hitting it
const FONT_OF_FOUND = "600 12px \"Source Sans Pro\", system-ui, \"DejaVu Sans\", sans-serif";
const NAME_GAP = 6;  // pixels between a dot and its name

export class Settlements {
  /* `rows` are those of the file of events, those first that most reports name. */
  constructor(theatre, rows) {
    this.all = rows.map(([name, local, lon, lat, index, reports]) => ({name, local, point: theatre.project(lon, lat), place: theatre.places[index], reports}));
    this.dots = [];
  }

  /* The settlements that reports name of events up to a day, published by a day, each with how many and the day of the last event. */
  namedBy(day, knownOn) {
    return this.all.flatMap(settlement => {
      const days = settlement.reports.filter(([event, published]) => event <= day && published <= knownOn).map(([event]) => event);
      return days.length ? [{settlement, count: days.length, last: Math.max(...days)}] : [];
    });
  }

  /* Place the dots on a sheet of this size, in pixels; `pointOf` says where. */
  place(named, {x: width, y: height}, pointOf) {
    const taken = new Set(), cell = (column, row) => `${column} ${row}`;
    this.dots = named.flatMap(each => {
      const {x, y} = pointOf(each.settlement), column = Math.floor(x / DOT_ROOM), row = Math.floor(y / DOT_ROOM);
      if (x < 0 || y < 0 || x > width || y > height || taken.has(cell(column, row))) return [];
      for (const right of [-1, 0, 1]) for (const down of [-1, 0, 1]) taken.add(cell(column + right, row + down));
      return [{...each, x, y}];
    });
  }

  draw(pen, colours) { for (const dot of this.dots) drawDot(pen, dot, colours); }

  /* The dot under a point of the sheet, the nearest of several, or undefined. */
  dotAt({x, y}) {
    const near = this.dots.map(dot => ({dot, distance: Math.hypot(dot.x - x, dot.y - y)})).filter(({distance}) => distance < DOT_REACH);
    return near.sort((a, b) => a.distance - b.distance)[0]?.dot;
  }
}

function drawDot(pen, {x, y}, colours) {
  pen.beginPath();
  pen.arc(x, y, DOT_RADIUS, 0, 2 * Math.PI);
  pen.lineWidth = 2.4;
  pen.strokeStyle = colours.halo;
  pen.stroke();
  pen.fillStyle = colours.symbol;
  pen.fill();
}

/* Draw the settlement that was searched for, with its name. */
export function drawFound(pen, {name}, {x, y}, colours) {
  drawDot(pen, {x, y}, colours);
  pen.font = FONT_OF_FOUND;
  pen.textBaseline = "middle";
  pen.lineWidth = 3;
  pen.strokeStyle = colours.halo;
  pen.fillStyle = colours.name;
  pen.strokeText(name, x + NAME_GAP, y);
  pen.fillText(name, x + NAME_GAP, y);
}

/* The lines of the card on a dot. */
export function settlementLines({period}, {settlement: {name, local, place}, count, last}) {
  return [
    make("div", {}, make("b", {}, name), " ", local && make("bdi", {}, local)),
    make("div", {}, make("span", {}, `settlement in ${place.name} \u00b7 ${place.province}`)),
    make("div", {}, `named in ${counted(count, "report")}, the last of ${period.shortName(last)}`),
  ];
}
