/** Where the units are: binary frames once a second, glided between, drawn as dots or arrows on one canvas. */
import { mercX, mercY } from "./geo.js";
import { token } from "./theme.js";

const GLIDE_MS = 1100;
const HEAD_BYTES = 4;
const ROW_BYTES = 14;
const ORDER = [4, 3, 0, 1, 2];

export class Units {
  constructor() {
    /** @type {Map<number, number>} */
    this.slots = new Map();
    /** @type {number[]} */
    this.numbers = [];
    this.size = 0;
    this.lastAt = 0;
    /** Which statuses are shown: available, under way, on scene, other, off. */
    this.shown = [true, true, true, true, true];
    this.grow(1024);
  }

  /** @param {number} capacity */
  grow(capacity) {
    for (const name of ["fromX", "fromY", "toX", "toY", "at"]) {
      const next = new Float64Array(capacity);
      if (this.size) next.set(/** @type {any} */ (this)[name].subarray(0, this.size));
      /** @type {any} */ (this)[name] = next;
    }
    for (const name of ["heading", "status"]) {
      const next = new Uint8Array(capacity);
      if (this.size) next.set(/** @type {any} */ (this)[name].subarray(0, this.size));
      /** @type {any} */ (this)[name] = next;
    }
    this.capacity = capacity;
  }

  /** One frame: "P", version, count, then number, latitude, longitude, heading, status. @param {ArrayBuffer} buffer */
  frame(buffer) {
    const view = new DataView(buffer);
    if (view.byteLength < HEAD_BYTES || view.getUint8(0) !== 80 || view.getUint8(1) !== 1) return;
    const count = Math.min(view.getUint16(2, true), Math.floor((view.byteLength - HEAD_BYTES) / ROW_BYTES));
    const now = performance.now();
    for (let n = 0, at = HEAD_BYTES; n < count; n++, at += ROW_BYTES) {
      const x = mercX(view.getInt32(at + 8, true) / 1e6);
      const y = mercY(view.getInt32(at + 4, true) / 1e6);
      this.move(view.getUint32(at, true), x, y, view.getUint8(at + 12), view.getUint8(at + 13), now);
    }
    this.lastAt = now;
  }

  /** @param {number} number @param {number} x @param {number} y @param {number} heading @param {number} status @param {number} now */
  move(number, x, y, heading, status, now) {
    let slot = this.slots.get(number);
    const self = /** @type {any} */ (this);
    if (slot === undefined) {
      slot = this.size;
      if (slot >= self.capacity) this.grow(self.capacity * 2);
      this.size += 1;
      this.slots.set(number, slot);
      this.numbers[slot] = number;
      self.fromX[slot] = x;
      self.fromY[slot] = y;
    } else {
      const f = Math.min(1, (now - self.at[slot]) / GLIDE_MS);
      self.fromX[slot] += (self.toX[slot] - self.fromX[slot]) * f;
      self.fromY[slot] += (self.toY[slot] - self.fromY[slot]) * f;
    }
    self.toX[slot] = x;
    self.toY[slot] = y;
    self.at[slot] = now;
    self.heading[slot] = heading;
    self.status[slot] = Math.min(4, status);
  }

  moving() {
    return performance.now() - this.lastAt < GLIDE_MS;
  }

  /** @param {number} number @returns {[number, number]|null} on the world's square */
  where(number) {
    const slot = this.slots.get(number);
    return slot === undefined ? null : this.glide(slot, performance.now());
  }

  /** @param {number} slot @param {number} now @returns {[number, number]} */
  glide(slot, now) {
    const self = /** @type {any} */ (this);
    const f = Math.min(1, (now - self.at[slot]) / GLIDE_MS);
    return [self.fromX[slot] + (self.toX[slot] - self.fromX[slot]) * f, self.fromY[slot] + (self.toY[slot] - self.fromY[slot]) * f];
  }

  /** The unit under the pointer. @param {{scale: number, x: number, y: number}} world @param {number} px @param {number} py */
  hit(world, px, py) {
    const now = performance.now();
    let best = null;
    let nearest = 10;
    for (let n = 0; n < this.size; n++) {
      const [x, y] = this.glide(n, now);
      const away = Math.hypot(x * world.scale + world.x - px, y * world.scale + world.y - py);
      if (away < nearest) {
        nearest = away;
        best = this.numbers[n];
      }
    }
    return best;
  }

  /**
   * Draw all units; those in the pool of light are bright.
   * @param {CanvasRenderingContext2D} g @param {any} view @param {{x: number, y: number}|null} lit
   */
  draw(g, view, lit) {
    const buckets = this.sort(view, lit);
    const colours = [token("--avail"), token("--route"), token("--scene"), token("--avail"), token("--off")];
    const zoom = view.zoom();
    const arrows = zoom > 14.2;
    // A small force is drawn larger than a large one, or it would be lost on the map.
    const base = (zoom > 12.5 ? 2.1 : 1.6) + (this.size < 300 ? 1.6 : this.size < 1500 ? 0.7 : 0);
    for (let level = 0; level < 4; level++) {
      for (const status of ORDER) {
        const points = buckets[status + level * 5];
        if (!points.length) continue;
        const busy = status === 1 || status === 2;
        g.fillStyle = colours[status];
        g.globalAlpha = status === 4 ? 0.3 : busy ? [0.85, 0.9, 1, 1][level] : [this.size < 300 ? 0.75 : 0.5, 0.8, 0.9, 1][level];
        g.beginPath();
        if (arrows) arrowsOf(g, points, status);
        else dotsOf(g, points, status, base + [0, 0.25, 0.6, 0.95][level] + (busy ? 0.5 : 0));
        g.fill();
      }
    }
    g.globalAlpha = 1;
  }

  /** @param {any} view @param {{x: number, y: number}|null} lit @returns {number[][]} x, y, heading by status and light */
  sort(view, lit) {
    const { scale, x: left, y: top } = view.world();
    const [width, height] = [view.width(), view.height()];
    const self = /** @type {any} */ (this);
    const now = performance.now();
    /** @type {number[][]} */
    const buckets = Array.from({ length: 20 }, () => []);
    for (let n = 0; n < this.size; n++) {
      if (!this.shown[self.status[n]]) continue;
      const f = Math.min(1, (now - self.at[n]) / GLIDE_MS);
      const x = (self.fromX[n] + (self.toX[n] - self.fromX[n]) * f) * scale + left;
      if (x < -9 || x > width + 9) continue;
      const y = (self.fromY[n] + (self.toY[n] - self.fromY[n]) * f) * scale + top;
      if (y < -9 || y > height + 9) continue;
      const away = lit ? (x - lit.x) ** 2 + (y - lit.y) ** 2 : 1e9;
      const level = away < 8100 ? 3 : away < 22_500 ? 2 : away < 44_100 ? 1 : 0;
      buckets[self.status[n] + level * 5].push(x, y, self.heading[n]);
    }
    return buckets;
  }
}

/** @param {CanvasRenderingContext2D} g @param {number[]} points @param {number} status @param {number} r */
function dotsOf(g, points, status, r) {
  for (let n = 0; n < points.length; n += 3) {
    const [x, y] = [points[n], points[n + 1]];
    if (status === 2) g.rect(x - r, y - r, 2 * r, 2 * r);
    else {
      g.moveTo(x + r, y);
      g.arc(x, y, r, 0, 6.283);
    }
  }
}

/** @param {CanvasRenderingContext2D} g @param {number[]} points @param {number} status */
function arrowsOf(g, points, status) {
  const k = 7;
  for (let n = 0; n < points.length; n += 3) {
    const [x, y] = [points[n], points[n + 1]];
    if (status === 2) {
      g.rect(x - 5, y - 5, 10, 10);
      continue;
    }
    const turn = (points[n + 2] / 256) * 6.283;
    const [c, e] = [Math.sin(turn), -Math.cos(turn)];
    g.moveTo(x + c * k, y + e * k);
    g.lineTo(x - c * k * 0.7 - e * k * 0.7, y - e * k * 0.7 + c * k * 0.7);
    g.lineTo(x - c * k * 0.3, y - e * k * 0.3);
    g.lineTo(x - c * k * 0.7 + e * k * 0.7, y - e * k * 0.7 - c * k * 0.7);
    g.closePath();
  }
}
