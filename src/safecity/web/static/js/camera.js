/** The camera's own page: one tile, now or at a moment. */
import { $, h, icon } from "./dom.js";
import { start, t } from "./i18n.js";
import { Player } from "./player.js";
import { speedChoice } from "./speed.js";
import { offerUnmask } from "./unmask.js";
import { MASKED_PX, UNMASKED_PX } from "./width.js";

await start();
const box = $("#player");
const tag = h("span", { class: "tag" });
const full = h("button", { class: "iconbtn", type: "button", "aria-label": t("full_screen"), onclick: () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen()) }, icon("maximize-2", "s"));
box.classList.add("vid");
const mask = h("span", { class: "tag mask" }, icon("eye-off", "s"), t("masked"));
const row = h("div", { class: "r" }, mask, h("span", { class: "tag" }, icon("scroll-text", "s"), t("logged")), h("span", { class: "sp" }));
box.append(h("div", { class: "ovl" }, h("div", { class: "r" }, h("b", { class: "name" }, box.dataset.name), h("span", { class: "sp" }), tag, full), row));
const { camera } = box.dataset;
const player = new Player(box, tag);
/** @type {string|null} */
let at = box.dataset.at || null;
let rate = 1;

/** What was recorded goes on from the picture on show. @param {boolean} [on] */
function show(on = false) {
  const wall = at && on ? player.age()?.wall : null;
  if (wall) at = new Date(wall).toISOString();
  const permit = leave.of(camera);
  player.watch(camera, "review", at, permit ? UNMASKED_PX : MASKED_PX, { rate, permit });
}

if (at) row.append(speedChoice((wanted) => { rate = wanted; show(true); }));
const leave = offerUnmask({ camera: () => camera, show: () => show(true), maskTag: mask, row, id: "unmask" });
show();
