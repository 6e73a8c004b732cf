/** The camera's own page: one tile, now or at a moment. */
import { $, h, icon } from "./dom.js";
import { start, t } from "./i18n.js";
import { Player } from "./player.js";

await start();
const box = $("#player");
const tag = h("span", { class: "tag" });
const full = h("button", { class: "iconbtn", type: "button", "aria-label": t("full_screen"), onclick: () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen()) }, icon("maximize-2", "s"));
box.classList.add("vid");
box.append(h("div", { class: "ovl" },
  h("div", { class: "r" }, h("b", { class: "name" }, box.dataset.name), h("span", { class: "sp" }), tag, full),
  h("div", { class: "r" }, h("span", { class: "tag mask" }, icon("eye-off", "s"), t("masked")), h("span", { class: "tag" }, icon("scroll-text", "s"), t("logged")))));
new Player(box, tag).watch(box.dataset.camera, "review", box.dataset.at || null);
