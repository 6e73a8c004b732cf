/** The map at the shared moment: cameras with their views, those that were chosen by number, units where they were. */
import { get } from "./api.js";
import { metresPerPixel } from "./geo.js";
import { createMap, project } from "./map.js";
import { onTheme, token } from "./theme.js";
import { iso } from "./together.js";

const AGAIN_MS = 3000;
const NEAR_PX = 14;

export class Then {
  /** @param {HTMLCanvasElement} canvas @param {import("./map.js").View} view @param {any} city @param {{onCamera: (id: string) => void, units: boolean}} ears */
  constructor(canvas, view, city, ears) {
    this.canvas = canvas;
    this.g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.view = view;
    this.city = city;
    this.ears = ears;
    /** @type {Map<string, import("./types.js").Camera>} */
    this.cameras = new Map();
    /** @type {string[]} */
    this.chosen = [];
    /** @type {{units: any[], sightings: Record<string, number[]>}} */
    this.found = { units: [], sightings: {} };
    this.asked = { at: -Infinity, key: "", time: -Infinity };
    this.waits = 0;
    view.onMove(() => this.draw());
    view.onClick((x, y) => this.click(x, y));
    onTheme(() => setTimeout(() => this.draw(), 50));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** The map and what stands on it. @param {HTMLElement} box @param {HTMLCanvasElement} canvas @param {any} city @param {any[]} bureaus @param {{onCamera: (id: string) => void, units: boolean}} ears */
  static async on(box, canvas, city, bureaus, ears) {
    const plan = await fetch("/static/city/city.json").then((answer) => answer.json()).catch(() => ({}));
    return new Then(canvas, await createMap(box, city, plan, bureaus), city, ears);
  }

  /** @param {number} at @param {boolean} settled */
  async show(at, settled) {
    const key = this.chosen.join(",");
    const now = performance.now();
    const same = key === this.asked.key && Math.abs(at - this.asked.at) < 1000;
    if (!key || !this.ears.units || same || (!settled && now - this.asked.time < AGAIN_MS)) return;
    this.asked = { at, key, time: now };
    try {
      const found = await get(`/api/moment?at=${iso(at)}&cameras=${key}`);
      if (this.asked.at === at) this.found = found;
    } catch {
      this.asked.key = "";
    }
    this.draw();
  }

  /** @param {string[]} ids */
  choose(ids) {
    this.chosen = ids;
    this.draw();
  }

  /** Fly to where the chosen cameras are. */
  locate() {
    const places = this.chosen.map((id) => this.cameras.get(id)?.place).filter((each) => each !== undefined);
    if (!places.length) return;
    const lat = places.reduce((sum, each) => sum + each.lat, 0) / places.length;
    const lon = places.reduce((sum, each) => sum + each.lon, 0) / places.length;
    const far = Math.max(...places.map((each) => Math.max(Math.abs(each.lat - lat), Math.abs(each.lon - lon))));
    const room = (360 * Math.min(this.view.width(), this.view.height())) / (512 * 2.9 * Math.max(far, 1e-5));
    this.view.fly(lon, lat, Math.max(10, Math.min(15.2, Math.log2(room))));
  }

  /** @param {number} x @param {number} y */
  click(x, y) {
    let [best, nearest] = ["", NEAR_PX];
    for (const camera of this.cameras.values()) {
      const [cx, cy] = project(this.view, camera.place);
      const away = Math.hypot(cx - x, cy - y);
      if (away < nearest) [best, nearest] = [camera.id, away];
    }
    if (best) this.ears.onCamera(best);
  }

  draw() {
    if (this.waits) return;
    this.waits = requestAnimationFrame(() => { this.waits = 0; this.paint(); });
  }

  paint() {
    const ratio = Math.min(devicePixelRatio, 2);
    const [w, h] = [this.view.width(), this.view.height()];
    this.canvas.width = w * ratio;
    this.canvas.height = h * ratio;
    const { g } = this;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.font = "600 11px Inter, sans-serif";
    g.textBaseline = "middle";
    const scale = metresPerPixel(this.city.center[1], this.view.zoom());
    for (const camera of this.cameras.values()) if (!this.chosen.includes(camera.id)) this.cone(camera, scale, -1);
    this.units(w, h);
    this.chosen.forEach((id, n) => {
      const camera = this.cameras.get(id);
      if (camera) this.cone(camera, scale, n);
    });
  }

  /** @param {import("./types.js").Camera} camera @param {number} scale @param {number} n its number, or -1 */
  cone(camera, scale, n) {
    const { g } = this;
    const [x, y] = project(this.view, camera.place);
    const seen = camera.id in this.found.sightings;
    const reach = Math.min(90, Math.max(n < 0 ? 12 : 30, (camera.range_m || 40) / scale));
    const middle = ((camera.bearing_deg - 90) * Math.PI) / 180;
    const half = ((camera.view_deg || 60) * Math.PI) / 360;
    g.fillStyle = token(n < 0 ? "--fg1" : seen ? "--avail" : "--lamp");
    g.globalAlpha = n < 0 ? 0.1 : 0.26;
    g.beginPath();
    g.moveTo(x, y);
    g.arc(x, y, reach, middle - half, middle + half);
    g.fill();
    g.globalAlpha = n < 0 ? 0.6 : 1;
    g.beginPath();
    g.arc(x, y, n < 0 ? 2.5 : 9, 0, 7);
    g.fill();
    g.globalAlpha = 1;
    if (n < 0) return;
    g.fillStyle = token("--bg0");
    g.textAlign = "center";
    g.fillText(String(n + 1), x, y + 0.5);
  }

  /** @param {number} w @param {number} h */
  units(w, h) {
    const { g } = this;
    const named = this.view.zoom() > 13.4;
    g.textAlign = "left";
    for (const unit of this.found.units) {
      const [x, y] = project(this.view, unit.place);
      if (x < -20 || y < -20 || x > w + 20 || y > h + 20) continue;
      g.fillStyle = token("--route");
      g.beginPath();
      g.arc(x, y, 4, 0, 7);
      g.fill();
      if (!named) continue;
      g.fillStyle = token("--map-label");
      g.fillText(unit.call_sign, x + 8, y + 0.5);
    }
  }
}
