/* The reports that mention words: each word is the beginning of one in the report. */

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
