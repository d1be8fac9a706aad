/* Pointing at a place, with a pointer or from the list: the card says what it shows; a click opens it. */
import {Card, cardLines} from "./card.js";

export class Pointer {
  constructor(board) {
    this.board = board;
    this.card = new Card(board.container);
    board.map.on("mousemove", ({containerPoint}) => this.hover(containerPoint));
    board.map.on("mouseout movestart zoomstart", () => this.leave());
    board.map.on("click", ({containerPoint}) => this.click(containerPoint));
  }

  /* Show the card of the place under a point, at most once a frame. */
  hover(containerPoint) {
    this.point = containerPoint;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      const place = this.board.timeline && this.board.drawing.placeUnder(this.point);
      this.board.container.classList.toggle("cm-over", Boolean(place));
      if (place) this.showCard(place, this.point);
      else this.card.hide();
    });
  }

  leave() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.board.container.classList.remove("cm-over");
    this.card.hide();
  }

  click(containerPoint) {
    if (!this.board.timeline) return;
    const place = this.board.drawing.placeUnder(containerPoint);
    if (place) this.showCard(place, containerPoint);
    this.board.open(place?.id ?? "");
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
    this.card.speak();
  }

  showCard(place, point) {
    const {theatre, timeline, shownDay: day, compared} = this.board;
    const key = `${place.id} ${day} ${timeline.cursor[place.index]} ${compared}`;
    this.card.show(key, () => cardLines(theatre, timeline, place, day, compared), point);
    if (this.pointedAt !== place) this.board.prefetch(place);
    this.pointedAt = place;
  }
}
