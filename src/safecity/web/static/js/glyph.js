/** The sign of a priority: shape, number and colour. Filled until somebody has taken it, outlined after. */
import { svg } from "./dom.js";
import { t } from "./i18n.js";

/** @type {Record<number, string>} */
export const SHAPE = {
  1: "M9 2h10l7 7v10l-7 7H9l-7-7V9z",
  2: "M14 2.5 26.5 25h-25z",
  3: "M14 1.5 26.5 14 14 26.5 1.5 14z",
  4: "M14 2.5a11.5 11.5 0 1 1 0 23 11.5 11.5 0 0 1 0-23z",
};

/** How far down the number stands inside its shape. @param {number} p */
export const numberAt = (p) => (p === 2 ? 22 : 18.8);

/** @param {number} priority @param {boolean} [fresh] */
export function glyph(priority, fresh = true) {
  const p = Math.min(4, Math.max(1, priority));
  return svg("svg", { class: `pg p${p}${fresh ? "" : " seen"}`, viewBox: "0 0 28 28", role: "img", "aria-label": t("priority", { n: p }) },
    svg("path", { d: SHAPE[p] }), svg("text", { x: 14, y: numberAt(p), "aria-hidden": "true" }, String(p)));
}
