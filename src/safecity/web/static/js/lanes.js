/**
 * The timelines of several cameras under one time axis, drawn on one canvas: footage, gaps by cause, sightings, holds,
 * alerts and incidents, the playhead, and what is chosen for an export. Wheel, drag and keys zoom, pan and seek.
 */
import { ticks, zoomed } from "./axis.js";
import { numberAt, SHAPE } from "./glyph.js";
import { t } from "./i18n.js";
import { onTheme, token } from "./theme.js";
import { hms } from "./time.js";

export const AXIS = 30;
export const ROW = 44;
const TRACK = [17, 16];
const GRAB_PX = 4;
/** What stands for each cause: a colour, and words where there is room. @type {Record<string, string>} */
const COLOUR = { camera: "--p1f", network: "--p2f", recorder: "--scene", disk: "--p3f", planned: "--off" };
/** @type {Record<number, Path2D>} */
const SHAPES = Object.fromEntries(Object.entries(SHAPE).map(([p, d]) => [p, new Path2D(d)]));

/**
 * @typedef {{from: number, to: number, cause: string, words: string, count: number, missing: number, open: boolean}} Gap
 * @typedef {{camera: string, segments: number[][], gaps: Gap[], sightings: number[][], holds: number[][]}} Lane
 * @typedef {{kind: string, id: string, reference: string, title: string, what: string, priority: number, at: number, cameras: string[]}} Mark
 * @typedef {{onSeek: (at: number, done: boolean) => void, onView: () => void,
 *   onHover: (what: {camera: string, at: number, x: number, y: number}|null) => void}} Ears
 */

export class Lanes {
  /** @param {HTMLCanvasElement} canvas @param {Ears} ears */
  constructor(canvas, ears) {
    this.canvas = canvas;
    this.ears = ears;
    this.g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.from = 0;
    this.to = 1;
    this.at = 0;
    this.now = 0;
    /** @type {number|null} */
    this.inAt = null;
    /** @type {number|null} */
    this.outAt = null;
    /** @type {string[]} */
    this.cameras = [];
    /** @type {Map<string, Lane>} */
    this.lanes = new Map();
    /** @type {Mark[]} */
    this.marks = [];
    /** @type {number|null} */
    this.pointer = null;
    this.asked = 0;
    this.listen();
    onTheme(() => this.draw());
    new ResizeObserver(() => { this.ears.onView(); this.draw(); }).observe(canvas);
  }

  get width() { return Math.max(1, this.canvas.clientWidth); }
  /** @param {number} at */
  x(at) { return ((at - this.from) / (this.to - this.from)) * this.width; }
  /** @param {number} x */
  moment(x) { return this.from + (x / this.width) * (this.to - this.from); }

  /** @param {number} from @param {number} to */
  show(from, to) {
    const late = Math.max(0, to - (this.now + (to - from) * 0.5));
    [this.from, this.to] = [from - late, to - late];
    this.ears.onView();
    this.draw();
  }

  /** Zoom around the pointer or the playhead. @param {number} factor @param {number} [around] */
  zoom(factor, around = this.at >= this.from && this.at <= this.to ? this.at : (this.from + this.to) / 2) {
    const [from, to] = zoomed(this.from, this.to, around, factor);
    this.show(from, to);
  }

  /** Keep the playhead in sight. */
  follow() {
    const span = this.to - this.from;
    if (this.at > this.to - span * 0.06) this.show(this.at - span * 0.2, this.at + span * 0.8);
    else if (this.at < this.from) this.show(this.at - span * 0.5, this.at + span * 0.5);
    else this.draw();
  }

  listen() {
    const { canvas } = this;
    let down = 0;
    let [fromThen, toThen] = [0, 0];
    let mode = "";
    canvas.addEventListener("wheel", (e) => {
      e.preventDefault();
      if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) {
        const step = ((e.deltaX || e.deltaY) / this.width) * (this.to - this.from);
        this.show(this.from + step, this.to + step);
      } else this.zoom(Math.exp(Math.max(-1, Math.min(1, e.deltaY / 300))), this.moment(e.offsetX));
    }, { passive: false });
    canvas.addEventListener("pointerdown", (e) => {
      canvas.setPointerCapture(e.pointerId);
      [down, fromThen, toThen] = [e.offsetX, this.from, this.to];
      mode = e.offsetY < AXIS ? "scrub" : "press";
      if (mode === "scrub") this.ears.onSeek(this.moment(e.offsetX), false);
    });
    canvas.addEventListener("pointermove", (e) => {
      this.pointer = e.offsetX;
      if (mode === "press" && Math.abs(e.offsetX - down) > GRAB_PX) mode = "pan";
      if (mode === "scrub") this.ears.onSeek(this.moment(e.offsetX), false);
      else if (mode === "pan") {
        const step = ((down - e.offsetX) / this.width) * (toThen - fromThen);
        this.show(fromThen + step, toThen + step);
      }
      if (!mode || mode === "scrub") this.hover(e);
      this.draw();
    });
    canvas.addEventListener("pointerup", (e) => {
      if (mode === "scrub" || mode === "press") this.ears.onSeek(this.moment(e.offsetX), true);
      mode = "";
    });
    canvas.addEventListener("pointercancel", () => { mode = ""; });
    canvas.addEventListener("pointerleave", () => { this.pointer = null; this.ears.onHover(null); this.draw(); });
  }

  /** @param {PointerEvent} e */
  hover(e) {
    const row = Math.floor((e.offsetY - AXIS) / ROW);
    const camera = this.cameras[Math.max(0, Math.min(this.cameras.length - 1, row))];
    this.ears.onHover(camera ? { camera, at: this.moment(e.offsetX), x: e.offsetX, y: Math.max(0, row) } : null);
  }

  /** One picture for all that changed since the last. */
  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => { this.asked = 0; this.paint(); });
  }

  paint() {
    const ratio = Math.min(devicePixelRatio, 2);
    const [w, h] = [this.width, this.canvas.clientHeight];
    if (this.canvas.width !== Math.round(w * ratio) || this.canvas.height !== Math.round(h * ratio)) {
      this.canvas.width = w * ratio;
      this.canvas.height = h * ratio;
    }
    const { g } = this;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, w, h);
    this.axis(w, h);
    this.cameras.forEach((camera, n) => this.lane(camera, AXIS + n * ROW, w));
    this.chosen(h);
    this.head(w, h);
  }

  /** @param {number} w @param {number} h */
  axis(w, h) {
    const { g } = this;
    g.font = "500 11px Inter, sans-serif";
    g.textAlign = "left";
    g.textBaseline = "middle";
    for (const { at, label, strong } of ticks(this.from, this.to, w)) {
      const x = Math.round(this.x(at)) + 0.5;
      g.strokeStyle = token(strong ? "--edge" : "--line");
      g.lineWidth = 1;
      g.beginPath();
      g.moveTo(x, AXIS - 8);
      g.lineTo(x, h);
      g.stroke();
      g.fillStyle = token(strong ? "--fg0" : "--fg2");
      g.fillText(label, x + 5, AXIS - 15);
    }
    const x = this.x(this.now);
    if (x < w) {
      g.fillStyle = token("--bg0");
      g.globalAlpha = 0.6;
      g.fillRect(Math.max(0, x), AXIS, w - x, h);
      g.globalAlpha = 1;
    }
  }

  /** @param {string} camera @param {number} y @param {number} w */
  lane(camera, y, w) {
    const { g } = this;
    const [top, high] = [y + TRACK[0], TRACK[1]];
    g.fillStyle = token("--bg3");
    g.globalAlpha = 0.55;
    const end = Math.min(w, this.x(this.now));
    if (end > 0) this.bar(0, end, top, high);
    g.globalAlpha = 1;
    const lane = this.lanes.get(camera);
    if (!lane) return;
    g.fillStyle = token("--accent");
    g.globalAlpha = 0.5;
    for (const [from, to] of lane.segments) this.bar(this.x(from), this.x(to), top, high, 1);
    g.globalAlpha = 1;
    for (const gap of lane.gaps) this.gap(gap, top, high);
    g.fillStyle = token("--avail");
    for (const [from, to] of lane.sightings) this.bar(this.x(from), this.x(to), y + 9, 4, 2);
    g.fillStyle = token("--lamp");
    for (const [from, to] of lane.holds) this.held(this.x(from), this.x(to), top + high + 3);
    for (const mark of this.marks) if (mark.cameras.includes(camera)) this.mark(mark, y);
    g.strokeStyle = token("--line");
    g.beginPath();
    g.moveTo(0, y + ROW - 0.5);
    g.lineTo(w, y + ROW - 0.5);
    g.stroke();
  }

  /** @param {number} from @param {number} to @param {number} top @param {number} high @param {number} [least] */
  bar(from, to, top, high, least = 0) {
    const [a, b] = [Math.max(-4, from), Math.min(this.width + 4, Math.max(to, from + least))];
    if (b <= a) return;
    this.g.beginPath();
    this.g.roundRect(a, top, b - a, high, Math.min(3, (b - a) / 2));
    this.g.fill();
  }

  /** @param {Gap} gap @param {number} top @param {number} high */
  gap(gap, top, high) {
    const { g } = this;
    const [a, b] = [Math.max(-4, this.x(gap.from)), Math.min(this.width + 4, this.x(Math.min(gap.to, this.now)))];
    if (b < 0 || a > this.width) return;
    const colour = token(COLOUR[gap.cause] ?? "--off");
    g.fillStyle = token("--bg1");
    this.bar(a, b, top - 1, high + 2, 2);
    g.fillStyle = colour;
    g.globalAlpha = b - a > 6 ? 0.26 : 0.9;
    this.bar(a, b, top, high, 2);
    g.globalAlpha = 1;
    if (b - a <= 6) return;
    g.fillRect(a, top, 2, high);
    g.fillRect(b - 2, top, 2, high);
    const words = t(`cause.${gap.cause}`);
    g.font = "500 11px Inter, sans-serif";
    if (g.measureText(words).width + 14 > b - Math.max(0, a)) return;
    g.fillStyle = token("--fg0");
    g.textBaseline = "middle";
    g.fillText(words, Math.max(0, a) + 7, top + high / 2 + 0.5);
  }

  /** @param {number} a @param {number} b @param {number} top */
  held(a, b, top) {
    this.bar(a, b, top, 3, 4);
    this.g.fillRect(a, top - 2, 2, 5);
    this.g.fillRect(Math.max(a + 2, b - 2), top - 2, 2, 5);
  }

  /** @param {Mark} mark @param {number} y */
  mark(mark, y) {
    const x = this.x(mark.at);
    if (x < -10 || x > this.width + 10) return;
    const { g } = this;
    const p = Math.min(4, Math.max(1, mark.priority));
    const k = 0.5;
    g.save();
    g.translate(x - 14 * k, y + 2);
    g.scale(k, k);
    g.lineWidth = 2.6;
    g.strokeStyle = token(`--p${p}`);
    g.fillStyle = mark.kind === "incident" ? token(`--p${p}f`) : token("--bg1");
    g.fill(SHAPES[p]);
    g.stroke(SHAPES[p]);
    g.fillStyle = mark.kind === "incident" ? token(`--on-p${p}`) : token(`--p${p}`);
    g.font = "700 15px Inter, sans-serif";
    g.textAlign = "center";
    g.textBaseline = "alphabetic";
    g.fillText(String(p), 14, numberAt(p) + 0.6);
    g.restore();
  }

  /** What is chosen for an export. @param {number} h */
  chosen(h) {
    const { g } = this;
    if (this.inAt === null && this.outAt === null) return;
    const a = this.x(this.inAt ?? this.from);
    const b = this.x(this.outAt ?? this.to);
    g.fillStyle = token("--accent");
    g.globalAlpha = 0.12;
    g.fillRect(a, AXIS - 8, b - a, h);
    g.globalAlpha = 1;
    if (this.inAt !== null) { g.fillRect(a, AXIS - 8, 2, h); g.fillRect(a, AXIS - 8, 7, 3); }
    if (this.outAt !== null) { g.fillRect(b - 2, AXIS - 8, 2, h); g.fillRect(b - 7, AXIS - 8, 7, 3); }
  }

  /** @param {number} w @param {number} h */
  head(w, h) {
    const { g } = this;
    if (this.pointer !== null) {
      g.strokeStyle = token("--edge");
      g.setLineDash([2, 3]);
      g.beginPath();
      g.moveTo(this.pointer + 0.5, AXIS - 6);
      g.lineTo(this.pointer + 0.5, h);
      g.stroke();
      g.setLineDash([]);
    }
    const x = this.x(this.at);
    if (x < -40 || x > w + 40) return;
    g.fillStyle = token("--lamp");
    g.fillRect(x - 1, 8, 2, h);
    const words = hms(this.at);
    g.font = "600 11px Inter, sans-serif";
    const wide = g.measureText(words).width + 12;
    const left = Math.max(0, Math.min(w - wide, x - wide / 2));
    g.beginPath();
    g.roundRect(left, 1, wide, 17, 4);
    g.fill();
    g.fillStyle = token("--bg1");
    g.textAlign = "left";
    g.textBaseline = "middle";
    g.fillText(words, left + 6, 10);
  }
}
