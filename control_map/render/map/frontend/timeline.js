/* What every place shows on every day: the timeline file as flat arrays, and a cursor for each place. */
/* The bits of a step. */
export const LIGHT = 1, DISPUTED = 2, RETAKEN = 4, USER_SUPPLIED = 8, AREA = 16, CLAIM = 32, ABOUT = 64, UNNAMED = 128, AT_LEAST = 256;
export const NOBODY = -1;
export const UNCHANGED = 0, GAINED = 1, TAKEN_BACK = 2, CONTESTED = 3, LOST = 4;  // the codes of changes

export class Timeline {
  /* `theatre` says which of the statuses are contested, unknown and `no_report`, and how many days there are. */
  constructor(file, theatre) {
    const steps = file.places.flatMap(([ofPlace]) => ofPlace), reportDays = file.places.map(([, pairs]) => pairs);
    this.theatre = theatre;
    this.whys = file.whys;
    this.reports = file.reports;
    [this.day, this.status, this.bits, this.claimed, this.since, this.why] =
      [0, 1, 2, 3, 4, 5].map(column => Int32Array.from(steps, step => step[column]));
    this.first = startsOfRuns(file.places.map(([ofPlace]) => ofPlace.length));
    this.cursor = this.first.slice(0, -1);
    this.statusesEver = new Set(this.status);                            // those that any place has on any day
    this.hasClaims = this.bits.some(bits => bits & CLAIM);               // whether a status rests on claims alone
    this.hasUserReports = this.bits.some(bits => bits & USER_SUPPLIED);  // whether any that counts was added by the user
    this.reportDays = Int32Array.from(reportDays.flat());
    this.firstReportDay = startsOfRuns(reportDays.map(pairs => pairs.length));
    this.changedOn = this.placesChangedByDay();
  }

  /* The step that a place is drawn by: of a capital that no report is about, that of the district that contains it. */
  drawnStep({index, kind, within}) {
    const {cursor, status, theatre: {noReport}} = this, step = cursor[index];
    return kind === "provincial_capital" && within && status[step] === noReport ? cursor[within.index] : step;
  }

  /* From which day a place has its status: nothing where no report names a holder. */
  sinceOf(step) { return this.namedStatus(step) === this.theatre.noReport ? undefined : this.since[step]; }

  /* How exactly the day is known from which a step has its status, as the word before it: to the day if empty. */
  datingOf(step) { return this.bits[step] & AT_LEAST ? "at least " : this.bits[step] & ABOUT ? "about " : ""; }

  /* The status of a step as far as it can change hands: a place whose reports name no holder is like one without a report. */
  namedStatus(step) { return this.bits[step] & UNNAMED ? this.theatre.noReport : this.status[step]; }

  /* Move the cursors to a day; return the places, by index, that show something different from before. */
  seek(day) {
    const moved = [], {first, cursor, day: begins} = this;
    for (let place = 0; place < cursor.length; place++) {
      const last = first[place + 1] - 1;
      let step = cursor[place];
      while (step < last && begins[step + 1] <= day) step++;
      while (step > first[place] && begins[step] > day) step--;
      if (step !== cursor[place]) { cursor[place] = step; moved.push(place); }
    }
    return moved;
  }

  /* The step of a place that holds on a day, wherever the cursor is. */
  stepOn(place, day) {
    let low = this.first[place], high = this.first[place + 1] - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.day[middle] <= day) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  namedOn(place, day) { return this.namedStatus(this.stepOn(place, day)); }

  statusOn(place, day) { return this.status[this.stepOn(place, day)]; }

  /* The day of the last event of a place that is known on a day, or undefined. */
  lastReported(place, day) {
    let found;
    for (let at = this.firstReportDay[place]; at < this.firstReportDay[place + 1] && this.reportDays[at] <= day; at += 2) found = this.reportDays[at + 1];
    return found;
  }

  /* Whether a place was never reported, or last more than so many days before a day; the rule is that of `blind_spots.py`. */
  isBlindSpot(place, day, olderThan) {
    const last = this.lastReported(place, day);
    return last === undefined || day - last > olderThan;
  }

  /* The day on which the hold began that a step belongs to: steps of one status without another between. */
  holdStart(place, step) {
    while (step > this.first[place] && this.namedStatus(step - 1) === this.namedStatus(step)) step--;
    return this.day[step];
  }

  /* What became of a place between two days; the rule is that of `compare_dates` in `changes.py`. */
  changeBetween(place, since, until) {
    const {noReport, unknown, contested} = this.theatre, before = this.namedOn(place, since), step = this.stepOn(place, until);
    const after = this.namedStatus(step);
    if (after === noReport || after === unknown) return before === after ? UNCHANGED : LOST;
    if (after === contested) return before === contested ? UNCHANGED : CONTESTED;
    if (this.holdStart(place, step) <= since) return UNCHANGED;
    return this.bits[step] & RETAKEN ? TAKEN_BACK : GAINED;
  }

  /* For each day of the period the places, by index, whose status changed on it. */
  placesChangedByDay() {
    const days = Array.from({length: this.theatre.period.days}, () => []);
    for (let place = 0; place + 1 < this.first.length; place++) {
      for (let step = this.first[place] + 1; step < this.first[place + 1]; step++) {
        if (this.namedStatus(step) !== this.namedStatus(step - 1)) days[this.day[step]]?.push(place);
      }
    }
    return days;
  }
}

/* Where each of some runs begins that lie one after the other, and where the last ends. */
function startsOfRuns(lengths) {
  const starts = new Int32Array(lengths.length + 1);
  lengths.forEach((length, at) => { starts[at + 1] = starts[at] + length; });
  return starts;
}
