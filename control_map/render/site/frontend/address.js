/* The day and the place in the address of the page, as in #date=2021-07-09&place=AF-X-islam-qala, so that a link opens the same. */
import {DAY_LENGTH} from "../../map/frontend/period.js";

/* Read an address's hash; return `day` and `place` where it has them, and `problems` in words where it cannot be followed. */
export function readAddress(hash, {period, byId}) {
  const query = new URLSearchParams(hash.replace(/^#/, "")), date = query.get("date"), place = query.get("place"), problems = [], found = {};
  if (date !== null) {
    const day = Math.round((Date.parse(`${date}T00:00:00Z`) - period.start) / DAY_LENGTH);
    if (/^\d{4}-\d\d-\d\d$/.test(date) && day >= 0 && day < period.days) found.day = day;
    else problems.push(`There is no day \u201c${shortened(date)}\u201d on this map.`);
  }
  if (place !== null) {
    if (!place || byId.has(place)) found.place = place;
    else problems.push(`There is no place \u201c${shortened(place)}\u201d on this map.`);
  }
  return {...found, problems};
}

const shortened = text => (text.length > 40 ? `${text.slice(0, 40)}\u2026` : text);

export function writeAddress({day, place}, {period}) {
  const query = new URLSearchParams({date: period.date(day).toISOString().slice(0, 10)});
  if (place) query.set("place", place);
  history.replaceState(null, "", `#${query}`);
}
