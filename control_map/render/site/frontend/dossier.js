/* The dossier of a place on a day, and what just changed, as elements. All text goes in as text: names and reports are untrusted. */
(controlMap => {
  "use strict";

  const {bits: {DISPUTED, NOBODY}} = controlMap;
  const GRADES = "Grades: A to E for the source, 1 to 5 for what it says, best first; F and 6 cannot be judged.";
  const KINDS = {provincial_capital: " (capital)", crossing: " (crossing)"};
  const [REPORT, ROLE, REASON, BECAUSE, AREA, QUIET] = [0, 1, 2, 3, 4, 5];

  /* Make an element, with attributes and children: elements or text; what is false is left out. */
  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
    made.append(...children.flat().filter(child => child !== false && child !== undefined && child !== ""));
    return made;
  }

  const named = ({name, kind}) => name + (KINDS[kind] ?? "");
  const dot = status => make("i", {class: status});
  const to = (target, text) => make("button", {type: "button", "data-go": target}, text);
  const plural = count => (count === 1 ? "" : "s");

  function coloured(element, status) {
    element.style.setProperty("--c", `var(--${status})`);
    return element;
  }

  class Dossiers {
    /* `settings` are the page's; `theatre` and `timeline` the board's. */
    constructor(settings, theatre, timeline) {
      Object.assign(this, {settings, theatre, timeline});
    }

    /* A day without its year, which is that of the day shown. */
    day(day) { return this.theatre.asDate(day).toLocaleDateString("en-GB", {day: "numeric", month: "long", timeZone: "UTC"}); }

    /* What just changed up to a day. */
    recent(day) {
      const {settings: {changes, recentDays, mostRecent}, theatre: {places, statuses}} = this;
      const within = changes.filter(([on]) => on > day - recentDays && on <= day).reverse();
      const told = within.filter(([, , , , byArea]) => !byArea), byArea = within.length - told.length;
      const rows = told.slice(0, mostRecent).map(([on, index, before, status]) => make("li", {},
        make("span", {}, this.day(on)), to(places[index].id, places[index].name), `${KINDS[places[index].kind] ?? ""}, ${places[index].province}`, make("br"),
        dot(statuses[before].id), `${statuses[before].label} \u2192 `, dot(statuses[status].id), statuses[status].label));
      return [
        make("h2", {}, "What just changed"),
        make("p", {class: "cm-fine"}, `In the ${recentDays} days up to ${this.day(day)}. Click a place here or on the map to read the reports behind its colour.`),
        byArea > 0 && make("p", {class: "cm-fine"}, `${byArea} place${plural(byArea)} more changed by reports on a whole area, not by one on the place.`),
        rows.length > 0 && make("ol", {class: "cm-recent"}, rows),
        told.length > rows.length && make("p", {class: "cm-fine"}, `and ${told.length - rows.length} more`),
        within.length === 0 && make("p", {}, "No status changed."),
      ].filter(Boolean);
    }

    /* What there is to say of a place before its reports are there. */
    head(place) {
      return [
        make("button", {type: "button", class: "cm-back", "data-go": ""}, "\u2190 What just changed"),
        make("h2", {}, place.name, " ", place.local && make("bdi", {}, place.local)),
      ];
    }

    /* All that is told of a place on a day; `file` is the one with its reports. */
    of(place, day, file) {
      const [kind, inside, cards, pieces] = file.places[place.id], texts = file.texts, piece = pieces.findLast(([begun]) => begun <= day);
      const [, since, last, ...numbers] = piece, reports = file.reports;
      const told = cards.filter(card => reports[card[REPORT]][2] <= day);
      const isCurrent = card => since === null || reports[card[REPORT]][2] >= since;
      const current = told.filter(isCurrent), earlier = told.filter(card => !isCurrent(card));
      const [first, second, ...passages] = this.passages(numbers.map(number => texts[number]), day, last);
      const list = those => make("ol", {}, those.map(card => this.card(card, file, day)));
      return [
        ...this.head(place),
        make("p", {class: "cm-fine"}, kind + (inside && ` \u00b7 drawn inside ${inside}`)),
        this.badges(place, day),
        ...this.past(place, day),
        make("div", {class: "cm-why"}, make("p", {}, make("b", {}, first), second ? ` ${second}` : ""), passages.map(passage => make("p", {}, passage))),
        ...(current.length ? [make("h3", {}, `${current.length} report${plural(current.length)} on the present status, newest first`), list(current)] : []),
        ...(earlier.length ? [make("details", {}, make("summary", {}, `${earlier.length} earlier report${plural(earlier.length)}`), list(earlier))] : []),
        ...(told.length ? [make("p", {class: "cm-fine"}, GRADES)] : []),
      ];
    }

    /* The passages of an explanation, with the day, and how long ago the last report was, put in. */
    passages(passages, day, last) {
      const {shown, ago, spans} = this.settings, told = [...passages];
      const span = last === null ? "" : spans.findLast(([days]) => days <= day - last)?.[1] ?? "";
      told[0] = told[0].replace(shown, () => this.day(day));
      if (told.length > 1) told.push(told.pop().replace(ago, () => span));
      return told;
    }

    badges(place, day) {
      const {theatre: {statuses}, timeline: {status, bits, claimed}} = this, step = this.timeline.at(place.index, day);
      const shown = statuses[status[step]], claim = claimed[step] === NOBODY ? undefined : statuses[claimed[step]];
      return make("p", {class: "cm-badges"},
        coloured(make("b", {}, shown.label), shown.id), " ",
        Boolean(bits[step] & DISPUTED) && make("b", {class: "cm-disputed"}, "disputed"), " ",
        claim && coloured(make("b", {class: "cm-claim"}, `claimed by ${claim.label}`), claim.id));
    }

    /* The statuses from the start of the period to a day, as shares of that time. */
    past(place, day) {
      const {theatre: {statuses}, timeline: {first, status, day: begun}} = this, runs = [];
      for (let step = first[place.index]; step < first[place.index + 1] && begun[step] <= day; step++) {
        if (runs.at(-1)?.status !== status[step]) runs.push({status: status[step], from: Math.max(0, begun[step])});
      }
      const pieces = runs.map((run, at) => ({...run, to: at + 1 < runs.length ? runs[at + 1].from : day + 1})).filter(({from, to}) => to > from);
      const title = ({status: of, from, to}) => `${statuses[of].label} from ${this.day(from)} to ${this.day(to - 1)}`;
      const strip = make("div", {class: "cm-past", role: "img", "aria-label": pieces.map(title).join("; ")}, pieces.map(piece => {
        const part = make("i", {title: title(piece)});
        part.style.width = `${100 * (piece.to - piece.from) / (day + 1)}%`;
        part.style.background = `var(--${statuses[piece.status].id})`;
        return part;
      }));
      return [strip, make("p", {class: "cm-fine cm-ends"}, make("span", {}, this.day(0)), make("span", {}, this.day(day)))];
    }

    card(card, {texts, roles, reports}, day) {
      const [id, actor, , says, who, side, grade, summary, source, address, ...whens] = reports[card[REPORT]];
      const because = texts[card[BECAUSE]], area = texts[card[AREA]], sided = texts[side], link = texts[address];
      const when = texts[whens[this.theatre.asDate(day).getUTCFullYear() - this.theatre.asDate(0).getUTCFullYear()]];
      const told = `${texts[says]}${area && ` (${area})`}, says ${texts[who]}${sided && ` (${sided})`} \u00b7 ${grade} \u00b7 ${when} \u00b7 `;
      return make("li", {class: `cm-card ${actor}${card[QUIET] ? " cm-quiet" : ""}`},
        make("small", {}, make("b", {}, roles[card[ROLE]]), ` ${texts[card[REASON]]}${because && ` (${because})`}`),
        summary && make("p", {}, summary),
        make("small", {}, told, /^https?:\/\//.test(link) && make("a", {href: link, rel: "noreferrer"}, `${texts[source] || "source"} \u2197`), " ", make("i", {}, id)));
    }
  }

  Object.assign(controlMap, {Dossiers, make, named});
})(window.controlMap ??= {});
