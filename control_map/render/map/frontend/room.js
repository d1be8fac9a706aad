/* The ground that polygons cover, as rows of spans: whether a box lies on it, and where on it a box has room. */
const JOINED = 0.7;  // between two spans that are one, because their polygons share an edge

export class Room {
  /* Rows of a height, from `bounds.min` to `bounds.max`; what lies outside of these is left out. */
  constructor(step, {min, max}) {
    Object.assign(this, {step, left: min.x, right: max.x, first: Math.ceil(min.y / step)});
    this.rows = Array.from({length: Math.max(0, Math.floor(max.y / step) - this.first + 1)}, () => []);
  }

  /* Add a polygon with its rings of `x, y, x, y ...`; a row takes in the spans of the line at its middle. */
  addPolygon({rings, box}, scale = 1, offset = {x: 0, y: 0}) {
    const {step, first, rows, left, right} = this;
    if (box.max.x * scale + offset.x < left || box.min.x * scale + offset.x > right) return;
    const from = Math.max(0, Math.ceil((box.min.y * scale + offset.y) / step) - first);
    const to = Math.min(rows.length - 1, Math.floor((box.max.y * scale + offset.y) / step) - first);
    if (from > to) return;
    const crossings = Array.from({length: to - from + 1}, () => []);
    for (const ring of rings) {
      let before = ring.length - 2, above = Math.ceil((ring[before + 1] * scale + offset.y) / step);
      for (let at = 0; at < ring.length; at += 2) {
        const y = ring[at + 1] * scale + offset.y, under = Math.ceil(y / step);
        if (under !== above) {  // the edge from the point before crosses the lines between
          const x = ring[at] * scale + offset.x, fromX = ring[before] * scale + offset.x, fromY = ring[before + 1] * scale + offset.y;
          const slope = (x - fromX) / (y - fromY), last = Math.min(to, Math.max(above, under) - 1 - first);
          for (let row = Math.max(from, Math.min(above, under) - first); row <= last; row++) {
            crossings[row - from].push(fromX + ((row + first) * step - fromY) * slope);
          }
        }
        before = at;
        above = under;
      }
    }
    crossings.forEach((found, row) => {
      if (found.length > 2) found.sort((a, b) => a - b);
      else if (found[0] > found[1]) found.reverse();
      for (let at = 0; at + 1 < found.length; at += 2) {
        if (found[at] < right && found[at + 1] > left) rows[from + row].push([Math.max(left, found[at]), Math.min(right, found[at + 1])]);
      }
    });
  }

  addRoom(other) { other.rows.forEach((spans, row) => this.rows[row + other.first - this.first].push(...spans.map(span => [...span]))); }

  /* Make one span of those that touch, once all polygons are there. */
  join(between = JOINED) {
    this.rows = this.rows.map(spans => {
      const joined = [];
      for (const span of spans.sort((a, b) => a[0] - b[0])) {
        const last = joined.at(-1);
        if (last && span[0] <= last[1] + between) last[1] = Math.max(last[1], span[1]);
        else joined.push(span);
      }
      return joined;
    });
    return this;
  }

  /* The rows that a box meets, and one more on either side. */
  rowsOf(top, bottom) { return [Math.floor(top / this.step) - this.first, Math.ceil(bottom / this.step) - this.first]; }

  contains({left, right, top, bottom}) {
    const [from, to] = this.rowsOf(top, bottom);
    for (let row = from; row <= to; row++) if (!this.rows[row]?.some(([begin, end]) => begin <= left && end >= right)) return false;
    return true;
  }

  has({x, y}) { return Boolean(this.rows[Math.round(y / this.step) - this.first]?.some(([begin, end]) => begin <= x && end >= x)); }

  /* How much of a box is ground. */
  coveredIn({left, right, top, bottom}) {
    const [from, to] = this.rowsOf(top, bottom);
    let covered = 0;
    for (let row = Math.max(0, from); row <= to && row < this.rows.length; row++) {
      for (const [begin, end] of this.rows[row]) covered += Math.max(0, Math.min(end, right) - Math.max(begin, left));
    }
    return covered * this.step;
  }

  /* The middle, nearest to a point, of a box of some size that lies on the ground and meets none of those taken; or undefined. */
  middleFor(width, height, near, taken) {
    const {step, first, rows} = this, more = Math.ceil(height / step);
    let found, least = Infinity;
    for (let row = 0; row + more < rows.length; row++) {
      const y = (row + first + more / 2) * step, down = 2 * (y - near.y) ** 2;  // a name is wider than high: rather moved along
      if (down >= least) continue;
      let spans = rows[row];
      for (let next = row + 1; next <= row + more && spans.length; next++) spans = commonSpans(spans, rows[next], width);
      for (const [begin, end] of spans) {
        if (end - begin < width) continue;
        const blocked = taken.meeting({left: begin, right: end, top: y - height / 2, bottom: y + height / 2});
        const x = nearestFree(near.x, begin + width / 2, end - width / 2, blocked.map(({left, right}) => [left - width / 2, right + width / 2]));
        const distance = down + (x - near.x) ** 2;
        if (distance < least) [found, least] = [{x, y}, distance];
      }
    }
    return found;
  }
}

/* What two rows have in common, if it is wide enough. */
function commonSpans(spans, others, width) {
  const common = [];
  for (const [begin, end] of spans) {
    for (const [from, to] of others) {
      const left = Math.max(begin, from), right = Math.min(end, to);
      if (right - left >= width) common.push([left, right]);
    }
  }
  return common;
}

/* The number nearest to `wanted` between two that lies within none of some intervals, or NaN. */
function nearestFree(wanted, low, high, intervals) {
  const isFree = x => x >= low && x <= high && !intervals.some(([from, to]) => x > from && x < to);
  const free = [Math.min(Math.max(wanted, low), high), ...intervals.flat()].filter(isFree);
  return free.reduce((best, x) => (Math.abs(x - wanted) < Math.abs(best - wanted) ? x : best), free[0] ?? NaN);
}
