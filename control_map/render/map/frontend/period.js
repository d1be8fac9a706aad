/* The days of a period, counted from its first (0), and how they are written. Dates are UTC, so that all days are equally long. */
export const DAY_LENGTH = 86_400_000;  // milliseconds
const WEEK = 7;
const LABEL_WIDTH = 46;       // pixels that a label of the axis needs
const CHARACTER_WIDTH = 6.5;  // pixels, about
const LABEL_INDENT = 5;       // pixels before the first character
const SHORT_PERIOD = 62;      // days of a period that is labelled by days, not by months
const DAYS_BETWEEN_LABELS = [1, 2, 7, 14, 31];
const MONTHS_BETWEEN_LABELS = [1, 2, 3, 6, 12, 24, 60, 120, 240];
const SHORTEST_MONTH = 28;    // days

const dateFormat = options => new Intl.DateTimeFormat("en-GB", {timeZone: "UTC", ...options});
const WEEKDAY = dateFormat({weekday: "long"});
const DATE = dateFormat({day: "numeric", month: "long", year: "numeric"});
const BRIEF_DATE = dateFormat({day: "numeric", month: "short", year: "numeric"});
const YEARLESS_DATE = dateFormat({day: "numeric", month: "long"});
const BRIEF_YEARLESS_DATE = dateFormat({day: "numeric", month: "short"});
const MONTH_NAME = dateFormat({month: "long"});
const BRIEF_MONTH_NAME = dateFormat({month: "short"});

const NUMBER = new Intl.NumberFormat("en-GB");

/* Write a number, as in "1,234". */
export const grouped = number => NUMBER.format(number);

/* Write a number of people or of square kilometres as it is spoken of, as `format_rounded` does: "4.1 million", "412,000", "340". */
export function rounded(number) {
  if (number >= 999_500) return `${(number / 1e6).toFixed(1)} million`;
  return grouped(number >= 10_000 ? Math.round(number / 1000) * 1000 : Math.round(number));
}

/* Write a number with its noun, as in "12 changes". */
export const counted = (count, noun) => `${count ? grouped(count) : "no"} ${noun}${count === 1 ? "" : "s"}`;

export class Period {
  /* `start` is an ISO date, `days` how many days there are, the first and the last included. */
  constructor(start, days) {
    this.start = Date.parse(start);
    this.days = days;
    this.last = days - 1;
    this.oneYear = this.date(0).getUTCFullYear() === this.date(this.last).getUTCFullYear();
  }

  date(day) { return new Date(this.start + day * DAY_LENGTH); }

  clamp(day) { return Math.min(Math.max(Math.round(day), 0), this.last); }

  /* Where the middle of a day is, in percent of the period's width. */
  percent(day) { return (100 * (day + 0.5)) / this.days; }

  /* The day at a share (0 to 1) of the period's width. */
  dayAt(share) { return this.clamp(Math.floor(share * this.days)); }

  /* The day that a key asks for on a slider that stands at `day`; undefined if it asks for none. */
  dayForKey(key, day) {
    const asked = {
      ArrowLeft: day - 1, ArrowDown: day - 1, ArrowRight: day + 1, ArrowUp: day + 1,
      PageDown: day - WEEK, PageUp: day + WEEK, Home: 0, End: this.last,
    }[key];
    return asked === undefined ? asked : this.clamp(asked);
  }

  /* "Friday, 9 July 2021" */
  fullName(day) { return `${WEEKDAY.format(this.date(day))}, ${this.longName(day)}`; }

  /* "9 July 2021" */
  longName(day) { return DATE.format(this.date(day)); }

  /* "9 Jul 2021" */
  briefName(day) { return BRIEF_DATE.format(this.date(day)); }

  /* "9 July" */
  yearlessName(day) { return YEARLESS_DATE.format(this.date(day)); }

  /* Without the year where it is that of the whole period. */
  shortName(day) { return this.oneYear && day >= 0 && day < this.days ? this.yearlessName(day) : this.longName(day); }

  /* Return the labels under an axis of that many pixels: [{day, label}]; a label without room is empty. */
  ticks(width) {
    const dayWidth = width / this.days, ticks = this.days < SHORT_PERIOD ? this.dayTicks(dayWidth) : this.monthTicks(dayWidth);
    const fits = ({day, label}, nth) => ((ticks[nth + 1]?.day ?? this.days) - day) * dayWidth >= label.length * CHARACTER_WIDTH + LABEL_INDENT;
    return ticks.map((tick, nth) => (fits(tick, nth) ? tick : {...tick, label: ""}));
  }

  dayTicks(dayWidth) {
    const step = DAYS_BETWEEN_LABELS.find(days => days * dayWidth >= LABEL_WIDTH) ?? DAYS_BETWEEN_LABELS.at(-1);
    return Array.from({length: Math.ceil(this.days / step)}, (_, nth) => ({day: nth * step, label: BRIEF_YEARLESS_DATE.format(this.date(nth * step))}));
  }

  monthTicks(dayWidth) {
    const monthWidth = SHORTEST_MONTH * dayWidth;
    const months = MONTHS_BETWEEN_LABELS.find(step => step * monthWidth >= LABEL_WIDTH) ?? MONTHS_BETWEEN_LABELS.at(-1);
    const monthName = months * monthWidth >= 1.5 * LABEL_WIDTH ? MONTH_NAME : BRIEF_MONTH_NAME;
    const label = date => (months >= 12 || date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : monthName.format(date));
    const first = this.date(0), end = this.start + this.days * DAY_LENGTH;
    const ticks = [];
    for (let nth = 12 * first.getUTCFullYear() + first.getUTCMonth(); ; nth++) {
      const date = new Date(Date.UTC(0, 0, 1));
      date.setUTCFullYear(Math.floor(nth / 12), nth % 12, 1);
      if (date.getTime() >= end) break;
      if (nth % months === 0 && date.getTime() >= this.start) ticks.push({day: (date - this.start) / DAY_LENGTH, label: label(date)});
    }
    // A period that begins within a month, or within a year, says which, if there is room.
    if ((ticks[0]?.day ?? this.days) * dayWidth >= LABEL_WIDTH) ticks.unshift({day: 0, label: label(first)});
    return ticks;
  }
}
