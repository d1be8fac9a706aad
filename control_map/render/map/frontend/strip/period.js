/* The days of a period, counted from its first (0), and what they are called. All dates are UTC: no day is longer than another. */
(controlMap => {
  "use strict";

  const DAY = 86_400_000;  // milliseconds
  const WEEK = 7;
  const ROOM = 46;         // pixels a label of the axis needs
  const LETTER = 6.5, INDENT = 5;  // pixels of a letter in it, about, and before the first
  const SHORT = 62;        // days of a period that is labelled by days, not by months
  const DAYS = [1, 2, 7, 14, 31];                       // between labels
  const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240];    // between labels
  const MONTH = 28;        // days of the shortest

  const words = options => new Intl.DateTimeFormat("en-GB", {timeZone: "UTC", ...options});
  const WEEKDAY = words({weekday: "long"});
  const DATE = words({day: "numeric", month: "long", year: "numeric"});
  const BRIEF_DATE = words({day: "numeric", month: "short", year: "numeric"});
  const DAY_OF_YEAR = words({day: "numeric", month: "long"});
  const DAY_LABEL = words({day: "numeric", month: "short"});
  const MONTH_LABEL = words({month: "long"});
  const BRIEF_MONTH_LABEL = words({month: "short"});

  class Period {
    /* `start` is an ISO date, `days` how many days there are, the first and the last included. */
    constructor(start, days) {
      this.start = Date.parse(start);
      this.days = days;
      this.last = days - 1;
      this.oneYear = this.date(0).getUTCFullYear() === this.date(this.last).getUTCFullYear();
    }

    date(day) { return new Date(this.start + day * DAY); }

    clamp(day) { return Math.min(Math.max(Math.round(day), 0), this.last); }

    /* Where the middle of a day is, in percent of the period's width. */
    percent(day) { return (100 * (day + 0.5)) / this.days; }

    /* The day at a share (0 to 1) of the period's width. */
    dayAt(share) { return this.clamp(Math.floor(share * this.days)); }

    /* The day that a key asks for, on a slider that stands at `day`; undefined: it asks for none. */
    keyed(key, day) {
      const to = {
        ArrowLeft: day - 1, ArrowDown: day - 1, ArrowRight: day + 1, ArrowUp: day + 1,
        PageDown: day - WEEK, PageUp: day + WEEK, Home: 0, End: this.last,
      }[key];
      return to === undefined ? to : this.clamp(to);
    }

    weekday(day) { return WEEKDAY.format(this.date(day)); }

    name(day) { return DATE.format(this.date(day)); }

    briefName(day) { return BRIEF_DATE.format(this.date(day)); }

    /* Without a year, where there is but one. */
    shortName(day) { return (this.oneYear ? DAY_OF_YEAR : DATE).format(this.date(day)); }

    /* What to write under an axis of that many pixels: [{day, label}]; a label without room is empty. */
    ticks(width) {
      const pitch = width / this.days;
      const ticks = this.days < SHORT ? this.dayTicks(pitch) : this.monthTicks(pitch);
      return ticks.map(({day, label}) => ({day, label: (this.days - day) * pitch < label.length * LETTER + INDENT ? "" : label}));
    }

    dayTicks(pitch) {
      const step = DAYS.find(days => days * pitch >= ROOM) ?? DAYS.at(-1), count = Math.ceil(this.days / step);
      return Array.from({length: count}, (_, nth) => ({day: nth * step, label: DAY_LABEL.format(this.date(nth * step))}));
    }

    monthTicks(pitch) {
      const months = MONTHS.find(step => step * MONTH * pitch >= ROOM) ?? MONTHS.at(-1);
      const naming = months * MONTH * pitch >= 1.5 * ROOM ? MONTH_LABEL : BRIEF_MONTH_LABEL;
      const label = date => (months >= 12 || date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : naming.format(date));
      const first = this.date(0), end = this.start + this.days * DAY;
      const ticks = [];
      for (let nth = 12 * first.getUTCFullYear() + first.getUTCMonth(); ; nth++) {
        const date = new Date(Date.UTC(0, 0, 1));
        date.setUTCFullYear(Math.floor(nth / 12), nth % 12, 1);
        if (date.getTime() >= end) break;
        if (nth % months === 0 && date.getTime() >= this.start) ticks.push({day: (date - this.start) / DAY, label: label(date)});
      }
      // A period that begins within a month, or within a year, says which, if there is room.
      if ((ticks[0]?.day ?? this.days) * pitch >= ROOM) ticks.unshift({day: 0, label: label(first)});
      return ticks;
    }
  }

  controlMap.Period = Period;
})(window.controlMap ??= {});
