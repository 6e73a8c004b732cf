/** The map without WebGL: the city's outline on a plain canvas. Slower and plainer, never blank. */
import { mercX, mercY } from "./geo.js";
import { onTheme, token } from "./theme.js";

const NEAREST = 17;
const FARTHEST = 10;

export class Paper {
  /** @param {HTMLElement} box @param {any} city @param {any} plan @param {any[]} bureaus */
  constructor(box, city, plan, bureaus) {
    this.kind = "paper";
    this.box = box;
    this.plan = plan;
    this.bureaus = bureaus;
    this.z = city.zoom;
    this.cx = mercX(city.center[0]);
    this.cy = mercY(city.center[1]);
    /** @type {(() => void)[]} */
    this.moved = [];
    /** @type {((x: number, y: number) => void)[]} */
    this.clicked = [];
    /** @type {((x: number, y: number) => void)[]} */
    this.hovered = [];
    this.canvas = document.createElement("canvas");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", box.getAttribute("aria-label") ?? "");
    box.append(this.canvas);
    this.asked = false;
    this.listen();
    onTheme(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(box);
    this.draw();
  }

  width = () => this.box.clientWidth;
  height = () => this.box.clientHeight;
  zoom = () => this.z;

  world() {
    const scale = 512 * 2 ** this.z;
    return { scale, x: this.width() / 2 - this.cx * scale, y: this.height() / 2 - this.cy * scale };
  }

  /** @param {number} lon @param {number} lat @param {number} [zoom] */
  fly(lon, lat, zoom) {
    this.cx = mercX(lon);
    this.cy = mercY(lat);
    this.z = zoom ?? this.z;
    this.change();
  }

  /** @param {number} step @param {number} [x] @param {number} [y] */
  zoomBy(step, x = this.width() / 2, y = this.height() / 2) {
    const before = this.world();
    const px = (x - before.x) / before.scale;
    const py = (y - before.y) / before.scale;
    this.z = Math.min(NEAREST, Math.max(FARTHEST, this.z + step));
    const { scale } = this.world();
    this.cx = px - (x - this.width() / 2) / scale;
    this.cy = py - (y - this.height() / 2) / scale;
    this.change();
  }

  /** @param {() => void} listener */
  onMove(listener) { this.moved.push(listener); }
  /** @param {(x: number, y: number) => void} listener */
  onClick(listener) { this.clicked.push(listener); }
  /** @param {(x: number, y: number) => void} listener */
  onHover(listener) { this.hovered.push(listener); }

  change() {
    for (const listener of this.moved) listener();
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; this.draw(); });
  }

  /** @param {number} dx @param {number} dy */
  shift(dx, dy) {
    const { scale } = this.world();
    this.cx -= dx / scale;
    this.cy -= dy / scale;
    this.change();
  }

  listen() {
    /** @type {{x: number, y: number, far: boolean}|null} */
    let held = null;
    const c = this.canvas;
    c.addEventListener("pointerdown", (e) => { held = { x: e.offsetX, y: e.offsetY, far: false }; c.setPointerCapture(e.pointerId); });
    c.addEventListener("pointermove", (e) => {
      if (!held) return this.hovered.forEach((listener) => listener(e.offsetX, e.offsetY));
      if (!held.far && Math.hypot(e.offsetX - held.x, e.offsetY - held.y) < 4) return;
      this.shift(e.offsetX - held.x, e.offsetY - held.y);
      held = { x: e.offsetX, y: e.offsetY, far: true };
    });
    c.addEventListener("pointerup", (e) => {
      if (held && !held.far) this.clicked.forEach((listener) => listener(e.offsetX, e.offsetY));
      held = null;
    });
    c.addEventListener("wheel", (e) => { e.preventDefault(); this.zoomBy(-e.deltaY / 300, e.offsetX, e.offsetY); }, { passive: false });
    c.addEventListener("keydown", (e) => this.key(e));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, [number, number]>} */
    const steps = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.shift(...step);
  }

  draw() {
    const ratio = Math.min(devicePixelRatio, 2);
    const [w, h] = [this.width(), this.height()];
    this.canvas.width = w * ratio;
    this.canvas.height = h * ratio;
    this.canvas.style.width = `${w}px`;
    this.canvas.style.height = `${h}px`;
    const g = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.fillStyle = token("--map-land");
    g.fillRect(0, 0, w, h);
    this.areas(g, this.plan.parks, token("--map-green"));
    this.areas(g, this.plan.water, token("--map-water"));
    g.lineCap = "round";
    this.lines(g, this.plan.roads, token("--map-pri"), Math.max(1, 2.2 * 2 ** (this.z - 13.5)));
    g.setLineDash([4, 4]);
    this.lines(g, this.bureaus.map((b) => b.polygon), token("--map-border"), 1);
    g.setLineDash([]);
    this.names(g);
  }

  /** @param {CanvasRenderingContext2D} g @param {number[][]} points */
  trace(g, points) {
    const { scale, x, y } = this.world();
    points.forEach(([lon, lat], n) => {
      const [px, py] = [mercX(lon) * scale + x, mercY(lat) * scale + y];
      if (n) g.lineTo(px, py);
      else g.moveTo(px, py);
    });
  }

  /** @param {CanvasRenderingContext2D} g @param {number[][][]} rings @param {string} colour */
  areas(g, rings, colour) {
    g.fillStyle = colour;
    for (const ring of rings ?? []) {
      g.beginPath();
      this.trace(g, ring);
      g.fill();
    }
  }

  /** @param {CanvasRenderingContext2D} g @param {number[][][]} lines @param {string} colour @param {number} size */
  lines(g, lines, colour, size) {
    g.strokeStyle = colour;
    g.lineWidth = size;
    g.beginPath();
    for (const line of lines ?? []) this.trace(g, line);
    g.stroke();
  }

  /** @param {CanvasRenderingContext2D} g */
  names(g) {
    const { scale, x, y } = this.world();
    g.font = "500 12px Inter, sans-serif";
    g.textAlign = "center";
    g.strokeStyle = token("--map-halo");
    g.fillStyle = token("--map-label");
    g.lineWidth = 3;
    for (const label of this.plan.labels ?? []) {
      const [px, py] = [mercX(label.at[0]) * scale + x, mercY(label.at[1]) * scale + y];
      g.strokeText(label.t, px, py);
      g.fillText(label.t, px, py);
    }
  }
}
