/** Short words in the corner. Errors are the server's own sentence, said aloud at once. */
import { $, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { ApiError } from "./api.js";

const GOOD_MS = 5000;
const BAD_MS = 12_000;
const MOST = 4;

/** @param {string} text @param {"ok"|"error"} [mood] */
export function toast(text, mood = "ok") {
  const box = $("#toasts");
  const close = h("button", { class: "iconbtn", type: "button", "aria-label": t("close_message"), onclick: () => note.remove() }, icon("x", "s"));
  const note = h("div", { class: `toast ${mood}`, role: mood === "error" ? "alert" : "status" },
    icon(mood === "error" ? "triangle-alert" : "check"), h("span", {}, text), close);
  box.append(note);
  while (box.children.length > MOST) box.firstChild.remove();
  setTimeout(() => note.remove(), mood === "error" ? BAD_MS : GOOD_MS);
}

/** @param {unknown} error */
export function complain(error) {
  if (error instanceof ApiError) {
    toast(error.message || t(error.status === 0 ? "error_link" : "error_server"), "error");
    return;
  }
  console.error(error);
  toast(t("error_server"), "error");
}
