/* Symbols that would lie on each other are moved apart, the lighter rather than the heavier, and no farther than they must. */
import {Boxes, boxAround} from "./boxes.js";

const GAP_BETWEEN = 2.5;  // pixels
const ROUNDS = 40;
const CROWD = 12;         // neighbours of a symbol, on average, from which on there is no room for all: then they stay where they are

/* Move symbols `{x, y, half, weight}` in place, so that no two of them meet. */
export function spreadSymbols(symbols) {
  for (let round = 0; round < ROUNDS; round++) {
    const pairs = pairsThatMeet(symbols);
    if (!pairs.length || pairs.length > CROWD * symbols.length / 2) return;
    for (const [one, other] of pairs) part(one, other);
  }
}

function pairsThatMeet(symbols) {
  const placed = new Boxes(), pairs = [];
  for (const symbol of symbols) {
    const box = {...boxAround(symbol, 2 * symbol.half + GAP_BETWEEN, 2 * symbol.half + GAP_BETWEEN), symbol};
    for (const {symbol: other} of placed.meeting(box)) pairs.push([other, symbol]);
    placed.add(box);
  }
  return pairs;
}

/* Move two along the line between them until one is beside, or below, the other. */
function part(one, other) {
  let across = other.x - one.x, down = other.y - one.y;
  const apart = one.half + other.half + GAP_BETWEEN + 0.1, far = Math.max(Math.abs(across), Math.abs(down));
  if (far >= apart) return;
  if (far < 0.5) [across, down] = [1, 0.4];
  const grown = Math.max(Math.abs(across), Math.abs(down)), missing = (apart - Math.min(far, apart)) / grown;
  const share = one.weight / (one.weight + other.weight);
  other.x += across * missing * share;
  other.y += down * missing * share;
  one.x -= across * missing * (1 - share);
  one.y -= down * missing * (1 - share);
}
