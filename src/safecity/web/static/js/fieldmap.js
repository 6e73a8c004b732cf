/** A small map on the phone: where to go, and where I am. Drawn on paper, so that it needs nothing else. */
import { mercX, mercY } from "./geo.js";
import { numberAt, SHAPE } from "./glyph.js";
import { Paper } from "./paper.js";
import { metres } from "./state.js";
import { token } from "./theme.js";

export class FieldMap {
  /** @param {HTMLElement} box @param {HTMLCanvasElement} marks @param {any} plan */
  constructor(box, marks, plan) {
    this.marks = marks;
    this.view = new Paper(box, { center: plan.centre, zoom: 14 }, plan, []);
    this.view.onMove(() => this.draw());
    /** @type {import("./types.js").Place|null} */
    this.target = null;
    /** @type {import("./types.js").Place|null} */
    this.own = null;
    this.priority = 1;
    new ResizeObserver(() => this.draw()).observe(box);
  }

  /** @param {import("./types.js").Place|null} target @param {number} priority @param {import("./types.js").Place|null} own */
  show(target, priority, own) {
    const moved = target?.lat !== this.target?.lat || target?.lon !== this.target?.lon;
    Object.assign(this, { target, priority, own });
    if (target && moved) this.fit();
    this.draw();
  }

  /** Both in one picture, if they are not too far apart. */
  fit() {
    const { target, own } = this;
    if (!target) return;
    const away = own ? metres(target, own) : 0;
    if (!own || away > 20_000) return this.view.fly(target.lon, target.lat, 15);
    const zoom = Math.min(16, Math.max(11, 14.9 - Math.log2(Math.max(1, away / 400))));
    this.view.fly((target.lon + own.lon) / 2, (target.lat + own.lat) / 2, zoom);
  }

  draw() {
    const ratio = Math.min(devicePixelRatio, 2);
    const [w, h] = [this.view.width(), this.view.height()];
    this.marks.width = w * ratio;
    this.marks.height = h * ratio;
    const g = /** @type {CanvasRenderingContext2D} */ (this.marks.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { scale, x, y } = this.view.world();
    if (this.own) this.dot(g, mercX(this.own.lon) * scale + x, mercY(this.own.lat) * scale + y);
    if (this.target) this.sign(g, mercX(this.target.lon) * scale + x, mercY(this.target.lat) * scale + y);
  }

  /** @param {CanvasRenderingContext2D} g @param {number} x @param {number} y */
  dot(g, x, y) {
    g.fillStyle = token("--route");
    g.strokeStyle = token("--bg1");
    g.lineWidth = 3;
    g.beginPath();
    g.arc(x, y, 8, 0, 7);
    g.fill();
    g.stroke();
  }

  /** @param {CanvasRenderingContext2D} g @param {number} x @param {number} y */
  sign(g, x, y) {
    const p = this.priority;
    const path = new Path2D(SHAPE[p]);
    g.save();
    g.translate(x - 16, y - 16);
    g.scale(1.15, 1.15);
    g.strokeStyle = token("--bg0");
    g.lineWidth = 5;
    g.stroke(path);
    g.fillStyle = token(`--p${p}f`);
    g.fill(path);
    g.fillStyle = token(`--on-p${p}`);
    g.font = "700 13px Inter, sans-serif";
    g.textAlign = "center";
    g.fillText(String(p), 14, numberAt(p));
    g.restore();
  }
}
