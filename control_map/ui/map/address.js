/* The address bar has the view, and the browser's history what was opened.
 *
 * `data-link` is the query of the view, as the server knows it; the position of the map, which only the browser knows, is added here.
 * What opens or closes something is an entry of the history of its own, and so are all steps of the day until then together; a move of
 * the map changes the entry.
 * For Back and Forward, Streamlit runs the page, which reads the address again. The same is asked of it after the connection was
 * lost: a session that the server has forgotten begins anew with the address, and one that it still has comes back to it.
 *
 * The server's link may be older than what the user did since: `data-answers` is the number of the last event of the board that it
 * knows of, `data-read` another word each time that it has read the address.
 */
import {listen, observe, page} from "./page.js";

const OPENED = ["theatre", "place", "area", "report", "tab", "province", "since", "since-date"];
const PLACE_OF_MAP = "at";

const nameOf = part => part.split("=")[0];
const partsOf = query => query.replace(/^\?/, "").split("&").filter(Boolean);
const openedIn = query => partsOf(query).filter(part => OPENED.includes(nameOf(part))).sort().join("&");

const dayIn = query => partsOf(query).find(part => nameOf(part) === "date");

/* Whether the way from one query to another is of the day alone, both naming one. */
export const isStepOfDay = (from, to) => Boolean(dayIn(from) && dayIn(to)) && dayIn(from) !== dayIn(to) && openedIn(from) === openedIn(to);

/* Return a query with some of its values changed; an empty one is left out. */
function changeQuery(query, changes) {
  const kept = partsOf(query).filter(part => !(nameOf(part) in changes));
  return [...kept, ...Object.entries(changes).filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2F", "/")}`)].join("&");
}

export class Address {
  /* `getBoard()` returns the board, once there is one. */
  constructor(getBoard) {
    this.getBoard = getBoard;
    this.query = this.read();  // of the view, without the position of the map
    this.word = null;          // the last `data-read`
    this.awaited = 0;          // the number of the board's last event
    this.asked = false;        // the server has been asked to read the address, and has not yet
    const {parent} = window, app = page.querySelector(".stApp");
    observe(app, {subtree: true, childList: true, attributeFilter: ["data-link", "data-answers", "data-read"]}, () => this.follow());
    observe(app, {attributeFilter: ["data-test-connection-state"]}, () => this.followConnection(app.dataset.testConnectionState === "CONNECTED"));
    listen(parent, "popstate", () => this.expectReading());
    this.follow();
  }

  read() { return partsOf(page.location.search).filter(part => !nameOf(part).startsWith("embed") && nameOf(part) !== PLACE_OF_MAP).join("&"); }

  isoDay(day) { return this.getBoard().theatre.period.date(day).toISOString().slice(0, 10); }

  /* Write what the server says of the view. */
  follow() {
    const link = page.querySelector(".stApp [data-link]");
    if (!link) return;
    const {link: query, answers, read} = link.dataset, isRead = read !== this.word;
    if (isRead) Object.assign(this, {word: read, awaited: 0, asked: false});
    if (!this.asked && Number(answers) >= this.awaited) this.write(query, !isRead);
  }

  /* Write what the user did on the board before the server knows of it. */
  followBoard({nth, day, place_id: place, area, report, province_id: province}) {
    this.awaited = nth;
    this.write(changeQuery(this.query, {
      ...(day !== undefined && {date: this.isoDay(day)}),
      ...(place !== undefined && {place}),
      ...(area !== undefined && {area}),
      ...(report !== undefined && {report}),
      ...(province !== undefined && {province}),
    }));
  }

  followMap() { if (!this.asked) this.write(this.query); }

  /* Write a view into the address bar, as a new entry of the history if something was opened or closed, or the day was left on which
   * that was: the way back leads there, in one step from however many days. */
  write(query, mayAdd = true) {
    const {history: past} = window.parent, isStep = isStepOfDay(this.query, query), ofDay = mayAdd && isStep && !past.state?.ofDay;
    const isNew = ofDay || (mayAdd && openedIn(query) !== openedIn(this.query)), state = isNew ? {...past.state, ofDay} : past.state;
    const embedding = partsOf(page.location.search).filter(part => nameOf(part).startsWith("embed"));
    const position = this.getBoard()?.view?.position.replace("@", `${PLACE_OF_MAP}=`) ?? "";
    const search = `?${[...partsOf(query), position, ...embedding].filter(Boolean).join("&")}`;
    this.query = query;
    if (page.location.search !== search) past[isNew ? "pushState" : "replaceState"](state, "", page.location.pathname + search);
  }

  /* The server is about to read the address: what it says before that is of no account. */
  expectReading() {
    this.asked = true;
    this.query = this.read();
    this.getBoard()?.resume();
  }

  followConnection(isConnected) {
    if (isConnected && this.isLost) {
      const {history: past} = window.parent, hasOwn = page.querySelector(".stApp [data-own]");
      if (hasOwn) past.replaceState(past.state, "", `${page.location.pathname}?${changeQuery(page.location.search, {lost: "own-reports"})}`);
      window.parent.dispatchEvent(new window.parent.PopStateEvent("popstate"));
    }
    this.isLost = !isConnected;
  }
}
