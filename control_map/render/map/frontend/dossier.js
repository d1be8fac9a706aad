/* The dossier of a place on a day as elements: its status, its past, the explanation, and every report with its role. */
import {linkOut, make, makeButton, makeLink} from "./elements.js";
import {counted, grouped} from "./period.js";
import {CLAIM, DISPUTED, NOBODY} from "./timeline.js";

const GRADES = "Grades: A to E for the source, 1 to 5 for what it says, best first; F and 6 cannot be judged.";
const SHOWN = "\ue000", AGO = "\ue001";  // stand in passages for the day, and for how long ago the last report was
const FIRST_ROLES = {sets: 0, contradicts: 1};
const MOST_AT_FIRST = 3;  // reports on the present status
const [REPORT, ROLE, REASON, BECAUSE, AREA_OF, QUIET] = [0, 1, 2, 3, 4, 5];

function coloured(element, status) {
  element.style.setProperty("--c", `var(--s${status})`);
  return element;
}

/* The cards in the order in which they are listed: those that decide the status, those that deny it, the others, and those that add
 * little; `roleOf` and `addsLittle` say so of a card. */
export function weightiestFirst(cards, roleOf, addsLittle) {
  const rank = card => FIRST_ROLES[roleOf(card)] ?? (addsLittle(card) ? 3 : 2);
  return cards.toSorted((one, other) => rank(one) - rank(other));
}

/* The dossier of one place, or one report of it alone; `file` has its reports, or is null while they are on their way. `facts` are those of the view. */
export class Dossier {
  constructor(theatre, timeline, facts, place, file) {
    Object.assign(this, {theatre, timeline, facts, place, file, texts: file?.texts});
    this.element = make("article", {class: "cm-dossier"});
    this.element.addEventListener("click", ({target}) => {
      const {report} = target.closest("[data-report]")?.dataset ?? {};
      if (report) this.reveal(report);
    });
    if (file) [this.kind, this.inside, this.cards, this.pieces] = file.places[place.id];
  }

  /* Show a day; what stays the same is left as it is, with what is unfolded in it. With the id of a report, show that one alone; long
   * lists are shown in `pages`. */
  show(day, report = "", pages = null) {
    if (this.file && report) return this.showReport(day, report, pages);
    const {file, element} = this, changing = [this.badges(day), this.asItsDistrict(), ...this.past(day)];
    if (!file) return element.replaceChildren(...this.head(), ...changing, make("p", {role: "status"}, this.problem ?? "Reading the reports \u2026"));
    const piece = this.pieces.findLastIndex(([begun]) => begun <= day), known = this.cards.filter(card => file.reports[card[REPORT]][2] <= day).length;
    const key = [piece, known, this.yearOf(day), this.whole].join();
    this.day = day;
    this.moving = make("div", {}, changing, this.why(this.pieces[piece], day));
    if (key === this.shown) return element.querySelector(":scope > div").replaceWith(this.moving);
    this.shown = key;
    const unfolded = element.querySelector("details")?.open;
    element.replaceChildren(...this.head(), make("p", {class: "cm-fine"}, ...this.where(), ...this.linked(), this.inside && ` \u00b7 drawn inside ${this.inside}`), this.moving, ...this.reports(this.pieces[piece], day));
    const details = element.querySelector("details");
    if (details && unfolded) details.open = true;
  }

  /* Say why there are no reports to show. */
  fail(text, day) {
    this.problem = text;
    this.show(day);
  }

  head() {
    const {place: {name, local}} = this;
    return [make("h2", {}, name, " ", local && make("bdi", {}, local))];
  }

  /* What the place is, as in "crossing to Iran \u00b7 Herat": country and province lead to their places. */
  where() {
    const {place: {province, provinceId, neighbour}, kind} = this, at = kind.lastIndexOf(province), isCrossing = neighbour && kind.includes(neighbour);
    const [before, after] = isCrossing ? kind.slice(0, at).split(neighbour) : [kind.slice(0, at)];
    return [before, isCrossing && makeLink(neighbour, `neighbour/${neighbour}`), after, makeLink(province, `province/${provinceId}`), kind.slice(at + province.length)];
  }

  /* The district that a capital or a crossing lies in, and those that lie in a district. */
  linked() {
    const {place: {kind, within, contains}, theatre} = this, district = kind === "district" ? undefined : within;
    const parts = contains.flatMap(other => [` \u00b7 ${other.kind === "district" ? "around " : ""}`, makeLink(theatre.nameWithKind(other), other.id)]);
    return district ? [" \u00b7 in the district of ", makeLink(district.name, district.id)] : parts;
  }

  why([, , last, ...numbers], day) {
    const [first, second, ...passages] = this.passages(numbers.map(number => this.texts[number]), day, last);
    return make("div", {class: "cm-why"}, make("p", {}, make("b", {}, first), second ? ` ${second}` : ""), passages.map(passage => make("p", {}, passage)));
  }

  /* The passages of an explanation, with the day, and how long ago the last report was, put in. */
  passages(passages, day, last) {
    const {facts: {ages}, theatre: {period}} = this, filled = [...passages];
    const age = last === null ? "" : ages.findLast(([days]) => days <= day - last)?.[1] ?? "";
    filled[0] = filled[0].replace(SHOWN, () => period.yearlessName(day));
    if (filled.length > 1) filled.push(filled.pop().replace(AGO, () => age));
    return filled;
  }

  /* Say of a capital that no report is about how the map draws it. */
  asItsDistrict() {
    const {place, place: {within}, theatre: {statuses}, timeline} = this, step = timeline.drawnStep(place);
    if (step === timeline.cursor[place.index]) return "";
    return make("p", {class: "cm-fine"}, "No report is about the town itself. The map draws it, lighter, as the district that contains it: ",
      makeLink(within.name, within.id), `, ${statuses[timeline.status[step]].label}.`);
  }

  badges(day) {
    const {theatre: {statuses, labels: {doubts}}, timeline: {status, bits, claimed}} = this, step = this.timeline.stepOn(this.place.index, day);
    const claim = claimed[step] === NOBODY ? undefined : statuses[claimed[step]];
    return make("p", {class: "cm-badges"},
      coloured(make("b", {}, statuses[status[step]].label), status[step]), " ",
      Boolean(bits[step] & CLAIM) && coloured(make("b", {class: "cm-claim"}, doubts.own_claim.short), status[step]), " ",
      Boolean(bits[step] & DISPUTED) && make("b", {class: "cm-disputed"}, doubts.disputed.short), " ",
      claim && coloured(make("b", {class: "cm-claim"}, doubts.claimed.short.replace("{}", () => claim.label)), claimed[step]));
  }

  /* The statuses from the start of the period to a day, as shares of that time. */
  past(day) {
    const {theatre: {statuses, period}, timeline: {first, status, day: begins}, place: {index}} = this, runs = [];
    for (let step = first[index]; step < first[index + 1] && begins[step] <= day; step++) {
      if (runs.at(-1)?.status !== status[step]) runs.push({status: status[step], from: Math.max(0, begins[step])});
    }
    const pieces = runs.map((run, at) => ({...run, to: at + 1 < runs.length ? runs[at + 1].from : day + 1})).filter(({from, to}) => to > from);
    const title = ({status: code, from, to}) => `${statuses[code].label} from ${period.shortName(from)} to ${period.shortName(to - 1)}`;
    const strip = make("div", {class: "cm-past", role: "img", "aria-label": pieces.map(title).join("; ")}, pieces.map(piece => {
      const part = make("i", {title: title(piece)});
      part.style.cssText = `width: ${100 * (piece.to - piece.from) / (day + 1)}%; background: var(--f${piece.status})`;
      return part;
    }));
    return [strip, make("p", {class: "cm-fine cm-ends"}, make("span", {}, period.shortName(0)), make("span", {}, period.shortName(day)))];
  }

  /* A report alone, with the other places of its story. */
  showReport(day, id, pages) {
    const {file: {reports}, place, theatre, element} = this, card = this.cards.find(each => reports[each[REPORT]][0] === id && reports[each[REPORT]][2] <= day);
    this.shown = null;
    this.day = day;
    const head = [make("h2", {}, `Report ${id}`), make("p", {class: "cm-fine"}, "on ", makeLink(theatre.nameWithKind(place), place.id), `, ${place.province}`), this.badges(day)];
    if (!card) return element.replaceChildren(...head, make("p", {}, "This report does not count on this day, or by this method."));
    const others = this.othersOf(card), name = "story";
    return element.replaceChildren(...head.filter(Boolean), make("ol", {}, this.card(card, day, undefined, true)), make("p", {class: "cm-fine"}, GRADES), ...(others.length ? [
      make("h3", {}, "Also in this story ", make("small", {}, counted(others.length, "other place"))),
      make("ol", {class: "cm-recent cm-states", "data-list": name}, pages.cut(name, others).map(other => make("li", {}, makeLink(theatre.nameWithKind(other), other.id), `, ${other.province}`))),
      pages.more(name, others.length),
    ].filter(Boolean) : []));
  }

  /* The other places that the story of a report reports on. */
  othersOf(card) {
    const address = this.file.reports[card[REPORT]][9];
    return (this.file.stories[address] ?? []).map(index => this.theatre.places[index]).filter(other => other !== this.place);
  }

  /* The reports that count by a day: those on the present status, and below them the earlier ones. */
  reports([, since], day) {
    const dayOf = card => this.file.reports[card[REPORT]][2], known = this.cards.filter(card => dayOf(card) <= day);
    const isCurrent = card => since === null || dayOf(card) >= since;
    const current = known.filter(isCurrent), earlier = known.filter(card => !isCurrent(card));
    const {most_listed: most} = this.facts;
    return [
      ...(current.length ? [make("h3", {}, `${counted(current.length, "report")} on the present status`), ...this.list(current, day, this.whole ? most : MOST_AT_FIRST)] : []),
      ...(earlier.length ? [make("details", {}, make("summary", {}, counted(earlier.length, "earlier report")), this.list(earlier, day, most))] : []),
      ...(known.length ? [make("p", {class: "cm-fine"}, GRADES)] : []),
    ];
  }

  /* The first cards; where more can be listed, a button that shows them. */
  list(cards, day, most) {
    const listed = weightiestFirst(cards, card => this.file.roles[card[ROLE]], card => card[QUIET]).slice(0, most), left = cards.length - listed.length;
    const items = listed.map((card, at) => this.card(card, day, listed[at - 1]));
    const more = most < this.facts.most_listed ? this.makeUnfolder(left) : `and ${grouped(left)} more, in the exported file of the reports`;
    return [make("ol", {}, items), ...(left ? [make("p", {class: "cm-fine"}, more)] : [])];
  }

  makeUnfolder(count) {
    const button = makeButton(`Show ${grouped(count)} more`, "", () => {
      this.unfold();
      this.element.querySelectorAll("ol > li")[MOST_AT_FIRST].focus({preventScroll: true});
    });
    button.className = "cm-turn";
    return button;
  }

  /* List all reports, from now on. */
  unfold() {
    this.whole = true;
    this.show(this.day);
  }

  /* Show the card of a report that another names. */
  reveal(id) {
    this.unfold();
    const card = [...this.element.querySelectorAll("li")].find(({dataset}) => dataset.id === id), details = card?.closest("details");
    if (details) details.open = true;
    card?.focus();
  }

  yearOf(day) { return this.theatre.period.date(day).getUTCFullYear(); }

  /* The card of a report; a reason that is also that of the card before it is not repeated. One that stands `alone` leads nowhere. */
  card(card, day, before, alone = false) {
    const {texts, theatre: {statuses}, file: {roles, role_labels: labels, reports}} = this;
    const [id, actor, , says, who, side, grade, summary, source, address, row, ...whens] = reports[card[REPORT]];
    const because = texts[card[BECAUSE]], area = texts[card[AREA_OF]], sided = texts[side], link = texts[address], yours = texts[row];
    const when = texts[whens[this.yearOf(day) - this.yearOf(0)]];
    const attribution = `${texts[says]}${area && ` (${area})`}, says ${texts[who]}${sided && ` (${sided})`} \u00b7 ${grade} \u00b7 ${when} \u00b7 `;
    const isRepeated = before && [ROLE, REASON, BECAUSE].every(field => card[field] === before[field]);
    const item = make("li", {class: `cm-card${card[QUIET] ? " cm-quiet" : ""}`, "data-id": id, tabindex: "-1"},
      make("small", {}, make("b", {}, labels[card[ROLE]]), ...(isRepeated ? [] : [` ${texts[card[REASON]]}`, ...this.named(because, alone)])),
      yours && make("small", {class: "cm-yours"}, "Your report: ", make("bdi", {}, yours)),
      summary && make("p", {}, summary),
      make("small", {}, attribution, /^https?:\/\//.test(link) && linkOut(`${texts[source] || "source"} \u2197`, link), " ", alone ? make("i", {}, id) : this.openers(card, id)));
    item.dataset.role = roles[card[ROLE]];
    const held = statuses.findIndex(status => status.id === actor);
    if (held >= 0) item.style.borderColor = `var(--s${held})`;
    return item;
  }

  /* What opens a report alone: its id, and how many other places its story is about. */
  openers(card, id) {
    const others = this.othersOf(card).length, opener = makeLink(id, `report/${id}`);
    opener.title = "Open this report alone";
    return [make("i", {}, opener), others > 0 && [" \u00b7 ", makeLink(`${counted(others, "other place")} in this story`, `report/${id}`)]].flat();
  }

  /* The reports because of which another has its role, in brackets; each that has a card here leads to it. */
  named(because, alone) {
    if (!because) return [];
    const ids = new Set(this.cards.map(card => this.file.reports[card[REPORT]][0]));
    const parts = because.split(/(, | and )/).map(part => (!ids.has(part) ? part : alone ? makeLink(part, `report/${part}`) : make("button", {type: "button", class: "cm-turn", "data-report": part}, part)));
    return [" (", ...parts, ")"];
  }
}
