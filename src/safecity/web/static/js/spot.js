/** The right camera by itself: the one that saw it, else the one that looks there; three neighbours beside it. */
import { $, fill, h, icon, say } from "./dom.js";
import { link } from "./actions.js";
import { t } from "./i18n.js";
import { Player } from "./player.js";
import { speedChoice } from "./speed.js";
import { current, metres, on, S } from "./state.js";
import { serverNow } from "./time.js";
import { replay } from "./timeline.js";
import { offerUnmask } from "./unmask.js";
import { MASKED_PX, NARROW_PX, UNMASKED_PX } from "./width.js";

const NEAR_M = 1500;
const STRIP = 3;
const SETTLE_MS = 120;

/** @type {{player: Player, box: any, name: any, camera: string|null}[]} */
const tiles = [];
/** What the operator put into the large tile. @type {string|null} */
let picked = null;
/** @type {string|null} */
let pickedFor = null;
/** Leave to see the large tile without its mask. @type {ReturnType<typeof offerUnmask>|null} */
let leave = null;
/** How fast what was recorded is played. */
let rate = 1;

/** How well a camera sees a place: metres away, with favour for those that look there. @param {import("./types.js").Camera} c @param {import("./types.js").Place} p */
function worth(c, p) {
  const away = metres(c.place, p);
  const x = (p.lon - c.place.lon) * Math.cos((p.lat * Math.PI) / 180);
  const bearing = (Math.atan2(x, p.lat - c.place.lat) * 180) / Math.PI;
  const off = Math.abs(((bearing - c.bearing_deg + 540) % 360) - 180);
  return away * (off <= (c.view_deg || 60) / 2 ? 0.6 : 1) + (c.state === "live" ? 0 : 150);
}

/** The cameras for what is selected, the best first. */
function cameras() {
  const { alert, incident, place } = current();
  const own = [alert?.camera, ...(alert?.cameras ?? []), ...(incident?.cameras ?? [])].filter((id) => id && S.cameras.has(id));
  const list = [...new Set(/** @type {string[]} */ (own))];
  if (place) {
    const around = [...S.cameras.values()]
      .filter((c) => !list.includes(c.id) && metres(c.place, place) < NEAR_M)
      .sort((a, b) => worth(a, place) - worth(b, place));
    list.push(...around.map((c) => c.id));
  }
  if (picked) return [picked, ...list.filter((id) => id !== picked)];
  return list;
}

function purpose() {
  const { alert, incident } = current();
  return incident ? `incident:${incident.id}` : alert ? `alert:${alert.id}` : "wall";
}

/** Put cameras into the tiles, and leave alone those that stay. */
function render() {
  if (pickedFor !== S.selected) {
    if (!follows(pickedFor)) picked = null;
    pickedFor = S.selected;
  }
  const list = cameras().slice(0, STRIP + 1);
  const at = S.replayAt === null ? null : new Date(S.replayAt).toISOString();
  $("#spot").hidden = !list.length && !S.selected;
  $("#strip").hidden = list.length < 2;
  tiles.forEach((tile, n) => {
    const camera = list[n] ? S.cameras.get(list[n]) : undefined;
    tile.camera = camera?.id ?? null;
    tile.box.classList.toggle("none", !camera);
    say(tile.name, camera?.name ?? (n ? "" : t("no_camera")));
    const permit = camera && !n ? leave?.of(camera.id) ?? null : null;
    if (camera) tile.player.watch(camera.id, purpose(), at, n ? NARROW_PX : permit ? UNMASKED_PX : MASKED_PX, { rate: at ? rate : 1, permit });
    else tile.player.stop();
    if (!camera && n === 0) tile.player.show("idle", t("no_camera_near"));
  });
  leave?.draw();
  $("#hero .speed").hidden = at === null;
  const { incident } = current();
  $("#link-camera").hidden = !incident || !list[0] || incident.cameras.includes(list[0]);
}

/** Whether the selection moved from an alert to the incident made of it. @param {string|null} before */
function follows(before) {
  const { incident } = current();
  return Boolean(before?.startsWith("alert:") && incident?.alerts.includes(before.slice(6)));
}

/** Put a camera into the large tile. @param {string} camera */
export function watch(camera) {
  picked = camera;
  render();
}

/** @param {number} n 1 to 3 */
export function swap(n) {
  const camera = tiles[n]?.camera;
  if (camera) watch(camera);
}

/** The camera in the large tile. */
export const spotCamera = () => tiles[0]?.camera ?? null;

/** What was recorded goes on at another speed, from the picture on show. @param {number} wanted */
function hurry(wanted) {
  rate = wanted;
  const wall = tiles[0]?.player.age()?.wall;
  if (wall && S.replayAt !== null) replay(wall);
  render();
}

/** The footage of the cameras on show, at the replayed moment or a little before now. */
function openFootage() {
  const { incident } = current();
  const address = new URL("/footage", location.href);
  address.searchParams.set("cams", tiles.map((tile) => tile.camera).filter(Boolean).join(","));
  address.searchParams.set("at", new Date(S.replayAt ?? serverNow() - 30_000).toISOString());
  if (incident) address.searchParams.set("incident", incident.id);
  location.assign(address);
}

function hero() {
  const name = h("b", { class: "name" });
  const tag = h("span", { class: "tag" });
  const box = h("div", { class: "vid", id: "hero", role: "group", "aria-label": t("hero_label") });
  const full = h("button", { class: "iconbtn", type: "button", "aria-label": t("full_screen"), onclick: () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen()) }, icon("maximize-2", "s"));
  const past = h("button", { class: "tag", type: "button", onclick: openFootage }, icon("history", "s"), t("footage_open"));
  const join = h("button", { class: "tag", type: "button", id: "link-camera", hidden: true, onclick: () => { const id = spotCamera(); if (id) link(id); } }, icon("link", "s"), t("link_camera"));
  const mask = h("span", { class: "tag mask" }, icon("eye-off", "s"), t("masked"));
  const row = h("div", { class: "r" }, mask, h("span", { class: "tag" }, icon("scroll-text", "s"), t("logged")), h("span", { class: "sp" }), past, join, speedChoice(hurry));
  box.append(h("div", { class: "ovl" }, h("div", { class: "r" }, name, h("span", { class: "sp" }), tag, full), row));
  leave = offerUnmask({ camera: spotCamera, show: render, maskTag: mask, row, id: "unmask" });
  tiles.push({ player: new Player(box, tag), box, name, camera: null });
  return box;
}

/** @param {number} n */
function neighbour(n) {
  const name = h("span", { class: "name" });
  const tag = h("span", { class: "tag" });
  const box = h("button", { class: "vid", type: "button", onclick: () => swap(n) }, tag, h("span", { class: "cap" }, name, h("kbd", {}, `⇧${n}`)));
  tiles.push({ player: new Player(box, tag), box, name, camera: null });
  return box;
}

let settling = 0;

/** Opening a camera is a look that is written down: wait until the hand rests on one. */
function settle() {
  clearTimeout(settling);
  settling = setTimeout(render, SETTLE_MS);
}

export function startSpot() {
  fill($("#spot"), hero(), h("div", { class: "strip", id: "strip" }, [1, 2, 3].map(neighbour)));
  on("selection replay cameras begin", settle);
  on("incidents", () => { if (current().incident) settle(); });
  render();
}
