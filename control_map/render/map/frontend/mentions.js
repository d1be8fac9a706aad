/* The reports that mention words: each word is the beginning of one in the report. */
import {make, makeMore} from "./elements.js";
import {counted} from "./period.js";

const MOST_MENTIONED = 50;  // reports that are listed at first

/* How many reports mention a text, as in "2 reports mention ...". */
export const countMentions = (count, text) => `${counted(count, "report")} mention${count === 1 ? "s" : ""} \u201c${text}\u201d`;

export class Mentions {
  /* `file` is the file of mentions, see `search_files.py`; `names` folds letters. */
  constructor({mentions, texts}, names) {
    this.names = names;
    this.rows = mentions.map(([day, published, place, ...numbers]) => {
      const summary = numbers.pop(), [placeText, who, source, address] = numbers.map(number => texts[number]);
      return {day, published, place, placeText, who, source, address, summary, words: ` ${names.latin([placeText, who, source, summary].join(" "))}`};
    });
  }

  /* Return the reports that mention all words of a text, the newest event first; of those published later than a day, if it is given, none. */
  find(text, knownOn = Infinity) {
    const words = this.names.latin(text).split(" ").filter(Boolean);
    return words.length ? this.rows.filter(row => row.published <= knownOn && words.every(word => row.words.includes(` ${word}`))) : [];
  }
}

/* The reports of a search as a list for the panel, the newest event first; each opens its place on its day. */
export class MentionList {
  constructor(theatre, text, rows) { Object.assign(this, {theatre, text, rows, all: false}); }

  get label() { return `Reports that mention \u201c${this.text}\u201d`; }

  /* `facts` are those of the view: in a replay, each day knows what was published by then. */
  elements(panel) {
    const {facts: {replays}, day, body} = panel, rows = this.rows.filter(({published}) => !replays || published <= day);
    const most = this.all ? rows.length : MOST_MENTIONED;
    const onMore = () => {
      this.all = true;
      body.replaceChildren(...this.elements(panel));
      body.querySelectorAll(".cm-recent li")[MOST_MENTIONED].querySelector("button, a")?.focus({preventScroll: true});
    };
    return [
      make("h2", {}, countMentions(rows.length, this.text)),
      make("ol", {class: "cm-recent"}, rows.slice(0, most).map(row => this.row(row))),
      rows.length > most && makeMore(rows.length - most, onMore),
    ].filter(Boolean);
  }

  row({day, place: index, placeText, who, source, address, summary}) {
    const {theatre, theatre: {period}} = this, place = theatre.places[index];
    const name = place ? make("button", {type: "button", "data-go": place.id, "data-day": period.clamp(day)}, theatre.nameWithKind(place)) : make("b", {}, placeText);
    const from = address ? make("a", {href: address, target: "_blank", rel: "noreferrer"}, source || "source") : source;
    return make("li", {}, make("span", {}, period.longName(day)), name, place && `, ${place.province}`, make("br"), summary, make("br"),
      make("small", {class: "cm-fine"}, who, who && source && who !== source && " \u00b7 ", who !== source && from));
  }
}
