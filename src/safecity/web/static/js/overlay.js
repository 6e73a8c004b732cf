/** Everything that lives on the map: light, cameras, units, alerts, the way of the recommended unit. One canvas. */
import { mercX, mercY, metresPerPixel } from "./geo.js";
import { numberAt, SHAPE } from "./glyph.js";
import { OPEN_ALERT, DONE_INCIDENT, current, lookUp, on, S } from "./state.js";
import { isDark, onTheme, token } from "./theme.js";
import { distance } from "./time.js";

const POOL = 190;
/** @type {Record<number, Path2D>} */
const PATHS = Object.fromEntries(Object.entries(SHAPE).map(([p, d]) => [p, new Path2D(d)]));

export class Overlay {
  /** @param {HTMLCanvasElement} canvas @param {import("./map.js").View} view @param {import("./units.js").Units} units */
  constructor(canvas, view, units) {
    this.canvas = canvas;
    this.g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.view = view;
    this.units = units;
    this.dirty = true;
    this.last = 0;
    /** Which layers are shown. @type {Record<string, boolean>} */
    this.layers = { incidents: true, cameras: true };
    /** @type {HTMLCanvasElement|null} */
    this.pool = null;
    /** Where the world lies on the canvas, as of the last picture. */
    this.world = view.world();
    const mark = () => { this.dirty = true; };
    view.onMove(mark);
    on("alerts incidents cameras selection units near", mark);
    onTheme(() => { this.pool = null; mark(); });
    new ResizeObserver(mark).observe(canvas);
    requestAnimationFrame((now) => this.frame(now));
  }

  /** @param {number} now */
  frame(now) {
    requestAnimationFrame((next) => this.frame(next));
    if (document.hidden || !(this.dirty || this.units.moving())) return;
    // Ten pictures a second are enough for a city, thirty close up.
    if (!this.dirty && now - this.last < (this.view.zoom() < 14 ? 98 : 31)) return;
    this.last = now;
    this.dirty = false;
    this.draw();
  }

  /** @param {import("./types.js").Place} place @returns {[number, number]} */
  at(place) {
    return [mercX(place.lon) * this.world.scale + this.world.x, mercY(place.lat) * this.world.scale + this.world.y];
  }

  draw() {
    const ratio = Math.min(devicePixelRatio, 2);
    const [w, h] = [this.view.width(), this.view.height()];
    if (this.canvas.width !== Math.floor(w * ratio) || this.canvas.height !== Math.floor(h * ratio)) {
      this.canvas.width = w * ratio;
      this.canvas.height = h * ratio;
    }
    this.world = this.view.world();
    this.g.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.g.clearRect(0, 0, w, h);
    const { place } = current();
    const [x, y] = place ? this.at(place) : [0, 0];
    const lit = place ? { x, y } : null;
    if (lit) this.light(lit);
    if (this.layers.cameras) this.cameras(w, h);
    this.units.draw(this.g, this.view, lit);
    const tell = lit ? this.way(lit) : null;
    if (this.layers.incidents) this.glyphs();
    tell?.();
  }

  /** A pool of warm light on what is selected. @param {{x: number, y: number}} lit */
  light(lit) {
    if (!this.pool) {
      this.pool = document.createElement("canvas");
      this.pool.width = this.pool.height = POOL * 2;
      const q = /** @type {CanvasRenderingContext2D} */ (this.pool.getContext("2d"));
      const shade = q.createRadialGradient(POOL, POOL, 4, POOL, POOL, POOL);
      const lamp = token("--lamp");
      const [strong, soft] = isDark() ? ["59", "24"] : ["3d", "20"];
      shade.addColorStop(0, lamp + strong);
      shade.addColorStop(0.35, lamp + soft);
      shade.addColorStop(1, `${lamp}00`);
      q.fillStyle = shade;
      q.fillRect(0, 0, POOL * 2, POOL * 2);
    }
    this.g.drawImage(this.pool, lit.x - POOL, lit.y - POOL);
  }

  /** @param {number} w @param {number} h */
  cameras(w, h) {
    const { g } = this;
    const zoom = this.view.zoom();
    if (zoom < 11.5) return;
    const scale = metresPerPixel(S.city.center[1], zoom);
    const [well, ill] = [token("--fg1"), token("--p2")];
    for (const camera of S.cameras.values()) {
      const [x, y] = this.at(camera.place);
      if (x < -60 || y < -60 || x > w + 60 || y > h + 60) continue;
      const live = camera.state === "live";
      const reach = Math.min(64, Math.max(14, (camera.range_m || 40) / scale));
      const middle = ((camera.bearing_deg - 90) * Math.PI) / 180;
      const half = ((camera.view_deg || 60) * Math.PI) / 360;
      g.fillStyle = live ? well : ill;
      g.globalAlpha = live ? 0.13 : 0.1;
      g.beginPath();
      g.moveTo(x, y);
      g.arc(x, y, reach, middle - half, middle + half);
      g.fill();
      g.globalAlpha = 0.85;
      g.beginPath();
      if (live) {
        g.arc(x, y, 3, 0, 7);
        g.fill();
      } else {
        g.strokeStyle = ill;
        g.lineWidth = 1.5;
        g.moveTo(x - 3, y - 3); g.lineTo(x + 3, y + 3); g.moveTo(x + 3, y - 3); g.lineTo(x - 3, y + 3);
        g.stroke();
      }
    }
    g.globalAlpha = 1;
  }

  /** A line from the recommended unit; returns what writes its name on top of all. @param {{x: number, y: number}} lit */
  way(lit) {
    const near = S.near[S.chosen];
    if (!near) return null;
    const moved = this.units.where(near.unit.number);
    const { scale, x, y } = this.world;
    let from = moved ? [moved[0] * scale + x, moved[1] * scale + y] : near.unit.place ? this.at(near.unit.place) : null;
    if (!from) return null;
    const away = Math.hypot(from[0] - lit.x, from[1] - lit.y);
    const { g } = this;
    if (away > 40) {
      const f = (away - 26) / away;
      g.strokeStyle = token("--accent");
      g.lineWidth = 2.5;
      g.lineCap = "round";
      g.setLineDash([2, 6]);
      g.beginPath();
      g.moveTo(from[0], from[1]);
      g.lineTo(from[0] + (lit.x - from[0]) * f, from[1] + (lit.y - from[1]) * f);
      g.stroke();
      g.setLineDash([]);
    }
    const [x0, y0] = from;
    return () => this.tag(x0, y0 + (away < 40 ? 40 : 0), near.unit.call_sign, near.distance_m === null ? "" : distance(near.distance_m));
  }

  /** @param {number} x @param {number} y @param {string} first @param {string} second */
  tag(x, y, first, second) {
    const { g } = this;
    g.font = "600 12px Inter, sans-serif";
    const [w1, w2] = [g.measureText(first).width, g.measureText(second).width];
    const width = w1 + w2 + 26;
    g.fillStyle = token("--accent");
    g.beginPath();
    g.roundRect(x - width / 2, y - 11, width, 22, 6);
    g.fill();
    g.fillStyle = token("--on-accent");
    g.textAlign = "left";
    g.textBaseline = "middle";
    g.fillText(first, x - width / 2 + 9, y + 0.5);
    g.globalAlpha = 0.8;
    g.fillText(second, x - width / 2 + w1 + 17, y + 0.5);
    g.globalAlpha = 1;
    g.textBaseline = "alphabetic";
  }

  /** Open alerts and incidents, the most urgent on top. */
  things() {
    /** @type {{key: string, priority: number, fresh: boolean, place: import("./types.js").Place, title: string}[]} */
    const all = [];
    for (const a of S.alerts.values()) {
      if (OPEN_ALERT.has(a.state) && !a.incident && a.place) {
        all.push({ key: `alert:${a.id}`, priority: a.priority, fresh: a.state === "raised", place: a.place, title: a.title });
      }
    }
    for (const i of S.incidents.values()) {
      if (!DONE_INCIDENT.has(i.state) && i.place) {
        all.push({ key: `incident:${i.id}`, priority: i.priority, fresh: false, place: i.place, title: i.title });
      }
    }
    const { alert, incident } = lookUp(S.selected);
    const lit = incident ?? alert;
    if (lit?.place && !all.some((each) => each.key === S.selected)) {
      all.push({ key: String(S.selected), priority: lit.priority, fresh: false, place: lit.place, title: lit.title });
    }
    return all.sort((a, b) => Number(a.key === S.selected) - Number(b.key === S.selected) || b.priority - a.priority);
  }

  glyphs() {
    const { g } = this;
    for (const thing of this.things()) {
      const [x, y] = this.at(thing.place);
      const lit = thing.key === S.selected;
      const k = lit ? 1.15 : thing.priority < 3 ? 0.82 : 0.66;
      const p = thing.priority;
      g.save();
      g.translate(x - 14 * k, y - 14 * k);
      g.scale(k, k);
      g.lineJoin = "round";
      g.strokeStyle = token("--bg0");
      g.lineWidth = 5;
      g.stroke(PATHS[p]);
      g.fillStyle = thing.fresh ? token(`--p${p}f`) : token("--bg1");
      g.fill(PATHS[p]);
      g.strokeStyle = token(`--p${p}`);
      g.lineWidth = 2;
      g.stroke(PATHS[p]);
      g.fillStyle = thing.fresh ? token(`--on-p${p}`) : token(`--p${p}`);
      g.font = "700 13px Inter, sans-serif";
      g.textAlign = "center";
      g.fillText(String(p), 14, numberAt(p));
      g.restore();
      if (lit) {
        g.strokeStyle = token("--lamp");
        g.lineWidth = 2;
        g.beginPath();
        g.arc(x, y, 25, 0, 7);
        g.stroke();
      }
    }
  }

  /** What is under the pointer. @param {number} px @param {number} py */
  hit(px, py) {
    this.world = this.view.world();
    const near = (/** @type {import("./types.js").Place} */ place, /** @type {number} */ r) => {
      const [x, y] = this.at(place);
      return Math.hypot(x - px, y - py) < r;
    };
    if (this.layers.incidents) {
      const thing = this.things().reverse().find((each) => near(each.place, 16));
      if (thing) return { kind: "thing", key: thing.key, title: thing.title };
    }
    if (this.layers.cameras) {
      for (const camera of S.cameras.values()) if (near(camera.place, 9)) return { kind: "camera", camera };
    }
    const number = this.units.hit(this.world, px, py);
    const unit = number === null ? undefined : S.unitByNumber.get(number);
    return unit ? { kind: "unit", unit } : null;
  }
}
