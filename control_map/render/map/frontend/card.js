/* The small card that says what the place under the pointer shows. Text goes in as text: names and reports are untrusted. */
(controlMap => {
  "use strict";

  const {bits: {LIGHT, DISPUTED, OWN, NOBODY}} = controlMap;
  const AWAY = 14;  // pixels from the pointer

  class Card {
    constructor(host) {
      this.host = host;
      this.box = L.DomUtil.create("div", "cm-hover", host);
      this.box.setAttribute("role", "tooltip");
      this.box.hidden = true;
      this.spoken = L.DomUtil.create("p", "cm-spoken", host);
      this.spoken.setAttribute("aria-live", "polite");
    }

    /* Say what the card says, for those who do not see it. */
    speak() { this.spoken.textContent = [...this.box.children].map(({textContent}) => textContent).join(". "); }

    hide() {
      this.box.hidden = true;
      this.shown = null;
    }

    show(place, key, lines, {x, y}) {
      if (this.shown !== key) {
        this.shown = key;
        this.box.replaceChildren(...this.title(place), ...lines.map(parts => line(parts)));
      }
      this.box.hidden = false;
      const {offsetWidth: width, offsetHeight: height} = this.box, {clientWidth, clientHeight} = this.host;
      const left = x + AWAY + width > clientWidth ? x - AWAY - width : x + AWAY;
      const top = Math.min(y + AWAY, clientHeight - height - 4);
      this.box.style.transform = `translate(${Math.max(4, Math.min(left, clientWidth - width - 4))}px, ${Math.max(4, top)}px)`;
    }

    title({name, local, kind, province, neighbour}) {
      const where = {provincial_capital: `capital of ${province}`, crossing: `crossing to ${neighbour} \u00b7 ${province}`}[kind] ?? province;
      return [line([["b", name], " ", ["bdi", local]]), line([["span", where]])];
    }

    /* The lines on what a place shows on a day. */
    static lines(theatre, timeline, place, day, compared) {
      const {cursor, status, bits, claimed, since, why, whys} = timeline, step = cursor[place.index];
      const silent = status[step] === theatre.silence, heard = timeline.lastHeard(place.index, day), label = id => theatre.statuses[id].label;
      const counts = silent && heard !== undefined ? " that counts" : "";
      const doubts = [
        bits[step] & DISPUTED && " \u00b7 disputed",
        claimed[step] !== NOBODY && ` \u00b7 claimed by ${label(claimed[step])}`,
        bits[step] & OWN && " \u00b7 on an added report",
      ].filter(Boolean).join("");
      const lines = [[["strong", label(status[step]) + (silent ? counts : ` since ${theatre.date(since[step])}`)], ["span", doubts]]];
      if (compared !== null) lines.push([["span", Card.change(theatre, timeline, place, day, compared)]]);
      if (whys[why[step]]) lines.push([whys[why[step]]]);
      else if (bits[step] & LIGHT) lines.push([["span", "an older or an area report"]]);
      if (heard !== undefined) {
        const days = day - heard, before = days ? `${days.toLocaleString("en-GB")} day${days === 1 ? "" : "s"} before` : "the same day";
        lines.push([["span", `last report ${theatre.date(heard)}, ${before}`]]);
      }
      return lines;
    }

    static change(theatre, timeline, place, day, compared) {
      const {what, before, after} = timeline.inWords(place.index, compared, day), since = theatre.date(compared);
      return what ? `${what}: ${before} on ${since}, now ${after}` : `unchanged since ${since}`;
    }
  }

  function line(parts) {
    const box = document.createElement("div");
    for (const part of parts) {
      if (typeof part === "string") { box.append(part); continue; }
      const [tag, text] = part, element = document.createElement(tag);
      element.textContent = text;
      if (text) box.append(element);
    }
    return box;
  }

  controlMap.Card = Card;
})(window.controlMap ??= {});
