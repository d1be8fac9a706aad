/* What happened lately, as small marks: fighting, and places that changed hands, as reports say or as a party claims. */
export const LATELY = 7;  // days for which an event is marked, and the name of a crossing drawn after its status changed
const FIGHTING = 0, CLAIMED = 2;
const HALF = 3.6;            // pixels from the middle of a mark to its edge
const LEAST_OPACITY = 0.35;  // of an event that is about to be no longer marked

export const EVENT_OUTLINES = {
  fighting: `M${-HALF} ${-HALF}L${HALF} ${HALF}M${HALF} ${-HALF}L${-HALF} ${HALF}`,
  capture: `M${-HALF} ${HALF}V${-HALF}L${HALF} ${-HALF / 3}L${-HALF} ${HALF / 3}`,
};

export class Events {
  /* `rows` are those of the file, in order of days. */
  constructor(theatre, rows) {
    this.theatre = theatre;
    const provinces = new Map(theatre.provinces.map(province => [province.id, province]));
    this.all = rows.flatMap(([day, published, where, what, party]) => {
      const at = typeof where === "number" ? theatre.places[where] : provinces.get(where);
      return at ? [{day, published, at, what, party}] : [];
    });
  }

  /* The latest event of each place on the days up to one, of those published by a day; of one day a change of hands goes before a fight. */
  lately(day, knownOn) {
    const latest = new Map();
    for (const event of this.all) {
      if (event.day > day) break;
      if (event.day <= day - LATELY || event.published > knownOn) continue;
      const before = latest.get(event.at);
      if (!before || before.day < event.day || before.what === FIGHTING) latest.set(event.at, event);
    }
    return latest;
  }
}

const paths = new Map();
function pathOf(what) {
  const name = what === FIGHTING ? "fighting" : "capture";
  if (!paths.has(name)) paths.set(name, new Path2D(EVENT_OUTLINES[name]));
  return paths.get(name);
}

/* Draw events on a sheet in pixels; `pointOf` says where, `colourOf` gives the colour of a party. */
export function drawEvents(pen, latest, day, {pointOf, colourOf, colours}) {
  pen.lineCap = pen.lineJoin = "round";
  for (const event of latest.values()) {
    const {x, y} = pointOf(event.at), path = pathOf(event.what), isFight = event.what === FIGHTING;
    pen.save();
    pen.translate(x, y);
    pen.globalAlpha = 1 - (1 - LEAST_OPACITY) * (day - event.day) / LATELY;
    pen.strokeStyle = colours.halo;
    pen.lineWidth = 3.4;
    pen.stroke(path);
    pen.fillStyle = event.what === CLAIMED || event.party < 0 ? colours.halo : colourOf(event.party);
    if (!isFight) pen.fill(path);
    pen.strokeStyle = colours.symbol;
    pen.lineWidth = isFight ? 1.5 : 1.1;
    pen.stroke(path);
    pen.restore();
  }
}
