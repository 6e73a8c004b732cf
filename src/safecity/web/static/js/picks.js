/** Two dialogs of the footage page: which cameras, and the gaps as a list for those who do not look at pictures. */
import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { day, hms } from "./time.js";

/** @param {import("./types.js").Camera[]} cameras @param {string[]} chosen @param {number} most @returns {Promise<string[]|null>} */
export async function pickCameras(cameras, chosen, most) {
  const sorted = [...cameras].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const count = h("p", { role: "status" });
  const rows = sorted.map((camera) => h("li", {}, h("label", { class: "check" },
    h("input", { type: "checkbox", name: "camera", value: camera.id, checked: chosen.includes(camera.id) }),
    h("span", {}, camera.name, " ", h("small", {}, camera.bureau)))));
  const list = h("ul", { class: "pickcams" }, rows);
  const boxes = () => [...list.querySelectorAll("input")];
  const tell = () => {
    const on = boxes().filter((each) => each.checked).length;
    count.textContent = t("footage_count", { n: on, of: most });
    for (const each of boxes()) each.disabled = on >= most && !each.checked;
  };
  const filter = h("input", {
    type: "search", autocomplete: "off", autofocus: true, placeholder: t("footage_filter"), "aria-label": t("footage_filter"),
    oninput: () => {
      const words = filter.value.toLowerCase();
      rows.forEach((row, n) => { row.hidden = !`${sorted[n].name} ${sorted[n].bureau}`.toLowerCase().includes(words); });
    },
  });
  list.addEventListener("change", tell);
  tell();
  const answer = await ask({ title: t("footage_cameras"), yes: t("footage_show"), wide: true, body: [h("div", { class: "field" }, filter), list, count] });
  if (!answer) return null;
  const wanted = answer.getAll("camera").map(String);
  // Those that were there keep their place; new ones come after.
  return [...chosen.filter((id) => wanted.includes(id)), ...wanted.filter((id) => !chosen.includes(id))];
}

/** Which gap to go to; null for none. @param {[string, import("./lanes.js").Lane|undefined][]} lanes @returns {Promise<number|null>} */
export async function showGaps(lanes) {
  const gaps = lanes.flatMap(([name, lane]) => (lane?.gaps ?? []).map((gap) => ({ name, ...gap }))).sort((a, b) => b.from - a.from);
  const rows = gaps.map((gap) => h("li", {}, h("button", { type: "submit", name: "at", value: gap.from },
    h("b", {}, `${day(gap.from)} ${t("footage_gap_span", { from: hms(gap.from), to: gap.open ? t("footage_now") : hms(gap.to) })} · ${gap.name}`),
    h("small", {}, `${t(`cause.${gap.cause}`)}: ${gap.words}`))));
  let at = null;
  const list = h("ul", { class: "gaplist" }, rows);
  list.addEventListener("click", (/** @type {any} */ e) => { at = Number(e.target.closest("button")?.value) || null; });
  const answer = await ask({ title: t("footage_list"), yes: t("footage_close"), wide: true, body: [gaps.length ? list : h("p", {}, t("footage_no_gaps"))] });
  return answer ? at : null;
}
