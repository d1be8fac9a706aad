/* The dossier of a place on a day, and what just changed, as elements. All text goes in as text: names and reports are untrusted. */
import {make} from "../../map/frontend/elements.js";
import {counted} from "../../map/frontend/period.js";
import {DISPUTED, NOBODY} from "../../map/frontend/timeline.js";

const GRADES = "Grades: A to E for the source, 1 to 5 for what it says, best first; F and 6 cannot be judged.";
const [REPORT, ROLE, REASON, BECAUSE, AREA, QUIET] = [0, 1, 2, 3, 4, 5];

const dot = status => make("i", {class: status});

function coloured(element, status) {
  element.style.setProperty("--c", `var(--${status})`);
  return element;
}

/* The cards that are listed, in their order: those that set a status before others, then the first; as `choose_listed` in Python. */
export function chooseListed(cards, most, sets) {
  if (cards.length <= most) return cards;
  const first = [...cards.keys()].sort((one, other) => sets(cards[other]) - sets(cards[one]));
  return first.slice(0, most).sort((one, other) => one - other).map(number => cards[number]);
}

export class Dossiers {
  /* `settings` are the page's; `theatre` and `timeline` the board's. */
  constructor(settings, theatre, timeline) {
    Object.assign(this, {settings, theatre, timeline});
  }

  /* What just changed up to a day. */
  recent(day) {
    const {settings: {changes, recentDays, mostRecent}, theatre: {places, statuses, labels: {kinds}, period}} = this;
    const recent = changes.filter(([on]) => on > day - recentDays && on <= day).reverse();
    const listed = recent.filter(([, , , , byArea]) => !byArea), byArea = recent.length - listed.length;
    const rows = listed.slice(0, mostRecent).map(([on, index, before, status]) => make("li", {},
      make("span", {}, period.yearlessName(on)), make("button", {type: "button", "data-go": places[index].id}, places[index].name),
      `${kinds[places[index].kind].suffix}, ${places[index].province}`, make("br"),
      dot(statuses[before].id), `${statuses[before].label} \u2192 `, dot(statuses[status].id), statuses[status].label));
    return [
      make("h2", {}, "What just changed"),
      make("p", {class: "cm-fine"}, `In the ${recentDays} days up to ${period.yearlessName(day)}. Click a place here or on the map to read the reports behind its colour.`),
      byArea > 0 && make("p", {class: "cm-fine"}, `${counted(byArea, "place")} more changed by reports on a whole area, not by one on the place.`),
      rows.length > 0 && make("ol", {class: "cm-recent"}, rows),
      listed.length > rows.length && make("p", {class: "cm-fine"}, `and ${listed.length - rows.length} more`),
      recent.length === 0 && make("p", {}, "No status changed."),
    ].filter(Boolean);
  }

  /* The head of a place's dossier, which needs no reports. */
  head(place) {
    return [
      make("button", {type: "button", class: "cm-back", "data-go": ""}, "\u2190 What just changed"),
      make("h2", {}, place.name, " ", place.local && make("bdi", {}, place.local)),
    ];
  }

  /* The whole dossier of a place on a day; `file` is the one with its reports. */
  of(place, day, file) {
    const [kind, inside, cards, pieces] = file.places[place.id], texts = file.texts, piece = pieces.findLast(([begun]) => begun <= day);
    const [, since, last, ...numbers] = piece, reports = file.reports;
    const known = cards.filter(card => reports[card[REPORT]][2] <= day);
    const isCurrent = card => since === null || reports[card[REPORT]][2] >= since;
    const current = known.filter(isCurrent), earlier = known.filter(card => !isCurrent(card));
    const [first, second, ...passages] = this.passages(numbers.map(number => texts[number]), day, last);
    const list = those => {
      const listed = chooseListed(those, this.settings.mostReports, card => file.roles[card[ROLE]] === "sets"), more = those.length - listed.length;
      return [
        make("ol", {}, listed.map(card => this.card(card, file, day))),
        more > 0 && make("p", {class: "cm-fine"}, `and ${more.toLocaleString("en")} more, in the exported file of the reports`),
      ].filter(Boolean);
    };
    return [
      ...this.head(place),
      make("p", {class: "cm-fine"}, kind + (inside && ` \u00b7 drawn inside ${inside}`)),
      this.badges(place, day),
      ...this.past(place, day),
      make("div", {class: "cm-why"}, make("p", {}, make("b", {}, first), second ? ` ${second}` : ""), passages.map(passage => make("p", {}, passage))),
      ...(current.length ? [make("h3", {}, `${counted(current.length, "report")} on the present status, newest first`), ...list(current)] : []),
      ...(earlier.length ? [make("details", {}, make("summary", {}, counted(earlier.length, "earlier report")), ...list(earlier))] : []),
      ...(known.length ? [make("p", {class: "cm-fine"}, GRADES)] : []),
    ];
  }

  /* The passages of an explanation, with the day, and how long ago the last report was, put in. */
  passages(passages, day, last) {
    const {shown, ago, spans} = this.settings, filled = [...passages];
    const span = last === null ? "" : spans.findLast(([days]) => days <= day - last)?.[1] ?? "";
    filled[0] = filled[0].replace(shown, () => this.theatre.period.yearlessName(day));
    if (filled.length > 1) filled.push(filled.pop().replace(ago, () => span));
    return filled;
  }

  badges(place, day) {
    const {theatre: {statuses, labels: {doubts}}, timeline: {status, bits, claimed}} = this, step = this.timeline.stepOn(place.index, day);
    const shown = statuses[status[step]], claim = claimed[step] === NOBODY ? undefined : statuses[claimed[step]];
    return make("p", {class: "cm-badges"},
      coloured(make("b", {}, shown.label), shown.id), " ",
      Boolean(bits[step] & DISPUTED) && make("b", {class: "cm-disputed"}, doubts.disputed.short), " ",
      claim && coloured(make("b", {class: "cm-claim"}, doubts.claimed.short.replace("{}", () => claim.label)), claim.id));
  }

  /* The statuses from the start of the period to a day, as shares of that time. */
  past(place, day) {
    const {theatre: {statuses, period}, timeline: {first, status, day: begins}} = this, runs = [];
    for (let step = first[place.index]; step < first[place.index + 1] && begins[step] <= day; step++) {
      if (runs.at(-1)?.status !== status[step]) runs.push({status: status[step], from: Math.max(0, begins[step])});
    }
    const pieces = runs.map((run, at) => ({...run, to: at + 1 < runs.length ? runs[at + 1].from : day + 1})).filter(({from, to}) => to > from);
    const title = ({status: code, from, to}) => `${statuses[code].label} from ${period.yearlessName(from)} to ${period.yearlessName(to - 1)}`;
    const strip = make("div", {class: "cm-past", role: "img", "aria-label": pieces.map(title).join("; ")}, pieces.map(piece => {
      const part = make("i", {title: title(piece)});
      part.style.width = `${100 * (piece.to - piece.from) / (day + 1)}%`;
      part.style.background = `var(--${statuses[piece.status].id})`;
      return part;
    }));
    return [strip, make("p", {class: "cm-fine cm-ends"}, make("span", {}, period.yearlessName(0)), make("span", {}, period.yearlessName(day)))];
  }

  card(card, {texts, roles, reports}, day) {
    const {period} = this.theatre;
    const [id, actor, , says, who, side, grade, summary, source, address, ...whens] = reports[card[REPORT]];
    const because = texts[card[BECAUSE]], area = texts[card[AREA]], sided = texts[side], link = texts[address];
    const when = texts[whens[period.date(day).getUTCFullYear() - period.date(0).getUTCFullYear()]];
    const attribution = `${texts[says]}${area && ` (${area})`}, says ${texts[who]}${sided && ` (${sided})`} \u00b7 ${grade} \u00b7 ${when} \u00b7 `;
    return make("li", {class: `cm-card ${actor}${card[QUIET] ? " cm-quiet" : ""}`},
      make("small", {}, make("b", {}, roles[card[ROLE]]), ` ${texts[card[REASON]]}${because && ` (${because})`}`),
      summary && make("p", {}, summary),
      make("small", {}, attribution, /^https?:\/\//.test(link) && make("a", {href: link, rel: "noreferrer"}, `${texts[source] || "source"} \u2197`), " ", make("i", {}, id)));
  }
}
