/* A site that was published again: a page from before it that finds a file gone gives way to the new page, once. */
const SECONDS = 2, GONE = [404, 410];

export class Renewal {
  /* `version` differs between pages of different content, and `path` between sites of one host; `storage` lasts as long as the tab;
     `reload` opens the page again. */
  constructor(version, {path, storage, reload, wait = (...call) => setTimeout(...call)}) {
    Object.assign(this, {version, key: `control-map-version ${path}`, storage, reload, wait});
  }

  /* Return a sentence, once, if the page was opened again because it was an old one. */
  welcome() {
    const before = this.storage?.getItem(this.key);
    if (!before || before === this.version) return "";
    this.storage.removeItem(this.key);
    return "The map was published again while you had it open. This is the new version.";
  }

  /* Return a sentence if an error means that the page is an old one, which is then opened again; not twice for the same page. */
  giveWay(error) {
    if (!GONE.includes(error.status) || !this.storage || this.storage.getItem(this.key) === this.version) return "";
    this.storage.setItem(this.key, this.version);
    this.wait(this.reload, SECONDS * 1000);
    return "The map was published again while you had it open. The new version opens now.";
  }
}

/* Return the storage of the tab, or nothing if the browser forbids it. */
export function tabStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null;
  }
}
