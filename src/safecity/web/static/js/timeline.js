/** The last thirty minutes, one column for twenty seconds, one square for an alert. Dragging replays the video. */
import { $, say } from "./dom.js";
import { t } from "./i18n.js";
import { changed, on, put, S } from "./state.js";
import { get } from "./api.js";
import { onTheme, token } from "./theme.js";
import { hm, hms, serverNow } from "./time.js";

const SPAN_MS = 30 * 60_000;
const COLUMNS = 90;
const STEP_MS = SPAN_MS / COLUMNS;
const FLOOR = 42;
const MOST_HIGH = 7;

/** @type {any} */
let canvas;

/** Alerts by column and priority. @param {number} end @returns {number[][]} */
function columns(end) {
  const grid = Array.from({ length: COLUMNS }, () => [0, 0, 0, 0, 0]);
  for (const alert of S.alerts.values()) {
    const at = Date.parse(alert.raised_at);
    const n = COLUMNS - 1 - Math.floor((end - at) / STEP_MS);
    if (n >= 0 && n < COLUMNS) grid[n][alert.priority] += 1;
  }
  return grid;
}

/** The right edge: now, held to whole columns so that squares do not swim. */
const edge = () => Math.ceil(serverNow() / STEP_MS) * STEP_MS;

function draw() {
  const ratio = Math.min(devicePixelRatio, 2);
  const [w, h] = [canvas.clientWidth, canvas.clientHeight];
  if (!w) return;
  canvas.width = w * ratio;
  canvas.height = h * ratio;
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  const end = edge();
  const step = w / COLUMNS;
  columns(end).forEach((counts, n) => {
    let y = FLOOR - 3;
    for (const p of [4, 3, 2, 1]) {
      g.fillStyle = token(`--p${p}f`);
      g.globalAlpha = p === 4 ? 0.55 : 0.95;
      for (let k = 0; k < counts[p] && y > FLOOR - 3 - MOST_HIGH * 6; k++, y -= 6) {
        g.beginPath();
        g.roundRect(n * step + 1.5, y - 4, Math.max(2, step - 3), 4, 1);
        g.fill();
      }
    }
  });
  g.globalAlpha = 1;
  scale(g, w, end);
  playhead(g, w, end);
}

/** @param {any} g @param {number} w @param {number} end */
function scale(g, w, end) {
  g.strokeStyle = token("--line");
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(0, FLOOR + 0.5);
  g.lineTo(w, FLOOR + 0.5);
  g.stroke();
  g.fillStyle = token("--fg2");
  g.font = "11px Inter, sans-serif";
  for (let n = 0; n <= 6; n++) {
    g.textAlign = n === 0 ? "left" : n === 6 ? "right" : "center";
    g.fillText(hm(end - SPAN_MS + (n * SPAN_MS) / 6), (w * n) / 6, 56);
  }
}

/** @param {any} g @param {number} w @param {number} end */
function playhead(g, w, end) {
  const at = S.replayAt ?? serverNow();
  const x = Math.min(w - 1, Math.max(1, (1 - (end - at) / SPAN_MS) * w));
  g.strokeStyle = token("--lamp");
  g.lineWidth = 2;
  g.beginPath();
  g.moveTo(x, 0);
  g.lineTo(x, FLOOR);
  g.stroke();
  if (S.replayAt !== null) {
    g.fillStyle = token("--lamp");
    g.beginPath();
    g.arc(x, 5, 5, 0, 7);
    g.fill();
  }
}

/** @param {number|null} at null is live */
export function replay(at) {
  const now = serverNow();
  const next = at === null || at > now - 4000 ? null : Math.max(now - SPAN_MS, at);
  if (next === S.replayAt) return;
  S.replayAt = next;
  tell();
  draw();
}

function tell() {
  const live = S.replayAt === null;
  canvas.setAttribute("aria-valuenow", String(Math.round(live ? 0 : (S.replayAt ?? 0) - serverNow()) / 1000 | 0));
  canvas.setAttribute("aria-valuetext", live ? t("live") : t("replay_at", { time: hms(S.replayAt) }));
  $("#go-live").hidden = live;
  $("#is-live").hidden = !live;
  say($("#replay-hint"), live ? t("timeline_hint") : t("replay_at", { time: hms(S.replayAt) }));
  changed("replay");
}

/** @param {PointerEvent} event */
function drag(event) {
  const box = canvas.getBoundingClientRect();
  replay(edge() - SPAN_MS * (1 - (event.clientX - box.left) / box.width));
}

/** @param {KeyboardEvent} event */
function keys(event) {
  const from = S.replayAt ?? serverNow();
  /** @type {Record<string, number|null>} */
  const to = { ArrowLeft: from - STEP_MS / 2, ArrowRight: from + STEP_MS / 2, PageDown: from - 60_000, PageUp: from + 60_000, Home: serverNow() - SPAN_MS, End: null };
  if (!(event.key in to)) return;
  event.preventDefault();
  event.stopPropagation();
  replay(to[event.key]);
}

export async function startTimeline() {
  canvas = $("#timeline");
  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ e) => { canvas.setPointerCapture(e.pointerId); drag(e); });
  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ e) => { if (canvas.hasPointerCapture(e.pointerId)) drag(e); });
  canvas.addEventListener("keydown", keys);
  $("#go-live").addEventListener("click", () => { replay(null); canvas.focus(); });
  on("alerts", draw);
  on("selection", tell);
  onTheme(draw);
  new ResizeObserver(draw).observe(canvas);
  setInterval(draw, 5000);
  tell();
  try {
    for (const state of ["declared", "dismissed"]) {
      const { alerts } = await get(`/api/alerts?state=${state}&limit=200`);
      for (const each of alerts) if (!S.alerts.has(each.id)) put("alert", each);
    }
  } catch {
    // The timeline fills by itself from here on.
  }
}
