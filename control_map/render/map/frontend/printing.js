/* On paper the board is as wide as a page, its parts stand below each other, light, and the map shows all that it shows on screen. */

export class Printing {
  constructor(board) {
    this.board = board;
    window.addEventListener("beforeprint", () => this.begin());
    window.addEventListener("afterprint", () => this.end());
  }

  /* Lay the board out for paper; what is printed is laid out again, but no script runs then. */
  begin() {
    const {map, root, timeline} = this.board;
    if (this.shown || !timeline) return;
    if (map._animatingZoom) map._onZoomTransitionEnd();
    this.shown = {bounds: map.getBounds(), middle: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap};
    root.classList.add("cm-printed");
    this.board.panel.dossier?.unfold();
    this.draw({dark: false, onPaper: true, snap: 0});
    const {view} = this.board;
    if (view.chosen) view.clear(() => map.fitBounds(this.shown.bounds, {animate: false}));
  }

  end() {
    if (!this.shown) return;
    const {map, root, command, view} = this.board, {middle, zoom, snap} = this.shown;
    this.shown = null;
    root.classList.remove("cm-printed");
    this.draw({dark: command.dark, onPaper: false, snap});
    if (view.chosen) view.clear(() => map.setView(middle, zoom, {reset: true}));
  }

  draw({dark, onPaper, snap}) {
    const {board, board: {map, drawing, strip, view}} = this;
    drawing.canvas.onPaper = onPaper;
    map.options.zoomSnap = snap;
    board.setTheme(dark);
    board.update(true);
    strip.fit();
    view.adapt();
  }
}
