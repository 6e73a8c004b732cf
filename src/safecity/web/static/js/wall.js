/** The video wall: context, not watching. Quiet tiles; the one that matters gets its frame and its place. */
import { get, useCsrf } from "./api.js";
import { showLink } from "./link.js";
import { $, announce, fill, h, icon, icons, say } from "./dom.js";
import { glyph } from "./glyph.js";
import { number, start as startWords, t } from "./i18n.js";
import { Live } from "./live.js";
import { titleOf } from "./names.js";
import { Player } from "./player.js";
import { begin, OPEN_ALERT, on, prune, S } from "./state.js";
import { applyTheme, save, saved } from "./theme.js";
import { hms, learnClock, serverNow, useZone } from "./time.js";
import { maskedPx } from "./width.js";

const SIZES = [4, 9, 16];
const BREAK_MS = 60 * 60_000;

/** @typedef {{box: any, name: any, event: any, player: Player, camera: string|null, urgent: string|null}} Tile */

/** @type {Tile[]} */
const tiles = [];
let size = SIZES.includes(Number(saved("wall"))) ? Number(saved("wall")) : 9;
let bureau = "";
let page = 0;

/** Cameras of the page that was asked for, those that work before those that do not. */
function listed() {
  const asked = new URLSearchParams(location.search).get("cams");
  if (asked) return asked.split(",").filter((id) => S.cameras.has(id));
  const rank = (/** @type {import("./types.js").Camera} */ c) => (c.state === "off" ? 1 : 0);
  return [...S.cameras.values()]
    .filter((c) => !bureau || c.bureau === bureau)
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, undefined, { numeric: true }))
    .map((c) => c.id);
}

/** The most urgent open thing that each camera sees: of an alert, or of the incident made of it. */
function urgent() {
  /** @type {Map<string, {priority: number, fresh: boolean, title: string}>} */
  const map = new Map();
  /** @param {string|null} id @param {{priority: number, fresh: boolean, title: string}} thing */
  const take = (id, thing) => {
    const known = id ? map.get(id) : undefined;
    if (id && (!known || thing.priority < known.priority)) map.set(id, thing);
  };
  for (const a of S.alerts.values()) {
    if (!OPEN_ALERT.has(a.state) || a.incident) continue;
    for (const id of new Set([a.camera, ...a.cameras])) take(id, { priority: a.priority, fresh: a.state === "raised", title: titleOf(a) });
  }
  for (const i of S.incidents.values()) {
    if (["closed", "merged", "resolved"].includes(i.state)) continue;
    for (const id of i.cameras) take(id, { priority: i.priority, fresh: false, title: `${i.reference} ${titleOf(i)}` });
  }
  return map;
}

/** The page, and in its last quiet places the cameras elsewhere that see a P1 or P2. @param {Map<string, any>} things */
function chosen(things) {
  const all = listed();
  const pages = Math.max(1, Math.ceil(all.length / size));
  page = Math.min(page, pages - 1);
  const here = all.slice(page * size, page * size + size);
  const missing = [...things].filter(([id, each]) => each.priority < 3 && !here.includes(id) && S.cameras.has(id)).sort((a, b) => a[1].priority - b[1].priority);
  for (const [id] of missing) {
    const quiet = here.findLastIndex((each) => !things.has(each));
    if (quiet >= 0) here[quiet] = id;
  }
  say($("#page"), t("page_of", { n: number(page + 1), of: number(pages) }));
  return here;
}

/** As many tiles as were chosen, fewer where there are not so many cameras. */
function roomFor() {
  const all = listed().length;
  return [1, ...SIZES].find((n) => n >= Math.min(all, size)) ?? size;
}

function build() {
  for (const tile of tiles) tile.player.remove();
  tiles.length = 0;
  const grid = $("#grid");
  const room = roomFor();
  grid.dataset.size = String(room);
  fill(grid, Array.from({ length: room }, () => {
    const [name, event, tag] = [h("span", { class: "name" }), h("span", { class: "event" }), h("span", { class: "tag" })];
    const box = h("figure", { class: "vid" }, h("div", { class: "ovl" }, h("div", { class: "r" }, event, h("span", { class: "sp" }), tag),
      h("figcaption", { class: "r" }, name, h("span", { class: "sp" }), h("span", { class: "tag mask" }, icon("eye-off", "s"), h("span", { class: "sr" }, t("masked"))))));
    tiles.push({ box, name, event, player: new Player(box, tag), camera: null, urgent: null });
    return box;
  }));
}

function render() {
  if (tiles.length !== roomFor()) build();
  const things = urgent();
  const wanted = chosen(things);
  const free = wanted.filter((id) => !tiles.some((tile) => tile.camera === id));
  for (const [n, tile] of tiles.entries()) {
    // A tile keeps its camera as long as that stays on the page, so that pictures do not jump about.
    if (!tile.camera || !wanted.includes(tile.camera)) tile.camera = (wanted[n] && free.includes(wanted[n]) ? free.splice(free.indexOf(wanted[n]), 1)[0] : free.shift()) ?? null;
    dress(tile, tile.camera ? things.get(tile.camera) : undefined);
  }
}

/** @param {Tile} tile @param {{priority: number, fresh: boolean, title: string}|undefined} thing */
function dress(tile, thing) {
  const camera = tile.camera ? S.cameras.get(tile.camera) : undefined;
  tile.box.classList.toggle("none", !camera);
  say(tile.name, camera?.name ?? "");
  if (camera) tile.player.watch(camera.id, "wall", null, maskedPx(tile.box));
  else tile.player.stop();
  const signature = thing ? `${thing.priority}${thing.fresh}${thing.title}` : null;
  if (signature === tile.urgent) return;
  if (thing && !tile.urgent && thing.priority < 3) announce(t("say_new", { n: thing.priority, title: thing.title, place: camera?.name ?? "" }));
  tile.urgent = signature;
  tile.box.classList.remove("hot1", "hot2", "hot3", "hot4");
  if (thing) tile.box.classList.add(`hot${thing.priority}`);
  fill(tile.event, thing ? [glyph(thing.priority, thing.fresh), h("span", { class: "tag" }, thing.title)] : []);
}

function controls() {
  const sizes = $("#size");
  fill(sizes, SIZES.map((n) => h("option", { value: n, selected: n === size }, t("tiles", { n }))));
  sizes.addEventListener("change", () => { size = Number(sizes.value); page = 0; save("wall", sizes.value); build(); render(); });
  const choice = $("#bureau");
  fill(choice, h("option", { value: "" }, t("all_bureaus")), S.bureaus.map((b) => h("option", { value: b.code }, b.name)));
  choice.addEventListener("change", () => { bureau = choice.value; page = 0; render(); });
  const turn = (/** @type {number} */ step) => {
    const pages = Math.max(1, Math.ceil(listed().length / size));
    page = (page + step + pages) % pages;
    render();
  };
  $("#earlier").addEventListener("click", () => turn(-1));
  $("#later").addEventListener("click", () => turn(1));
  $("#full").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
  setTimeout(() => { $("#break").hidden = false; }, BREAK_MS);
  $("#rested").addEventListener("click", () => {
    $("#break").hidden = true;
    setTimeout(() => { $("#break").hidden = false; }, BREAK_MS);
  });
}

async function reload() {
  const asked = performance.now();
  const answer = await get("/api/console");
  learnClock(answer.now, performance.now() - asked);
  useCsrf(answer.me.csrf);
  useZone(answer.city.timezone);
  begin(answer);
}

async function main() {
  applyTheme();
  icons();
  await startWords();
  await reload();
  bureau = new URLSearchParams(location.search).get("bureau") ?? "";
  controls();
  build();
  render();
  on("alerts incidents cameras", render);
  addEventListener("resize", render);
  new Live({ reload, onLink: showLink });
  setInterval(() => say($("#clock"), hms(serverNow())), 1000);
  setInterval(prune, 60_000);
  document.documentElement.dataset.ready = "true";
}

main().catch((error) => {
  console.error(error);
  fill($("#grid"), h("p", { class: "quiet" }, t("error_start")));
  setTimeout(() => location.reload(), 5000);
});
