/* What changed since the day compared with, as a list: counts of districts by status, then the places, the latest change first. */
import {dot, make} from "./elements.js";
import {counted, grouped} from "./period.js";
import {LOST, TAKEN_BACK, UNCHANGED} from "./timeline.js";

const MOST_LISTED = 60;  // places

export class ChangesList {
  constructor(theatre) {
    this.theatre = theatre;
    const {compare} = new Intl.Collator("en");
    this.order = theatre.places.toSorted((a, b) => compare(a.province, b.province) || compare(a.name, b.name));
  }

  /* What became of the places from one day to another, by the rule of `Timeline.changeBetween`: for each that changed `place`, its
   * statuses `before` and `after`, the `change`, and `day`, on which it last changed. The latest come first, those of one day in order. */
  changes(timeline, since, until) {
    const byDay = Array.from({length: Math.max(until - since, 0)}, () => []);
    for (const place of this.order) {
      const change = timeline.changeBetween(place.index, since, until);
      if (change === UNCHANGED) continue;
      const step = timeline.stepOn(place.index, until), day = timeline.holdStart(place.index, step);
      byDay[until - day].push({place, before: timeline.statusOn(place.index, since), after: timeline.status[step], change, day});
    }
    return byDay.flat();
  }

  /* Count the districts by status, as `count_changes` of `changes.py` does: those that came to it, were taken back, and left it. */
  count(changes) {
    const counts = this.theatre.statuses.map(() => ({gained: 0, takenBack: 0, lost: 0}));
    for (const {place: {kind}, before, after, change} of changes) {
      if (kind !== "district") continue;
      if (change === TAKEN_BACK) counts[after].takenBack++;
      else if (change !== LOST) counts[after].gained++;
      if (before !== after) counts[before].lost++;
    }
    return counts;
  }

  /* The list as elements. Its buttons name in `data-go` the place to open; one, with `data-compare`, ends the comparison. */
  elements(timeline, since, until) {
    const {theatre: {period, noReport}} = this, changes = this.changes(timeline, since, until);
    const counts = this.count(changes).map((count, status) => ({status, words: status === noReport ? "" : this.describe(status, count)}));
    const moved = counts.filter(({words}) => words), shown = changes.slice(0, MOST_LISTED), days = [...new Set(shown.map(({day}) => day))];
    const onDay = (rows, asked) => rows.filter(({day}) => day === asked);
    return [
      make("h2", {}, `Changes since ${period.shortName(since)}`),
      make("p", {class: "cm-fine"}, make("button", {type: "button", class: "cm-turn", "data-compare": ""}, "Stop comparing")),
      moved.length > 0 && make("ul", {class: "cm-gains", "aria-label": "Districts"}, moved.map(({status, words}) => make("li", {}, dot(status), words))),
      changes.length > 0 && make("p", {class: "cm-fine"}, `${counted(changes.length, "place")} changed${moved.length ? "; the counts are of districts" : ""}. Click one to read the reports behind its colour.`),
      ...days.flatMap(day => [
        make("h3", {}, period.shortName(day), " ", make("small", {}, counted(onDay(changes, day).length, "place"))),
        make("ol", {class: "cm-recent"}, onDay(shown, day).map(row => this.row(row))),
      ]),
      changes.length > shown.length && make("p", {class: "cm-fine"}, `and ${grouped(changes.length - shown.length)} more`),
      changes.length === 0 && make("p", {}, "No status changed."),
    ].filter(Boolean);
  }

  /* Say how many districts came to a status and left it, as in "Taliban gained 47, lost 3"; nothing if none did. */
  describe(status, {gained, takenBack, lost}) {
    const {statuses, contested} = this.theatre, list = (...parts) => parts.filter(Boolean).join(", ");
    if (status === contested) {
      return list(gained > 0 && `${grouped(gained)} became contested`, lost > 0 && `${grouped(lost)} stopped being ${gained ? "so" : "contested"}`);
    }
    const words = list(gained > 0 && `gained ${grouped(gained)}`, takenBack > 0 && `took back ${grouped(takenBack)}`, lost > 0 && `lost ${grouped(lost)}`);
    return words && `${statuses[status].label} ${words}`;
  }

  row({place, before, after, change}) {
    const {statuses, labels: {kinds}} = this.theatre, labelled = status => [dot(status), statuses[status].label];
    return make("li", {}, make("button", {type: "button", "data-go": place.id}, place.name), `${kinds[place.kind].suffix}, ${place.province}`, make("br"),
      before === after ? [...labelled(after), ", lost and taken back"] : [...labelled(before), " \u2192 ", ...labelled(after), change === TAKEN_BACK && ", taken back"]);
  }
}
