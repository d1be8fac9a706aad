/* What changed since the day compared with, as a list: counts of districts by status, then the places, the latest change first. */
import {dot, make} from "./elements.js";
import {counted, grouped} from "./period.js";
import {TAKEN_BACK, UNCHANGED} from "./timeline.js";

export class ChangesList {
  constructor(theatre) {
    this.theatre = theatre;
    const {compare} = new Intl.Collator("en");
    this.order = theatre.places.toSorted((a, b) => compare(a.province, b.province) || compare(a.name, b.name));
  }

  /* What became of the places, of a province if one is given, from one day to another, by the rule of `Timeline.changeBetween`: `days`,
   * the latest first, each with the `places` that last changed on it, and `counts` of the districts by status: how many came to it, were
   * taken back, and left it, as `count_changes` of `changes.py` has them. */
  compare(timeline, since, until, provinceId = "") {
    const days = Array.from({length: Math.max(until - since, 0)}, (_, before) => ({day: until - before, places: []}));
    const counts = this.theatre.statuses.map(() => ({gained: 0, takenBack: 0, lost: 0}));
    for (const place of this.order) {
      if (provinceId && place.provinceId !== provinceId) continue;
      const change = timeline.changeBetween(place.index, since, until);
      if (change === UNCHANGED) continue;
      const step = timeline.stepOn(place.index, until);
      days[until - timeline.holdStart(place.index, step)].places.push(place);
      if (place.kind === "district") count(counts, change, timeline.namedOn(place.index, since), timeline.namedStatus(step));
    }
    return {days: days.filter(({places}) => places.length), counts};
  }

  /* The list as elements. Its buttons name in `data-go` the place to open; one, with `data-compare`, ends the comparison. */
  elements(timeline, since, until, pages, provinceId = "") {
    const {theatre, theatre: {period, noReport}} = this, {days, counts} = this.compare(timeline, since, until, provinceId);
    const sentences = counts.map((those, status) => (status === noReport ? "" : this.describe(status, those)));
    const moved = sentences.flatMap((words, status) => (words ? [make("li", {}, dot(status), words)] : []));
    const total = days.reduce((sum, {places}) => sum + places.length, 0), listed = [], name = "changes";
    let left = pages.most(name);
    for (const {day, places} of days) {
      if (left <= 0) break;
      const rows = places.slice(0, left).map(place => this.row(place, timeline, since, until));
      left -= rows.length;
      listed.push(make("h3", {}, `Last changed ${period.shortName(day)} `, make("small", {}, counted(places.length, "place"))), make("ol", {class: "cm-recent", "data-list": name}, rows));
    }
    return [
      make("h2", {}, `Changes${inProvince(theatre, provinceId)} since ${period.shortName(since)}`),
      make("p", {class: "cm-fine"}, make("button", {type: "button", class: "cm-turn", "data-compare": ""}, "Stop comparing")),
      moved.length > 0 && make("ul", {class: "cm-gains", "aria-label": "Districts"}, moved),
      total > 0 && make("p", {class: "cm-fine"}, `${counted(total, "place")} changed${moved.length ? "; the counts are of districts" : ""}. Click one to read the reports behind its colour.`),
      ...listed,
      pages.more(name, total),
      total === 0 && make("p", {}, "No status changed."),
    ].filter(Boolean);
  }

  /* Say how many districts came to a status and left it, as in "Taliban gained 47, lost 3"; nothing if none did. */
  describe(status, {gained, takenBack, lost}) {
    const {statuses, unknown, contested} = this.theatre, list = (...parts) => parts.filter(Boolean).join(", ");
    if (status === contested) {
      return list(gained > 0 && `${grouped(gained)} became contested`, lost > 0 && `${grouped(lost)} stopped being ${gained ? "so" : "contested"}`);
    }
    if (status === unknown) {
      return list(gained > 0 && `${grouped(gained)} came under unknown control`, lost > 0 && `${grouped(lost)} ceased to be ${gained ? "so" : "under unknown control"}`);
    }
    const words = list(gained > 0 && `gained ${grouped(gained)}`, takenBack > 0 && `took back ${grouped(takenBack)}`, lost > 0 && `lost ${grouped(lost)}`);
    return words && `${statuses[status].label} ${words}`;
  }

  row(place, timeline, since, until) {
    const {statuses, labels: {kinds}} = this.theatre, change = timeline.changeBetween(place.index, since, until);
    const before = timeline.namedOn(place.index, since), step = timeline.stepOn(place.index, until), after = timeline.namedStatus(step);
    const from = timeline.namedOn(place.index, timeline.holdStart(place.index, step) - 1), labelled = status => [dot(status), statuses[status].label];
    return make("li", {}, make("button", {type: "button", "data-go": place.id}, place.name), `${kinds[place.kind].suffix}, ${place.province}`, make("br"),
      before === after ? [...labelled(after), ", lost and taken back"] : [...labelled(before), " \u2192 ", ...labelled(after), change === TAKEN_BACK && ", taken back"],
      // The day in the heading is that of the last change alone, which may be from another status.
      from !== before && make("small", {}, "last from ", labelled(from)));
  }
}

/* As in " in Herat"; empty for the whole theatre. */
export const inProvince = (theatre, provinceId) => (provinceId ? ` in ${theatre.provinceName(provinceId)}` : "");

function count(counts, change, before, after) {
  if (change === TAKEN_BACK) counts[after].takenBack++;
  else counts[after].gained++;
  if (before !== after) counts[before].lost++;
}
