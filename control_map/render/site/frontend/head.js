/* The head of the page: the day in words, the districts by status, and how many are silent. */
(controlMap => {
  "use strict";

  const {make} = controlMap;
  const BEFORE = -1;  // the day of all that was before the period: with what was earlier nothing can be compared
  const signed = number => (number > 0 ? `+${number}` : `\u2212${-number}`);

  class Head {
    /* `places` to write to: `date`, `counts`, `silent`. */
    constructor(settings, theatre, timeline, places) {
      Object.assign(this, {settings, theatre, timeline, places});
      this.districts = theatre.places.filter(({kind}) => kind === "district").map(({index}) => index);
    }

    show(day) {
      const {theatre, places: {date, counts, silent}, settings: {blindAfter, title}} = this, number = this.silent(day);
      const written = theatre.asDate(day).toLocaleDateString("en-GB", {day: "numeric", month: "long", year: "numeric", timeZone: "UTC"});
      const weekday = theatre.asDate(day).toLocaleDateString("en-GB", {weekday: "long", timeZone: "UTC"});
      date.textContent = `${weekday}, ${written}`;
      document.title = `${title}, ${written}`;
      counts.replaceChildren(...this.rows(day));
      silent.replaceChildren(make("b", {}, String(number)), ` district${number === 1 ? "" : "s"} with no report for more than ${blindAfter} days`);
    }

    silent(day) {
      const {timeline, settings: {blindAfter}} = this;
      return this.districts.filter(index => {
        const heard = timeline.lastHeard(index, day);
        return heard === undefined || day - heard > blindAfter;
      }).length;
    }

    /* Count the districts by status on a day. */
    count(day) {
      const {timeline} = this, counts = this.theatre.statuses.map(() => 0);
      for (const index of this.districts) counts[timeline.status[timeline.at(index, day)]]++;
      return counts;
    }

    rows(day) {
      const {theatre: {statuses, silence}, settings: {comparedDays, counts: thatCounts, rests: [older, byArea]}} = this, now = this.count(day), before = this.count(day - comparedDays >= BEFORE ? day - comparedDays : day);
      let over = ` in ${comparedDays} days`;
      return statuses.flatMap(({id, label}, status) => {
        const districts = now[status], change = districts - before[status];
        if (!districts && !change) return [];
        const changed = change ? make("em", {}, signed(change) + over) : "";
        if (change) over = "";
        const rests = [older[day] && `${older[day]} from before ${this.theatre.date(0)}`, byArea[day] && `${byArea[day]} by area reports`].filter(Boolean).join(", ");
        return make("li", {}, make("b", {}, make("i", {class: id}), String(districts)), " ", changed,
          make("span", {}, label + (status === silence ? thatCounts : "")), status === 0 && rests && make("span", {}, rests));
      });
    }
  }

  controlMap.Head = Head;
})(window.controlMap ??= {});
