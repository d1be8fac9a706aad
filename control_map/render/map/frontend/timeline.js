/* What every place shows on every day: the timeline file as flat arrays, and a cursor for each place. */
(controlMap => {
  "use strict";

  const LIGHT = 1, DISPUTED = 2, AGAIN = 4, OWN = 8, NOBODY = -1;
  const UNCHANGED = 0, GAINED = 1, TAKEN_BACK = 2, CONTESTED = 3, LOST = 4;
  const WORDS = [undefined, "gained", "taken back", "newly contested", "lost"];

  class Timeline {
    /* `theatre` says which of the statuses are contested and silence, and how many days there are. */
    constructor(file, theatre) {
      const steps = file.places.flatMap(([own]) => own), heard = file.places.map(([, pairs]) => pairs);
      this.theatre = theatre;
      this.whys = file.whys;
      this.reports = file.reports;
      [this.day, this.status, this.bits, this.claimed, this.since, this.why] =
        [0, 1, 2, 3, 4, 5].map(part => Int32Array.from(steps, step => step[part]));
      this.first = ends(file.places.map(([own]) => own.length));
      this.cursor = this.first.slice(0, -1);
      this.hasOwn = this.bits.some(bits => bits & OWN);  // whether the reader brought any report that counts
      this.heard = Int32Array.from(heard.flat());
      this.firstHeard = ends(heard.map(pairs => pairs.length));
      this.changed = this.changesByDay();
    }

    /* Move to a day; return the places, by index, that show something else than before. */
    seek(day) {
      const moved = [], {first, cursor, day: begun} = this;
      for (let place = 0; place < cursor.length; place++) {
        const last = first[place + 1] - 1;
        let at = cursor[place];
        while (at < last && begun[at + 1] <= day) at++;
        while (at > first[place] && begun[at] > day) at--;
        if (at !== cursor[place]) { cursor[place] = at; moved.push(place); }
      }
      return moved;
    }

    /* The step of a place that holds on any day. */
    at(place, day) {
      let low = this.first[place], high = this.first[place + 1] - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.day[middle] <= day) low = middle;
        else high = middle - 1;
      }
      return low;
    }

    /* The day of the last report of a place that is known on a day, or undefined. */
    lastHeard(place, day) {
      let found;
      for (let at = this.firstHeard[place]; at < this.firstHeard[place + 1] && this.heard[at] <= day; at += 2) found = this.heard[at + 1];
      return found;
    }

    /* The day on which the holder that the step names came in. */
    begun(place, step) {
      while (step > this.first[place] && this.status[step - 1] === this.status[step]) step--;
      return this.day[step];
    }

    /* What became of a place between two days; the rule is that of `difference.py`. */
    difference(place, since, until) {
      const {silence, contested} = this.theatre, before = this.status[this.at(place, since)], step = this.at(place, until);
      const after = this.status[step];
      if (after === silence) return before === silence ? UNCHANGED : LOST;
      if (after === contested) return before === contested ? UNCHANGED : CONTESTED;
      if (this.begun(place, step) <= since) return UNCHANGED;
      return this.bits[step] & AGAIN ? TAKEN_BACK : GAINED;
    }

    /* The same in words, or undefined where nothing changed, with the labels of the statuses on the two days. */
    inWords(place, since, until) {
      const label = day => this.theatre.statuses[this.status[this.at(place, day)]].label;
      return {what: WORDS[this.difference(place, since, until)], before: label(since), after: label(until)};
    }

    /* For each day of the period the places whose status changed on it. */
    changesByDay() {
      const days = Array.from({length: this.theatre.days}, () => []);
      for (let place = 0; place + 1 < this.first.length; place++) {
        for (let at = this.first[place] + 1; at < this.first[place + 1]; at++) {
          if (this.status[at] !== this.status[at - 1]) days[this.day[at]]?.push(place);
        }
      }
      return days;
    }
  }

  function ends(lengths) {
    const found = new Int32Array(lengths.length + 1);
    lengths.forEach((length, at) => { found[at + 1] = found[at] + length; });
    return found;
  }

  Object.assign(controlMap, {Timeline, bits: {LIGHT, DISPUTED, AGAIN, OWN, NOBODY}, change: {UNCHANGED, GAINED, TAKEN_BACK, CONTESTED, LOST}});
})(window.controlMap ??= {});
