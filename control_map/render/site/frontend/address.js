/* The day and the place in the address of the page, as in #date=2021-07-09&place=AF-X-islam-qala, so that a link opens the same. */
(controlMap => {
  "use strict";

  const DAY = 86_400_000;  // milliseconds

  /* Read an address's hash; return `day` and `place` where it has them, and `problems` in words where it cannot be followed. */
  function read(hash, theatre) {
    const said = new URLSearchParams(hash.replace(/^#/, "")), date = said.get("date"), place = said.get("place"), problems = [], found = {};
    if (date !== null) {
      const day = Math.round((Date.parse(`${date}T00:00:00Z`) - theatre.asDate(0)) / DAY);
      if (/^\d{4}-\d\d-\d\d$/.test(date) && day >= 0 && day < theatre.days) found.day = day;
      else problems.push(`There is no day \u201c${short(date)}\u201d on this map.`);
    }
    if (place !== null) {
      if (!place || theatre.index.has(place)) found.place = place;
      else problems.push(`There is no place \u201c${short(place)}\u201d on this map.`);
    }
    return {...found, problems};
  }

  const short = text => (text.length > 40 ? `${text.slice(0, 40)}\u2026` : text);

  function write({day, place}, theatre) {
    const said = new URLSearchParams({date: theatre.asDate(day).toISOString().slice(0, 10)});
    if (place) said.set("place", place);
    history.replaceState(null, "", `#${said}`);
  }

  controlMap.address = {read, write};
})(window.controlMap ??= {});
