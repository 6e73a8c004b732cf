/** The time axis: where its marks stand, in the city's own hours and days, and what is written under them. */
import { day, hm, hms, zoneOffset } from "./time.js";

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;
const STEPS = [S, 2 * S, 5 * S, 10 * S, 15 * S, 30 * S, M, 2 * M, 5 * M, 10 * M, 15 * M, 30 * M, H, 2 * H, 3 * H, 6 * H, 12 * H, D, 2 * D, 7 * D];
const LABEL_PX = 84;

export const SHORTEST_MS = M;
export const LONGEST_MS = 30 * D;

/**
 * Marks from `from` to `to` on an axis so many pixels wide: labelled ones, and four small ones between two of them.
 * @param {number} from @param {number} to @param {number} width
 * @returns {{at: number, label: string, strong: boolean}[]}
 */
export function ticks(from, to, width) {
  const least = ((to - from) / Math.max(1, width)) * LABEL_PX;
  const step = STEPS.find((each) => each >= least) ?? STEPS[STEPS.length - 1];
  const offset = zoneOffset((from + to) / 2);
  const out = [];
  for (let wall = Math.ceil((from + offset) / step) * step; wall - offset <= to; wall += step) {
    const at = wall - zoneOffset(wall - offset);
    const midnight = wall % D === 0;
    out.push({ at, label: midnight ? day(at) : step < M ? hms(at) : hm(at), strong: midnight });
  }
  return out;
}

/** The span after zooming by a factor around a moment, kept between a minute and thirty days. @param {number} from @param {number} to @param {number} around @param {number} factor @returns {[number, number]} */
export function zoomed(from, to, around, factor) {
  const span = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (to - from) * factor));
  const share = (around - from) / (to - from);
  return [around - span * share, around + span * (1 - share)];
}
