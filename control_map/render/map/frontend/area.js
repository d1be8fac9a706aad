/* The panel of a province, or of the border with a neighbour: its places by status on a day, those that changed last at the top. */
import {dot, make} from "./elements.js";
import {counted, grouped, rounded} from "./period.js";

const HEADINGS = [["provincial_capital", "Capital"], ["crossing", "Crossings"], ["district", "Districts"]];

export class Area {
  /* `target` is `province/<id>` or `neighbour/<name>`. */
  constructor(theatre, target) {
    const [, kind, id] = /^(province|neighbour)\/(.*)$/s.exec(target) ?? [];
    this.theatre = theatre;
    this.isProvince = kind === "province";
    this.name = this.isProvince ? theatre.provinces.find(province => province.id === id)?.name : id;
    this.places = theatre.places.filter(({provinceId, neighbour}) => (this.isProvince ? provinceId === id : id && neighbour === id));
    this.sizes = null;  // people and square kilometres of each place, once they are there
  }

  get label() { return this.isProvince ? this.name : `Border with ${this.name}`; }

  elements({timeline, day}) {
    const {theatre: {period, statuses}} = this, rows = this.places.map(place => {
      const step = timeline.stepOn(place.index, day);
      return {place, status: timeline.status[step], since: timeline.holdStart(place.index, step)};
    }).sort((a, b) => b.since - a.since || a.status - b.status || a.place.name.localeCompare(b.place.name));
    const lists = HEADINGS.flatMap(([kind, heading]) => {
      const those = rows.filter(({place}) => place.kind === kind);
      return those.length ? [make("h3", {}, heading), make("ol", {class: "cm-recent cm-states"}, those.map(row => this.row(row)))] : [];
    });
    const kinds = this.isProvince ? `province \u00b7 ${counted(rows.filter(({place}) => place.kind === "district").length, "district")}` : counted(rows.length, "crossing");
    return [make("h2", {}, this.label), make("p", {class: "cm-fine"}, `${kinds} on ${period.longName(day)}`), ...this.counts(rows, statuses), ...lists];
  }

  /* How many places each status has, with their people and land where these are known. */
  counts(rows, statuses) {
    const items = statuses.flatMap(({label}, status) => {
      const those = rows.filter(row => row.status === status && (!this.isProvince || row.place.kind === "district"));
      return those.length ? [make("li", {}, dot(status), make("b", {}, grouped(those.length)), ` ${label}`, this.sizeOf(those))] : [];
    });
    return items.length ? [make("ul", {class: "cm-gains"}, items)] : [];
  }

  sizeOf(rows) {
    const sum = numbers => rows.reduce((total, {place: {index}}) => total + numbers[index], 0);
    if (!this.sizes || !sum(this.sizes.people)) return false;
    const land = sum(this.sizes.km2);  // none of districts without a boundary of their own
    return make("small", {class: "cm-fine"}, ` \u00b7 ${rounded(sum(this.sizes.people))} people${land ? ` on ${rounded(land)} km\u00b2` : ""}`);
  }

  row({place, status, since}) {
    const {period, statuses, noReport} = this.theatre;
    const held = status === noReport ? "" : since < 0 ? ` since before ${period.shortName(0)}` : ` since ${period.shortName(since)}`;
    return make("li", {}, make("span", {}, dot(status), statuses[status].label + held), make("button", {type: "button", "data-go": place.id}, place.name));
  }
}
