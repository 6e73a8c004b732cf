/**
 * How fast a live picture plays, so that each is shown soon after it arrives, and hardly any arrives after its turn.
 *
 * A picture's lead is how long before its turn it arrived. What counts is the second least of the last thirty, as it
 * would be at the present place: a single late picture is shown late, and does not hold up all that follow. All times
 * are milliseconds: `media` on the stream's timeline, `now` on the browser's clock. It reads no clock itself.
 */
const LOOKED_AT = 30;
const LEAST_MS = 20;
const MOST_MS = 60;
const FAR_MS = 200;

export class Pace {
  constructor() {
    /** Each picture's media time less the time of its arrival. @type {number[]} */
    this.early = [];
  }

  /** @param {number} media @param {number} now */
  arrived(media, now) {
    this.early.push(media - now);
    if (this.early.length > LOOKED_AT) this.early.shift();
  }

  /** The lead that pictures have with this being shown; not a number before any came. @param {number} media @param {number} now */
  lead(media, now) {
    const [least = NaN, second = least] = [...this.early].sort((a, b) => a - b);
    return second - (media - now);
  }

  /** A little slower where pictures come after their turn, faster where they wait. @param {number} media @param {number} now */
  rate(media, now) {
    const lead = this.lead(media, now);
    if (lead < LEAST_MS) return 0.95;
    if (lead > FAR_MS) return 1.25;
    return lead > MOST_MS ? 1.05 : 1;
  }
}
