/* The data files that a board draws from: held by the page, or fetched. */
const MOST_FILES = 12;  // kept: some dates of a replay, some rules
const PATIENCE = 120;   // milliseconds for which a day of a replay has to be shown until its files are fetched
/* What a file of each kind has: a network that asks for a password, or a proxy, can answer with something else. */
const MARKS = {
  geometry: "statuses", background: "lines", timeline: "view", replay: "view", dossier: "places", ranges: "lowest", names: "letters",
  mentions: "mentions", events: "events", areas: "areas",
};

/* Wait a moment: each day of a replay has files of its own, and most days only pass by. */
export const pause = () => new Promise(done => setTimeout(done, PATIENCE));

export class Files {
  /* `base` is the address that files are fetched from, `held` has the contents of those that the page holds, by name;
     `most` are kept of those fetched. */
  constructor(base, held, most = MOST_FILES) {
    Object.assign(this, {base, held, most});
    this.fetched = new Map();
  }

  /* Return a file's content: held by the page, fetched before, or fetched now. */
  async get(name) {
    if (name in this.held) return this.held[name];
    const content = this.fetched.get(name) ?? this.fetch(name);
    // The oldest comes first, and the one asked for becomes the newest.
    this.fetched.delete(name);
    this.fetched.set(name, content);
    for (const old of [...this.fetched.keys()].slice(0, -this.most)) this.fetched.delete(old);
    try {
      return await content;
    } catch (error) {
      if (this.fetched.get(name) === content) this.fetched.delete(name);
      throw error;
    }
  }

  /* Fetch a file; what goes wrong is an error in words, with the `status` of an answer that refuses. */
  async fetch(name) {
    const response = await fetch(this.base + name).catch(() => { throw new Error("the server does not answer"); });
    if (!response.ok) throw Object.assign(new Error(`the server answered ${response.status}`), {status: response.status});
    const content = await response.json().catch(() => null), mark = MARKS[/^[a-z]*/.exec(name)[0]];
    if (mark ? content?.[mark] === undefined : content === null) throw new Error("what came is not a file of this map");
    return content;
  }
}
