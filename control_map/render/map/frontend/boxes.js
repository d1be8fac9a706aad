/* Boxes on the map, found by where they are: `left`, `right`, `top` and `bottom`, in pixels. */
const CELL = 64;       // pixels of the cells in which they are kept
const COLUMN = 65536;  // cells of a column: more than any map has

const meet = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

/* The box around a point, with a gap to its left and its right. */
export const boxAround = ({x, y}, width, height, gap = 0) => (
  {left: x - width / 2 - gap, right: x + width / 2 + gap, top: y - height / 2, bottom: y + height / 2});

export class Boxes {
  constructor(boxes = []) {
    this.cells = new Map();
    for (const box of boxes) this.add(box);
  }

  /* Call a function with each cell that a box meets, until it returns true; return whether it did. */
  someCell({left, right, top, bottom}, visit) {
    for (let x = Math.floor(left / CELL); x <= right / CELL; x++) {
      for (let y = Math.floor(top / CELL); y <= bottom / CELL; y++) if (visit(x * COLUMN + y)) return true;
    }
    return false;
  }

  add(box) {
    this.someCell(box, cell => {
      if (this.cells.has(cell)) this.cells.get(cell).push(box);
      else this.cells.set(cell, [box]);
    });
  }

  /* Those that meet a box. */
  meeting(box) {
    const found = new Set();
    this.someCell(box, cell => { for (const other of this.cells.get(cell) ?? []) if (meet(box, other)) found.add(other); });
    return [...found];
  }

  meets(box) { return this.someCell(box, cell => this.cells.get(cell)?.some(other => meet(box, other))); }
}

/* What several `Boxes` hold together. */
export const unionOf = (...all) => ({
  meets: box => all.some(boxes => boxes.meets(box)),
  meeting: box => all.flatMap(boxes => boxes.meeting(box)),
});
