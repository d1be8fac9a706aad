/* Pointing at a place, with a pointer or from the list: the card says what it shows; a click opens it. */
import {Card, cardLines} from "./card.js";
import {isOnMap} from "./elements.js";
import {settlementLines} from "./settlements.js";

const RESTING = 70;  // milliseconds on a place after which it is likely to be opened

export class Pointer {
  constructor(board) {
    this.board = board;
    this.card = new Card(board.container);
    board.container.addEventListener("pointermove", event => this.onMove(event));
    board.container.addEventListener("pointerleave", () => this.leave());
    board.map.on("movestart zoomstart", () => this.leave());
    board.map.on("click", ({containerPoint}) => this.click(containerPoint));
  }

  /* A finger hovers over nothing, and while a button is pressed something is dragged. */
  onMove(event) {
    if (event.pointerType === "touch" || event.buttons || !isOnMap(this.board.map, event)) this.leave();
    else this.hover(this.board.map.mouseEventToContainerPoint(event));
  }

  /* Show the card of the place under a point, at most once a frame. */
  hover(containerPoint) {
    this.point = containerPoint;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      const {place, dot} = this.board.timeline ? this.board.drawing.under(this.point) : {};
      this.board.container.classList.toggle("cm-over", Boolean(place));
      if (place) this.showCard(place, this.point, dot);
      else this.card.hide();
    });
  }

  leave() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    clearTimeout(this.resting);
    this.pointedAt = null;
    this.board.container.classList.remove("cm-over");
    this.card.hide();
  }

  click(containerPoint) {
    if (!this.board.timeline) return;
    const place = this.board.drawing.placeUnder(containerPoint);
    this.board.open(place?.id ?? "");
    if (place) this.board.view.clearSheet(containerPoint);
  }

  /* Point at a place without a pointer: ring it, and read its card aloud. */
  pointAt(placeId) {
    const {theatre, timeline, view, drawing, map} = this.board, place = theatre.byId.get(placeId);
    this.leave();
    if (!place || !timeline) return;
    const [lon, lat] = place.at;
    view.uncover(lat, lon);
    drawing.flash([place]);
    this.showCard(place, map.latLngToContainerPoint([lat, lon]));
    this.board.announcer.say(this.card.inWords);
  }

  /* Show the card of a place, or of the settlement in it that has a `dot`. */
  showCard(place, point, dot) {
    const {theatre, timeline, shownDay: day, compared} = this.board;
    const key = `${place.id} ${dot?.settlement.name} ${day} ${timeline.cursor[place.index]} ${compared}`;
    this.card.show(key, () => (dot ? settlementLines(theatre, dot) : cardLines(theatre, timeline, place, day, compared)), point);
    if (this.pointedAt === place) return;
    this.pointedAt = place;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.board.prefetch(place), RESTING);
  }
}
