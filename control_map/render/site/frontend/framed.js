/* The map within a page of another site: it says how high it would be, and links to the whole map on the day that is shown. */
const WIDE = 760;                            // pixels of width from which the panel stands beside the map, as in the board's style sheet
const SHARE = {wide: 0.5, narrow: 0.95};     // height of the map for its width
const BOUNDS = {wide: [440, 620], narrow: [320, 560]};

/* How the map is shown within another page: as the server says, or, on a page that a host serves as it is, as the address says; null if
 * it stands alone. */
export function readFrame(stated, search) {
  const query = new URLSearchParams(search);
  if (stated || !query.has("embed")) return stated ?? null;
  return {controls: query.get("controls") !== "off", theme: ["light", "dark"].find(theme => theme === query.get("theme")) ?? ""};
}

/* The height that a map of some width is best seen at, `rest` being what stands above and below it. */
export function bestHeight(width, rest) {
  const room = width > WIDE ? "wide" : "narrow", [least, most] = BOUNDS[room];
  return Math.round(rest + Math.min(most, Math.max(least, width * SHARE[room])));
}

/* The address of the whole map on a day; one with a query has the day there, that of a page without a server after a #. */
export function onDay(address, date) {
  const [path, query] = address.split("#")[0].split("?");
  if (query === undefined) return `${path}#date=${date}`;
  return `${path}?${[`date=${date}`, ...query.split("&").filter(part => part && !part.startsWith("date="))].join("&")}`;
}

export class Framed {
  constructor(board, {controls, theme}) {
    Object.assign(this, {board, origin: document.querySelector(".site-origin"), page: document.documentElement});
    this.page.classList.add("site-framed");
    if (theme) this.page.classList.add(`site-${theme}`);
    if (!controls) this.hold();
    const link = this.origin.querySelector("a"), href = link.getAttribute("href"), address = href === "#" ? location.pathname : href;
    board.map.on("controlmapday", ({day}) => link.setAttribute("href", onDay(address, board.theatre.period.date(day).toISOString().slice(0, 10))));
    const observer = new ResizeObserver(() => this.sayHeight());
    for (const part of [this.page, board.head.element, this.origin]) observer.observe(part);
  }

  /* Show a still picture: nothing in it can be moved or opened. */
  hold() {
    this.page.classList.add("site-still");
    this.board.container.inert = true;
  }

  /* Send the page around the map the height that suits its width: that one can follow it, and need not. */
  sayHeight() {
    const {page: {clientWidth: width}, board: {head: {element}}, origin} = this;
    const height = bestHeight(width, element.offsetHeight + origin.offsetHeight + 8);
    if (height === this.said || !width) return;
    this.said = height;
    window.parent.postMessage({controlMap: {height}}, "*");  // a number that depends on nothing but the width: no secret
  }
}
