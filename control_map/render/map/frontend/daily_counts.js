/* How many districts have each status on each day, and on what their status rests: counted once for a whole timeline. */
import {AREA, CLAIM, LIGHT} from "./timeline.js";

const BEFORE_PERIOD = -1;  // the day of all that was before the period

export class DailyCounts {
  /* Those of one province, or, if it is empty, of the whole theatre. */
  constructor(theatre, timeline, provinceId = "") {
    Object.assign(this, {theatre, timeline, provinceId, days: theatre.period.days});
    this.districts = theatre.places.filter(({kind, provinceId: own}) => kind === "district" && (!provinceId || own === provinceId)).map(({index}) => index);
    this.byStatus = theatre.statuses.map(() => this.zeros());
    this.older = this.zeros();   // districts of the first status whose reports are from before the period
    this.byArea = this.zeros();  // districts of the first status that rest on a report on a whole area
    this.onClaims = this.zeros();  // districts of the first status that rest on claims alone
    this.blind = new Map();      // by the days after which a place counts as silent
    this.countSteps();
  }

  /* A number for each day, and one for the time before the period. */
  zeros() { return new Int32Array(this.days + 1); }

  countSteps() {
    const {timeline: {first, day, status, bits}, days} = this;
    for (const place of this.districts) {
      for (let step = first[place], last = first[place + 1] - 1; step <= last; step++) {
        const from = day[step], to = step < last ? day[step + 1] : days;
        addSpan(this.byStatus[status[step]], from, to);
        if (status[step] === 0 && bits[step] & LIGHT) addSpan(bits[step] & AREA ? this.byArea : bits[step] & CLAIM ? this.onClaims : this.older, from, to);
      }
    }
    for (const counts of [...this.byStatus, this.older, this.byArea, this.onClaims]) sumUp(counts);
  }

  /* The districts by status on a day, which may be one before the period. */
  on(day) {
    const at = Math.max(day, BEFORE_PERIOD) + 1;
    return this.byStatus.map(counts => counts[at]);
  }

  /* The sums over the districts of each status on a day, of `numbers` that each place has. */
  sumOn(day, numbers) {
    const sums = this.theatre.statuses.map(() => 0);
    for (const place of this.districts) sums[this.timeline.statusOn(place, day)] += numbers[place];
    return sums;
  }

  /* How many districts of the first status rest on older reports, on reports on a whole area, and on claims alone. */
  resting(day) { return {older: this.older[day + 1], byArea: this.byArea[day + 1], onClaims: this.onClaims[day + 1]}; }

  /* How many districts had no report for more than so many days. */
  blindOn(day, olderThan) {
    if (!this.blind.has(olderThan)) this.blind.set(olderThan, this.countBlind(olderThan));
    return this.blind.get(olderThan)[day + 1];
  }

  countBlind(olderThan) {
    const {timeline: {firstReportDay, reportDays}, days} = this, counts = this.zeros();
    for (const place of this.districts) {
      let blindFrom = BEFORE_PERIOD;
      for (let at = firstReportDay[place]; at < firstReportDay[place + 1]; at += 2) {
        const known = Math.max(BEFORE_PERIOD, reportDays[at]), silentAfter = reportDays[at + 1] + olderThan + 1;
        if (blindFrom < known) addSpan(counts, blindFrom, known);
        blindFrom = Math.max(known, silentAfter);
      }
      if (blindFrom < days) addSpan(counts, blindFrom, days);
    }
    return sumUp(counts);
  }
}

/* Note that one more is counted from a day until another; `sumUp` makes counts of it. */
function addSpan(counts, from, to) {
  counts[Math.max(from, BEFORE_PERIOD) + 1]++;
  if (to + 1 < counts.length) counts[to + 1]--;
}

function sumUp(counts) {
  for (let at = 1; at < counts.length; at++) counts[at] += counts[at - 1];
  return counts;
}
