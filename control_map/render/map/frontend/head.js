/* The head of the board: the day, who holds how much, a bar of all districts, and what is behind these numbers. */
import {addElement, dot, make, makeButton} from "./elements.js";
import {pause} from "./files.js";
import {counted, grouped, rounded} from "./period.js";
import {listPublished, publishedNear} from "./published.js";

const WEEK_IN_DAYS = 7;

const signed = number => (number > 0 ? `+${grouped(number)}` : `\u2212${grouped(-number)}`);

export class Head {
  /* `getRanges(day)` returns, in time, the least and the most districts of each status over other methods on a day, or nothing. */
  constructor(host, theatre, {getRanges}) {
    Object.assign(this, {theatre, getRanges});
    this.date = make("h1", {class: "cm-date"});
    this.line = make("p", {class: "cm-line"});
    this.bar = make("div", {class: "cm-bar", role: "img"});
    this.counts = make("ul", {class: "cm-counts", "aria-label": "Districts by status"});
    this.buildNumbers();
    this.element = addElement(host, "header", {class: "cm-head"});
    this.tools = make("div", {class: "cm-head-tools"});
    this.element.append(make("div", {class: "cm-headline"}, this.date, this.line), this.tools, this.bar,
      make("div", {class: "cm-figures"}, this.counts, this.numbers));
    new ResizeObserver(() => this.keepHeight()).observe(this.element);
  }

  /* Become no lower again while the width stays: a day whose text is shorter would else move the map, and draw all of it again. */
  keepHeight() {
    const {element} = this;
    if (element.offsetWidth !== this.width) element.style.minHeight = "";
    this.width = element.offsetWidth;
    element.style.minHeight = `${element.offsetHeight}px`;
  }

  buildNumbers() {
    this.published = make("span", {class: "cm-published"});
    this.explained = make("div", {class: "cm-numbers-text"});
    this.numbers = make("details", {class: "cm-numbers"}, make("summary", {}, "Behind these numbers", this.published), this.explained);
    this.numbers.addEventListener("toggle", () => this.explain());
    this.explained.append(this.explanation = make("div"), makeButton("Close", "", () => this.closeNumbers()));
  }

  closeNumbers() {
    this.numbers.open = false;
    this.numbers.firstChild.focus();
  }

  /* The day and the headline, as they are read aloud. */
  get inWords() { return `${this.date.textContent}: ${this.line.textContent}`; }

  /* `facts` are what the timeline's file says of the view as a whole, `dailyCounts` are made from its timeline, for all of it or for a
   * province. */
  load(facts, dailyCounts) {
    Object.assign(this, {facts, dailyCounts});
    this.total = dailyCounts.districts.length;
    this.province = this.theatre.provinceName(dailyCounts.provinceId);
  }

  /* Show a day; `compared` is the day it is compared with, or null for the usual one, `asked` the one that was asked for, which may
   * be later than the day. `staleAfter`: days until a place is silent. */
  show(day, {compared, asked, staleAfter}) {
    Object.assign(this, {day, compared, asked, staleAfter: staleAfter || this.facts.blind_after});
    const now = this.dailyCounts.on(day), before = this.dailyCounts.on(compared ?? this.usualBefore(day));
    this.date.textContent = this.theatre.period.fullName(day);
    this.line.textContent = this.sentence(now, before);
    this.fillBar(now);
    this.counts.replaceChildren(...this.items(now, before));
    if (this.numbers.open) this.explain();
  }

  /* What others counted around the day; of a province alone that is not known. */
  publishedNear() { return this.province ? [] : publishedNear(this.facts, this.day); }

  /* The day with which a day is compared if no other is chosen; what was before the period is one day. */
  usualBefore(day) {
    const before = day - this.facts.compared_days;
    return before >= -1 ? before : day;
  }

  /* As in "Taliban hold 201 of 422 districts, 47 more than a week ago". */
  sentence([first], [firstBefore]) {
    const {theatre: {period, leader}, facts, compared, asked, day, total, province} = this, change = first - firstBefore;
    if (!total) return "";
    const held = `${leader} ${grouped(first)} of ${grouped(total)} districts${province && ` of ${province}`}`;
    if (asked > day) return `${held}. The day to compare with, ${period.shortName(asked)}, is later.`;
    const usual = facts.compared_days === WEEK_IN_DAYS ? "a week ago" : `${facts.compared_days} days ago`;
    const then = compared === null ? usual : `on ${period.shortName(compared)}`;
    const isFirst = compared === null && this.usualBefore(day) === day;
    const changed = change ? `${grouped(Math.abs(change))} ${change > 0 ? "more" : "fewer"} than ${then}` : `as many as ${then}`;
    return held + (isFirst || compared === day ? "" : `, ${changed}`);
  }

  items(now, before) {
    const {theatre: {statuses, noReport}, facts} = this;
    return statuses.flatMap(({label}, status) => {
      const districts = now[status], change = districts - before[status];
      if (!districts && !change) return [];
      return make("li", {}, dot(status), make("b", {}, grouped(districts)), " ", label + (status === noReport && !facts.usual ? " that counts" : ""), change !== 0 && make("em", {}, ` ${signed(change)}`));
    });
  }

  /* The districts by status as one bar; ticks show what others counted of the first status. */
  fillBar(now) {
    const {theatre: {statuses}, total} = this, near = this.publishedNear();
    const parts = now.map((districts, status) => {
      const part = make("i", {title: `${statuses[status].label}: ${districts}`});
      part.style.cssText = `flex-grow: ${districts}; background: var(--f${status})`;
      return part;
    });
    const ticks = near.map(row => {
      const tick = make("b", {title: `${row.inWords} by ${row.source}`});
      tick.style.left = `${Math.min(100, 100 * row.number / Math.max(1, total))}%`;
      return tick;
    });
    this.bar.setAttribute("aria-label", now.flatMap((districts, status) => (districts ? `${statuses[status].label} ${districts}` : [])).join(", "));
    this.bar.replaceChildren(...parts, ...ticks);
    const words = [...new Set(near.map(({inWords}) => inWords))];
    this.published.textContent = words.length ? ` \u00b7 others count ${words.join(", ")} ${statuses[0].label}` : "";
  }

  /* Say in words what is behind the numbers, as far as it is known at once, and then how other methods count. */
  async explain() {
    if (!this.numbers.open) return;
    const {day, facts} = this, isWanted = () => day === this.day && facts === this.facts && this.numbers.open;
    this.explanation.replaceChildren(...this.passages(null));
    if (facts.replays) await pause();
    const ranges = isWanted() && await this.getRanges(day).catch(error => ({error}));
    if (ranges && isWanted()) this.explanation.replaceChildren(...this.passages(ranges));
  }

  passages(ranges) {
    const {theatre: {period, statuses}, facts, day, dailyCounts, staleAfter, province} = this, {older, byArea, onClaims} = dailyCounts.resting(day);
    const [{label}] = statuses, blind = dailyCounts.blindOn(day, staleAfter), aside = facts.reports - facts.located;
    const rests = [
      older > 0 && `${grouped(older)} not updated since before ${period.shortName(0)}`, byArea > 0 && `${grouped(byArea)} inferred from reports on a whole area`,
      onClaims > 0 && `${grouped(onClaims)} on claims that nobody contradicted`,
    ].filter(Boolean).join("; ");
    return [
      ...this.rangeLines(ranges),
      ...this.peopleLines(ranges),
      rests && make("p", {}, `Of the ${grouped(dailyCounts.on(day)[0])} districts of ${label}: ${rests}.`),
      make("p", {}, `${counted(blind, "district")} with no report for more than ${counted(staleAfter, "day")}.`),
      !province && make("p", {}, `${grouped(facts.located)} of ${grouped(facts.reports)} reports located; ${grouped(aside)} could not be located.`),
      facts.added > 0 && make("p", {class: "cm-yours"}, `${counted(facts.added, "report")} of your own.`),
      make("p", {}, `Method: ${facts.rule}, using ${this.reportsInWords()}.`),
      ...this.publishedLines(label),
    ].filter(Boolean);
  }

  reportsInWords() {
    const {facts: {replays, known_on: knownOn}, theatre: {period}, day} = this;
    if (replays) return `only reports published by ${period.longName(day)}, the day shown`;
    return knownOn ? `only reports published by ${knownOn}` : "all reports, including those published later";
  }

  /* How many districts each status has under other methods. */
  rangeLines(ranges) {
    if (!ranges || this.province) return [];
    if (ranges.error) return [make("p", {}, `How other methods count could not be loaded (${ranges.error.message}).`)];
    const {theatre: {statuses, noReport}, day, dailyCounts} = this, now = dailyCounts.on(day), at = day - ranges.day;
    const spans = statuses.flatMap(({label}, status) => {
      const lowest = Math.min(now[status], ranges.lowest[status][at]), highest = Math.max(now[status], ranges.highest[status][at]);
      return lowest < highest && status !== noReport ? `${label} ${grouped(lowest)} to ${grouped(highest)}` : [];
    });
    return spans.length ? [make("p", {}, `Depending on how strictly reports are counted: ${spans.join(", ")}.`)] : [];
  }

  /* How many people live in the districts of each status, and on how much land. */
  peopleLines(ranges) {
    if (!ranges?.people?.some(Boolean)) return [];
    const {theatre: {statuses}, dailyCounts, day} = this, people = dailyCounts.sumOn(day, ranges.people), km2 = dailyCounts.sumOn(day, ranges.km2);
    const held = statuses.flatMap(({label}, status) => (people[status] ? `${label} ${rounded(people[status])}${km2[status] ? ` on ${rounded(km2[status])} km\u00b2` : ""}` : []));
    const all = rounded(people.reduce((total, number) => total + number)), source = ranges.people_source && ` (${ranges.people_source})`;
    return [make("p", {}, `People by the status of their district: ${held.join(", ")}; ${all} in all${source}.`)];
  }

  publishedLines(label) {
    const near = this.publishedNear();
    return near.length ? [make("p", {}, `${label} districts as counted by others around this day:`), listPublished(near, this.theatre, this)] : [];
  }
}
