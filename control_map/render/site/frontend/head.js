/* The head of the page: the day in words, the districts by status, and how many are silent. */
import {make} from "../../map/frontend/elements.js";

const BEFORE_PERIOD = -1;  // the day of all that was before the period: with what was earlier nothing can be compared
const signed = number => (number > 0 ? `+${number}` : `\u2212${-number}`);

export class Head {
  /* `places` to write to: `date`, `counts`, `silent`. */
  constructor(settings, theatre, timeline, places) {
    Object.assign(this, {settings, theatre, timeline, places});
    this.districts = theatre.places.filter(({kind}) => kind === "district").map(({index}) => index);
  }

  show(day) {
    const {theatre: {period}, timeline, places: {date, counts, silent}, settings: {blindAfter, title}} = this;
    const blind = this.districts.filter(index => timeline.isBlindSpot(index, day, blindAfter)).length;
    date.textContent = period.fullName(day);
    document.title = `${title}, ${period.longName(day)}`;
    counts.replaceChildren(...this.rows(day));
    silent.replaceChildren(make("b", {}, String(blind)), ` district${blind === 1 ? "" : "s"} with no report for more than ${blindAfter} days`);
  }

  /* Count the districts by status on a day. */
  count(day) {
    const counts = this.theatre.statuses.map(() => 0);
    for (const index of this.districts) counts[this.timeline.statusOn(index, day)]++;
    return counts;
  }

  rows(day) {
    const {theatre: {period, statuses, noReport}, settings: {comparedDays, counts: thatCounts, rests: [older, byArea]}} = this;
    const now = this.count(day), before = this.count(day - comparedDays >= BEFORE_PERIOD ? day - comparedDays : day);
    let within = ` in ${comparedDays} days`;
    return statuses.flatMap(({id, label}, status) => {
      const districts = now[status], change = districts - before[status];
      if (!districts && !change) return [];
      const changed = change ? make("em", {}, signed(change) + within) : "";
      if (change) within = "";
      const rests = [older[day] && `${older[day]} from before ${period.shortName(0)}`, byArea[day] && `${byArea[day]} by area reports`].filter(Boolean).join(", ");
      return make("li", {}, make("b", {}, make("i", {class: id}), String(districts)), " ", changed,
        make("span", {}, label + (status === noReport ? thatCounts : "")), status === 0 && rests && make("span", {}, rests));
    });
  }
}
