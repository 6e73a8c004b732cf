/** The footage page: several cameras at one shared time, on timelines, in pictures and on the map. */
import { LONGEST_MS } from "./axis.js";
import { get, post, useCsrf } from "./api.js";
import { startDeck } from "./deck.js";
import { $, announce, fill, h, icon, icons, say } from "./dom.js";
import { Exports } from "./exports.js";
import { start as startWords, t } from "./i18n.js";
import { bind, help, startKeys } from "./keys.js";
import { AXIS, Lanes, ROW } from "./lanes.js";
import { pickCameras, showGaps } from "./picks.js";
import { settings } from "./settings.js";
import { Then } from "./then.js";
import { applyTheme, onTheme } from "./theme.js";
import { small } from "./thumbs.js";
import { day, hms, learnClock, serverNow, useZone } from "./time.js";
import { iso, laneOf, Together } from "./together.js";
import { complain } from "./toast.js";

const MOST = 9;
const ASK_AFTER_MS = 150;
const AGAIN_MS = 10_000;
const HOVER_MS = 140;
const asked = new URLSearchParams(location.search);
const incident = asked.get("incident") ?? "";

/** @type {any} */
let page;
/** @type {Map<string, import("./types.js").Camera>} */
const cameras = new Map();
/** @type {string[]} */
let chosen = [];
/** @type {Lanes} */
let lanes;
/** @type {Together} */
let together;
/** @type {Then|null} */
let then = null;
const loaded = { from: 0, to: 0, resolution: 0, key: "", at: 0 };
let timer = 0;

/** Ask for what the view shows and half as much on either side, as fine as a pixel. */
function load() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const span = lanes.to - lanes.from;
    const resolution = Math.max(1, Math.round(span / lanes.width));
    const key = chosen.join(",");
    const fits = key === loaded.key && lanes.from >= loaded.from && lanes.to <= loaded.to && resolution * 2 > loaded.resolution && resolution < loaded.resolution * 4;
    if (!key || (fits && performance.now() - loaded.at < AGAIN_MS)) return;
    const more = Math.min(span / 2, (LONGEST_MS - span) / 2);
    const [from, to] = [lanes.from - more, lanes.to + more];
    Object.assign(loaded, { from, to, resolution, key, at: performance.now() });
    try {
      const answer = await get(`/api/timeline?cameras=${key}&from=${iso(from)}&to=${iso(to)}&resolution_ms=${resolution}`);
      if (loaded.key !== key) return;
      lanes.now = Date.parse(answer.now);
      lanes.lanes = new Map(answer.lanes.map((/** @type {any} */ lane) => [lane.camera, laneOf(lane, Date.parse(answer.now))]));
      lanes.marks = answer.marks.map((/** @type {any} */ mark) => ({ ...mark, at: Date.parse(mark.at) }));
      lanes.draw();
      document.documentElement.dataset.lanes = String(chosen.length);
    } catch (error) {
      loaded.key = "";
      complain(error);
    }
  }, ASK_AFTER_MS);
}

/** What stands in the address, so that a moment can be handed to a colleague. */
function remember() {
  const address = new URL(location.href);
  address.searchParams.set("cams", chosen.join(","));
  address.searchParams.set("at", iso(lanes.at).slice(0, 19) + "Z");
  address.searchParams.set("span", String(Math.round((lanes.to - lanes.from) / 1000)));
  history.replaceState(null, "", address);
}

let remembering = 0;
function onTick(/** @type {number} */ at) {
  lanes.at = at;
  lanes.now = Math.max(lanes.now, serverNow() - AGAIN_MS);
  if (together.mode === "paused") lanes.draw();
  else lanes.follow();
  say($("#then-clock"), hms(at));
  say($("#then-day"), day(at));
  tellSlider(at);
  then?.show(at, together.mode === "paused");
  clearTimeout(remembering);
  remembering = setTimeout(remember, 400);
}

/** The slider in words: the moment, and which cameras have no footage then. @param {number} at */
function tellSlider(at) {
  const canvas = $("#lanes");
  const lacking = chosen.filter((id) => together.there(id, at).kind !== "footage").map((id) => cameras.get(id)?.name ?? "");
  const words = [`${day(at)} ${hms(at)}`, lacking.length ? t("footage_lacking", { names: lacking.join(", ") }) : ""];
  canvas.setAttribute("aria-valuenow", String(Math.round(Math.max(0, Math.min(100, ((at - lanes.from) / (lanes.to - lanes.from)) * 100)))));
  canvas.setAttribute("aria-valuetext", words.filter(Boolean).join(". "));
}

/** @param {string[]} ids */
function choose(ids) {
  chosen = ids.filter((id) => cameras.has(id)).slice(0, MOST);
  lanes.cameras = chosen;
  $("#none").hidden = chosen.length > 0;
  $(".axis").style.height = `${AXIS + Math.max(1, chosen.length) * ROW}px`;
  fill($("#names"), chosen.map((id, n) => {
    const camera = /** @type {import("./types.js").Camera} */ (cameras.get(id));
    return h("li", {}, h("span", { class: "n", "aria-hidden": "true" }, String(n + 1)), h("a", { href: `/cameras/${id}`, title: camera.name }, camera.name),
      h("button", { class: "iconbtn", type: "button", "aria-label": t("footage_leave_out", { name: camera.name }), onclick: () => choose(chosen.filter((each) => each !== id)) }, icon("x", "s")));
  }));
  together.show(chosen.map((id) => /** @type {import("./types.js").Camera} */ (cameras.get(id))));
  then?.choose(chosen);
  loaded.key = "";
  load();
  remember();
}

async function pick() {
  const ids = await pickCameras([...cameras.values()], chosen, MOST);
  if (!ids) return;
  choose(ids);
  then?.locate();
}

/** @param {string} id */
function toggle(id) {
  if (chosen.includes(id)) choose(chosen.filter((each) => each !== id));
  else if (chosen.length < MOST) choose([...chosen, id]);
  else announce(t("footage_most", { n: MOST }));
}

let hovering = 0;
/** The card beside the pointer: a small picture, the moment, and what there is. @param {{camera: string, at: number, x: number, y: number}|null} what */
function hover(what) {
  clearTimeout(hovering);
  const tip = $("#tip");
  tip.hidden = !what || what.at > serverNow();
  if (!what || tip.hidden) return;
  const box = $("#lanes").getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(innerWidth - 240, box.left + what.x - 112))}px`;
  tip.style.bottom = `${innerHeight - box.top - AXIS - what.y * ROW + 6}px`;
  const lane = lanes.lanes.get(what.camera);
  const gap = lane?.gaps.find((each) => each.from <= what.at && what.at < each.to);
  const near = ((lanes.to - lanes.from) / lanes.width) * 7;
  const mark = lanes.marks.find((each) => each.cameras.includes(what.camera) && Math.abs(each.at - what.at) < near);
  const words = [];
  if (gap) words.push(`${t(`cause.${gap.cause}`)}: ${gap.words}`, t("footage_gap_span", { from: hms(gap.from), to: gap.open ? t("footage_now") : hms(gap.to) }));
  if (gap && gap.count > 1) words.push(t("footage_gap_count", { n: gap.count }));
  if (mark) words.push(`${mark.reference} ${mark.title}`);
  fill($("#tip-words"), h("b", {}, `${day(what.at)} ${hms(what.at)} · ${cameras.get(what.camera)?.name ?? ""}`), words.map((each) => h("span", {}, each, h("br"))));
  const image = $("#tip-image");
  image.hidden = true;
  if (gap || !page.looks) return;
  hovering = setTimeout(async () => {
    const found = await small(what.camera, what.at, purpose());
    if (!found.url || tip.hidden) return;
    image.src = found.url;
    image.hidden = false;
  }, HOVER_MS);
}

const purpose = () => (incident ? `incident:${incident}` : "review");

/** The keys of the canvas; the letters work everywhere on the page. @param {KeyboardEvent} event */
function slide(event) {
  const span = lanes.to - lanes.from;
  /** @type {Record<string, number>} */
  const to = { ArrowLeft: -span / 200, ArrowRight: span / 200, PageDown: -span / 10, PageUp: span / 10, Home: lanes.from - lanes.at, End: lanes.to - lanes.at };
  if (!(event.key in to)) return;
  event.preventDefault();
  event.stopPropagation();
  together.seek(lanes.at + (event.shiftKey ? Math.sign(to[event.key]) * 1000 : to[event.key]), true);
}

/** To the next gap or sighting of any chosen camera. @param {"gaps"|"sightings"} kind */
function jump(kind) {
  const starts = chosen.flatMap((id) => (lanes.lanes.get(id)?.[kind] ?? []).map((/** @type {any} */ each) => (kind === "gaps" ? each.from : each[0])));
  const next = Math.min(...starts.filter((at) => at > lanes.at + 500));
  if (!Number.isFinite(next)) return announce(t("footage_no_more"));
  together.seek(next, true);
  return lanes.follow();
}

function legend() {
  const rows = [["have", "footage_have"], ["seen", "footage_seen"], ["held", "footage_held"], ...["camera", "network", "recorder", "disk", "planned"].map((cause) => [cause, `cause.${cause}`])];
  fill($("#key"), rows.map(([look, key]) => h("li", { class: look }, h("i"), t(key))), h("li", { class: "sp" }), h("li", {}, t("footage_hint")));
}

function startVerbs() {
  /** @type {[string[], string, () => any][]} */
  const verbs = [
    [[" ", "k"], "footage_play", () => { if (document.activeElement?.closest("button, a, summary")) return false; return together.mode === "paused" ? together.play() : together.pause(); }],
    [["l"], "live", () => together.live()], [["c"], "footage_cameras", pick],
    [["g"], "footage_next_gap", () => jump("gaps")], [["n"], "footage_next_seen", () => jump("sightings")],
    [["+", "="], "zoom_in", () => lanes.zoom(0.5)], [["-"], "zoom_out", () => lanes.zoom(2)],
    [["["], "footage_in", () => $("#mark-in").click()], [["]"], "footage_out", () => $("#mark-out").click()],
    [["e"], "footage_export", () => $("#export").click()], [["?"], "key_help", help],
  ];
  for (const [keys, words, run] of verbs) bind(keys, words, run);
  startKeys();
  $("#help").addEventListener("click", help);
  $("#settings").addEventListener("click", settings);
  $("#sign-out").addEventListener("click", async () => { await post("/signout").catch(() => null); location.assign("/signin"); });
  for (const id of ["#choose", "#choose-first"]) $(id).addEventListener("click", pick);
  $("#list").addEventListener("click", async () => {
    const at = await showGaps(chosen.map((id) => [cameras.get(id)?.name ?? "", lanes.lanes.get(id)]));
    if (at !== null) together.seek(at, true);
  });
  $("#lanes").addEventListener("keydown", slide);
}

async function startMap() {
  then = await Then.on($("#map"), $("#then-map"), page.city, page.bureaus, { onCamera: toggle, units: page.units });
  then.cameras = cameras;
  $("#zoom-in").addEventListener("click", () => then?.view.zoomBy(1));
  $("#zoom-out").addEventListener("click", () => then?.view.zoomBy(-1));
  $("#locate").addEventListener("click", () => then?.locate());
  say($("#then-note"), t(page.units ? "footage_map_note" : "map_note"));
  then.choose(chosen);
  then.locate();
  then.show(lanes.at, true);
}

async function main() {
  applyTheme();
  icons();
  await startWords();
  const begun = performance.now();
  page = await get("/api/footage");
  learnClock(page.now, performance.now() - begun);
  useCsrf(page.me.csrf);
  useZone(page.city.timezone);
  for (const each of page.cameras) cameras.set(each.id, each);
  say($("#me-name"), page.me.name);
  say($("#me-sign"), page.me.name.split(/\s+/).map((/** @type {string} */ w) => w[0] ?? "").join("").slice(0, 2).toUpperCase());
  say($("#ctx"), page.city.name);
  const at = Date.parse(asked.get("at") ?? "") || serverNow() - 60_000;
  const span = Math.min(LONGEST_MS, Math.max(60_000, Number(asked.get("span")) * 1000 || 3_600_000));
  lanes = new Lanes($("#lanes"), { onSeek: (to, done) => together.seek(to, done), onView: () => { if (lanes) load(); deck?.tell(); }, onHover: hover });
  together = new Together($("#grid"), { looks: page.looks, purpose: purpose(), onTick, onState: () => deck?.tell() });
  const exports_ = new Exports({ page, lanes, cameras, chosen: () => chosen });
  const deck = startDeck({ lanes, together, exports: exports_ });
  lanes.now = serverNow();
  together.at = Math.min(at, serverNow() - 1000);
  lanes.at = together.at;
  lanes.show(at - span * 0.6, at + span * 0.4);
  startVerbs();
  legend();
  onTheme(legend);
  choose((asked.get("cams") ?? "").split(",").filter(Boolean));
  setInterval(load, AGAIN_MS);
  await startMap();
  document.documentElement.dataset.ready = "true";
}

main().catch((error) => {
  console.error(error);
  say($("#none span"), t("error_start"));
  setTimeout(() => location.reload(), 5000);
});
