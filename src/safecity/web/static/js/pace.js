/**
 * How fast a live picture plays, so that each is shown soon after it arrives, and hardly any arrives after its turn.
 *
 * A picture's lead is how long before its turn it arrived. What counts is the fourth least of the last thirty, as it
 * would be at the present place. Pictures stand at even distances, so that one that comes after its turn is shown late,
 * and only left out if it is late by a whole step: three that are hold nobody up. All times are milliseconds: `media` on
 * the stream's timeline, `now` on the browser's clock. It reads no clock itself.
 */
const LOOKED_AT = 30;
const MAY_BE_LATE = 3;
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
    const early = [...this.early].sort((a, b) => a - b);
    return (early[Math.min(MAY_BE_LATE, early.length - 1)] ?? NaN) - (media - now);
  }

  /** A little slower where pictures come after their turn, faster where they wait. @param {number} media @param {number} now */
  rate(media, now) {
    const lead = this.lead(media, now);
    if (lead < LEAST_MS) return 0.95;
    if (lead > FAR_MS) return 1.25;
    return lead > MOST_MS ? 1.05 : 1;
  }
}
