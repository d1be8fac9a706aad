/* The day, the day compared with, and the place, the area and the report that are open, in the address of the page, as in
 * #date=2021-07-09&compare=2021-07-02&place=AF-X-islam-qala, so that a link opens the same; `terrain=off` and `events=off` if the
 * background or recent events are left out. An address of the app is read too. */
import {Area} from "../../map/frontend/area.js";
import {DAY_LENGTH} from "../../map/frontend/period.js";

const DAYS = {date: "day", compare: "compared"};  // by their names in the address

const OPENED = ["place", "area", "report"];
const LAYERS = {terrain: "background", events: "events"};  // by their names in the address

/* An address of the app in the words of this page; `words` are `APP_WORDS` of Python. */
function fromApp(query, {period}, words) {
  if (!words) return query;
  const option = query.get(words.option), shown = query.get(words.layers)?.split(","), day = Math.round((Date.parse(`${query.get("date")}T00:00:00Z`) - period.start) / DAY_LENGTH);
  const since = option === words.of_start ? 0 : Math.max(0, day - words.spans[option]);
  if (option === words.of_date && query.has(words.date)) query.set("compare", query.get(words.date));
  else if (since >= 0 && since < period.days) query.set("compare", isoDate(period, since));
  if (shown) for (const name of Object.keys(LAYERS)) if (!shown.includes(name)) query.set(name, "off");
  return query;
}

/* Read an address's hash; return `day`, `compared`, `place`, `area`, `report`, `background` and `events` where it has them, and `problems`
 * in words where it cannot be followed. An address that has a day is whole: what it does not name, such as a day to compare with, there is
 * none of. */
export function readAddress(hash, theatre, words = null) {
  const {period, byId} = theatre, query = fromApp(new URLSearchParams(hash.replace(/^[#?]/, "")), theatre, words), place = query.get("place"), area = query.get("area"), problems = [];
  const found = query.has("date") ? {compared: null, place: "", area: "", report: ""} : {};
  for (const [name, field] of Object.entries(DAYS)) {
    const date = query.get(name);
    if (date === null) continue;
    const day = Math.round((Date.parse(`${date}T00:00:00Z`) - period.start) / DAY_LENGTH);
    if (day >= 0 && day < period.days && isoDate(period, day) === date) found[field] = day;  // browsers read 31 June as 1 July
    else problems.push(`There is no day \u201c${shortened(date)}\u201d on this map.`);
  }
  if (place !== null) {
    if (!place || byId.has(place)) found.place = place;
    else problems.push(`There is no place \u201c${shortened(place)}\u201d on this map.`);
  }
  if (area !== null) {
    if (!area || new Area(theatre, area).exists) found.area = area;
    else problems.push(`There is no area \u201c${shortened(area)}\u201d on this map.`);
  }
  if (query.has("report")) found.report = query.get("report");  // the panel says if the place has no such report
  for (const [name, layer] of Object.entries(LAYERS)) if (query.get(name) === "off") found[layer] = false;
  return {...found, problems};
}

const isoDate = (period, day) => period.date(day).toISOString().slice(0, 10);

const shortened = text => (text.length > 40 ? `${text.slice(0, 40)}\u2026` : text);

/* Write a view into the address: as a new entry of the browser's history, if something was opened or closed, or the day was left on
 * which that was. */
export function writeAddress({day, compared, ...shown}, {period}) {
  const query = new URLSearchParams({date: isoDate(period, day)}), before = new URLSearchParams(location.hash.slice(1));
  if (compared !== null) query.set("compare", isoDate(period, compared));
  for (const name of OPENED) if (shown[name]) query.set(name, shown[name]);
  for (const [name, layer] of Object.entries(LAYERS)) if (!shown[layer]) query.set(name, "off");
  const opens = ["compare", ...OPENED].some(name => query.get(name) !== before.get(name));
  const ofDay = !opens && query.get("date") !== before.get("date") && !history.state?.ofDay;
  if (opens || ofDay) history.pushState({ofDay}, "", `#${query}`);
  else history.replaceState(history.state, "", `#${query}`);
}
