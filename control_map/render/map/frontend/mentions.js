/* The reports that mention words: each word is the beginning of one in the report. */
import {linkOut, make} from "./elements.js";
import {counted} from "./period.js";

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
  constructor(theatre, text, rows) { Object.assign(this, {theatre, text, rows}); }

  get label() { return `Reports that mention \u201c${this.text}\u201d`; }

  /* `facts` are those of the view: in a replay, each day knows what was published by then. */
  elements({facts: {replays}, day, pages}) {
    const rows = this.rows.filter(({published}) => !replays || published <= day), name = "mentions";
    return [
      make("h2", {}, countMentions(rows.length, this.text)),
      make("ol", {class: "cm-recent", "data-list": name}, pages.cut(name, rows).map(row => this.row(row))),
      pages.more(name, rows.length),
    ];
  }

  /* `where` is the position of a place, the id of a province, or, for the country, an empty text. */
  row({day, place: where, placeText, who, source, address, summary}) {
    const {theatre, theatre: {period}} = this, place = theatre.places[where], target = place?.id ?? (where && `province/${where}`);
    const text = place ? theatre.nameWithKind(place) : placeText;
    const name = target ? make("button", {type: "button", "data-go": target, "data-day": period.clamp(day)}, text) : make("b", {}, text);
    const from = linkOut(source || (address && "source"), address);
    return make("li", {}, make("span", {}, period.longName(day)), name, place && `, ${place.province}`, make("br"), summary, make("br"),
      make("small", {class: "cm-fine"}, who, who && source && who !== source && " \u00b7 ", who !== source && from));
  }
}
