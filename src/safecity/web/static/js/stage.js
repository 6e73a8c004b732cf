/** The stage: the map with its chips, buttons, tips, and placing by hand. */
import { raiseByHand } from "./actions.js";
import { $, announce, fill, h, say } from "./dom.js";
import { metresPerPixel } from "./geo.js";
import { number, t, tOr } from "./i18n.js";
import { createMap, unproject } from "./map.js";
import { nameOf } from "./names.js";
import { Overlay } from "./overlay.js";
import { current, on, S, select } from "./state.js";
import { watch } from "./spot.js";
import { distance } from "./time.js";
import { Units } from "./units.js";

export const units = new Units();
/** @type {import("./map.js").View} */
let view;
/** @type {Overlay} */
let overlay;
let placing = false;
/** @type {Record<string, number>} */
const BY_STATUS = { Available: 0, Dispatched: 1, EnRoute: 1, OnScene: 2, Cleared: 3, OutOfService: 4 };

/** Where units were when the page opened, before the first frame of positions. */
export function seed() {
  for (const unit of S.units.values()) {
    if (unit.place && !units.slots.has(unit.number)) {
      const frame = new DataView(new ArrayBuffer(18));
      frame.setUint8(0, 80);
      frame.setUint8(1, 1);
      frame.setUint16(2, 1, true);
      frame.setUint32(4, unit.number, true);
      frame.setInt32(8, Math.round(unit.place.lat * 1e6), true);
      frame.setInt32(12, Math.round(unit.place.lon * 1e6), true);
      frame.setUint8(17, unit.on_shift ? BY_STATUS[unit.status] ?? 3 : 4);
      units.frame(frame.buffer);
    }
  }
}

/** @type {{id: string, look: string, words: string, count: () => number, toggle: (on: boolean) => void}[]} */
const CHIPS = [
  { id: "avail", look: "avail", words: "status.Available", count: () => countUnits(["Available"]), toggle: (on) => { units.shown[0] = units.shown[3] = on; } },
  { id: "route", look: "route", words: "status.EnRoute", count: () => countUnits(["Dispatched", "EnRoute"]), toggle: (on) => { units.shown[1] = on; } },
  { id: "scene", look: "scene", words: "status.OnScene", count: () => countUnits(["OnScene"]), toggle: (on) => { units.shown[2] = on; } },
  { id: "incidents", look: "p1 sq", words: "incidents", count: () => overlay.things().length, toggle: (on) => { overlay.layers.incidents = on; } },
  { id: "cameras", look: "fg1 ring", words: "cameras", count: () => S.cameras.size, toggle: (on) => { overlay.layers.cameras = on; } },
];

/** @param {string[]} statuses */
function countUnits(statuses) {
  let n = 0;
  for (const unit of S.units.values()) if (unit.on_shift && statuses.includes(unit.status)) n += 1;
  return n;
}

function chips() {
  fill($("#chips"), CHIPS.map((chip) => h("button", { class: "chip", type: "button", "aria-pressed": "true", id: `chip-${chip.id}`, onclick: (/** @type {any} */ e) => {
    const next = e.currentTarget.getAttribute("aria-pressed") !== "true";
    e.currentTarget.setAttribute("aria-pressed", String(next));
    chip.toggle(next);
    overlay.dirty = true;
  } }, h("i", { class: chip.look }), h("span", {}, t(chip.words)), h("b"))));
  counts();
}

function counts() {
  for (const chip of CHIPS) say($(`#chip-${chip.id} b`), number(chip.count()));
}

function ruler() {
  const span = metresPerPixel(S.city.center[1], view.zoom()) * 92;
  say($("#scale-words"), distance(span > 950 ? span : Math.round(span / 50) * 50 || span));
}

/** @param {import("./types.js").Place} place @param {number} [zoom] */
export const fly = (place, zoom) => view.fly(place.lon, place.lat, zoom);

/** Bring the selected one into view, without moving the map when it is there already. */
function reveal() {
  const { place } = current();
  if (!place) return;
  const [x, y] = overlay.at(place);
  const margin = 70;
  if (x < margin || y < margin || x > view.width() - margin || y > view.height() - margin) fly(place);
}

/** @param {number} x @param {number} y */
function click(x, y) {
  const hit = overlay.hit(x, y);
  if (placing) {
    stopPlacing();
    if (hit?.kind === "camera" && hit.camera) raiseByHand({ camera: hit.camera.id, name: hit.camera.name });
    else raiseAt(x, y);
    return;
  }
  if (hit?.kind === "thing") select(hit.key ?? null);
  else if (hit?.kind === "camera" && hit.camera) watch(hit.camera.id);
  else if (hit?.kind === "unit" && hit.unit?.incident) select(`incident:${hit.unit.incident}`);
}

/** @param {number} x @param {number} y */
function raiseAt(x, y) {
  const place = unproject(view, x, y);
  const round = { lat: Number(place.lat.toFixed(6)), lon: Number(place.lon.toFixed(6)) };
  raiseByHand({ place: round, name: nameOf(round) });
}

/** @param {number} x @param {number} y */
function hover(x, y) {
  const hit = overlay.hit(x, y);
  const tip = $("#tip");
  $("#map").classList.toggle("pointing", Boolean(hit));
  tip.hidden = !hit;
  if (!hit) return;
  /** @type {[string, string]} */
  let words = ["", ""];
  if (hit.camera) words = [hit.camera.name, hit.camera.state === "live" ? tOr("camera.live", "live") : hit.camera.reason || tOr(`camera.${hit.camera.state}`, hit.camera.state)];
  else if (hit.unit) words = [hit.unit.call_sign, tOr(`status.${hit.unit.status}`, hit.unit.status)];
  else words = [hit.title ?? "", ""];
  fill(tip, words[0], h("small", {}, words[1]));
  tip.style.left = `${Math.min(x + 14, view.width() - 200)}px`;
  tip.style.top = `${y + 14}px`;
}

/** N: the next click on the map says where. */
export function startPlacing() {
  if (placing) return;
  placing = true;
  $("#placing").hidden = false;
  $("#map").classList.add("placing");
  announce(t("placing_hint"));
}

export function stopPlacing() {
  const was = placing;
  placing = false;
  $("#placing").hidden = true;
  $("#map").classList.remove("placing");
  return was;
}

/** Enter while placing: the middle of the map. */
export function placeInMiddle() {
  if (!stopPlacing()) return false;
  raiseAt(view.width() / 2, view.height() / 2);
  return true;
}

export const locate = () => {
  const { place } = current();
  if (place) fly(place, 15);
};

/** @param {any} plan */
export async function startStage(plan) {
  view = await createMap($("#map"), S.city, plan, S.bureaus);
  document.documentElement.dataset.map = view.kind;
  overlay = new Overlay($("#overlay"), view, units);
  $("#zoom-in").addEventListener("click", () => view.zoomBy(1));
  $("#zoom-out").addEventListener("click", () => view.zoomBy(-1));
  $("#locate").addEventListener("click", locate);
  view.onMove(ruler);
  view.onClick(click);
  let asked = false;
  view.onHover((x, y) => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; hover(x, y); });
  });
  $("#map").addEventListener("pointerleave", () => { $("#tip").hidden = true; });
  on("units alerts incidents cameras", counts);
  on("begin", seed);
  on("selection", reveal);
  seed();
  chips();
  ruler();
}
