/* What others counted of the first status, around a day, each beside this map's count of the same. */
import {linkOut, make} from "./elements.js";
import {grouped} from "./period.js";

const NEAR = 3;           // days around the one shown in which others' counts are shown
const MOST_PUBLISHED = 4; // of them

/* The counts near a day, the nearest first; in a replay, what was published by then. `facts` are those of the view. */
export function publishedNear({published, replays}, day) {
  const rows = published.map(([on, known, number, inWords, source, address, ours, of]) => (
    {day: on, known, number, inWords, source, address, ours, of, away: Math.abs(on - day)}));
  return rows.filter(({known, away}) => (!replays || known <= day) && away <= NEAR).sort((a, b) => a.away - b.away).slice(0, MOST_PUBLISHED);
}

/* Such counts as a list: the number, its source and day, and this map's count of the same districts on that day. */
export function listPublished(rows, {period}, {facts: {replays}, day: shown}) {
  return make("ul", {}, rows.map(({day, inWords, source, address, ours, of}) => make("li", {}, make("b", {}, inWords.replace(/(.*)\+$/, "at least $1").replace(/^~/, "about ")), " ",
    linkOut(source || "source", address), `, ${period.shortName(day)}`,
    ours !== null && !replays ? ` \u00b7 this map${day === shown ? "" : " then"}: ${grouped(ours)} of ${grouped(of)}` : "")));
}
