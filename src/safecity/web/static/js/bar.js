/** The bar on top: who, where, how loaded, how connected, what time. */
import { $, fill, say, svg } from "./dom.js";
import { number } from "./i18n.js";
import { on, S } from "./state.js";
import { hms, serverNow } from "./time.js";

const HIGH_PER_10_MIN = 10;

/** Alarms in ten minutes for this operator, with the line that the standard draws at two. */
function load() {
  const { per_10_min: rate, buckets } = S.load;
  say($("#load-n"), number(rate, { maximumFractionDigits: 1 }));
  const top = Math.max(4, ...buckets);
  const scale = 20 / top;
  fill($("#load-bars"),
    svg("line", { x1: 0, x2: 64, y1: 21 - 2 * scale, y2: 21 - 2 * scale }),
    buckets.map((value, n) => svg("rect", { class: `bar10${value > HIGH_PER_10_MIN ? " high" : ""}`, x: n * 5.4, y: 21 - Math.max(1, value * scale), width: 3.6, height: Math.max(1, value * scale), rx: 1 })));
}

function who() {
  say($("#me-name"), S.me.name);
  say($("#me-sign"), S.me.name.split(/\s+/).map((w) => w[0] ?? "").join("").slice(0, 2).toUpperCase());
  const own = S.bureaus.find((b) => b.code === S.me.bureau);
  fill($("#ctx"), bold(own?.name ?? S.city.name), S.node ? ` · ${S.node}` : "");
}

/** @param {string} text */
function bold(text) {
  const b = document.createElement("b");
  b.textContent = text;
  return b;
}

export function startBar() {
  on("load begin", load);
  on("begin", who);
  const tick = () => say($("#clock"), hms(serverNow()));
  setInterval(tick, 1000);
  tick();
  load();
  who();
}
