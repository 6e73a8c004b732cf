/** The camera's own page: one tile, now or at a moment. */
import { $, h, icon } from "./dom.js";
import { start, t } from "./i18n.js";
import { Player } from "./player.js";
import { offerUnmask } from "./unmask.js";

await start();
const box = $("#player");
const tag = h("span", { class: "tag" });
const full = h("button", { class: "iconbtn", type: "button", "aria-label": t("full_screen"), onclick: () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen()) }, icon("maximize-2", "s"));
box.classList.add("vid");
const mask = h("span", { class: "tag mask" }, icon("eye-off", "s"), t("masked"));
const row = h("div", { class: "r" }, mask, h("span", { class: "tag" }, icon("scroll-text", "s"), t("logged")), h("span", { class: "sp" }));
box.append(h("div", { class: "ovl" }, h("div", { class: "r" }, h("b", { class: "name" }, box.dataset.name), h("span", { class: "sp" }), tag, full), row));
const at = box.dataset.at || null;
const player = new Player(box, tag);
player.watch(box.dataset.camera, "review", at);
offerUnmask({ camera: box.dataset.camera, purpose: "review", at, player, maskTag: mask, row });
