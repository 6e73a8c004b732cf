/** The nearest suitable units, told by the server; 1, 2 or 3 chooses. */
import { $, fill, h, icon, say } from "./dom.js";
import { get } from "./api.js";
import { choose } from "./actions.js";
import { t, tOr } from "./i18n.js";
import { changed, current, DONE_INCIDENT, on, S } from "./state.js";
import { distance } from "./time.js";

const AGAIN_MS = 8000;
/** @type {Record<string, string>} */
export const UNIT_ICON = { car: "car", foot: "footprints", motorcycle: "bike", ambulance: "ambulance" };

let asked = 0;
let timer = 0;

/** Whether a unit may still be sent there. */
export function maySend() {
  const { alert, incident } = current();
  if (incident) return !DONE_INCIDENT.has(incident.state) && incident.state !== "resolved";
  return Boolean(alert && !alert.incident && ["raised", "acknowledged"].includes(alert.state));
}

async function refresh() {
  clearTimeout(timer);
  timer = setTimeout(refresh, AGAIN_MS);
  const { incident, place } = current();
  const key = S.selected;
  if (!maySend() || !(incident || place) || S.armed) return;
  const turn = ++asked;
  try {
    const path = incident ? `/api/incidents/${incident.id}/units` : `/api/units/nearest?lat=${place?.lat}&lon=${place?.lon}`;
    const { units } = await get(path);
    if (turn !== asked || key !== S.selected || S.armed) return;
    const kept = S.near[S.chosen]?.unit.id;
    S.near = units.slice(0, 3);
    S.chosen = Math.max(0, S.near.findIndex((each) => each.unit.id === kept));
    changed("near");
  } catch {
    // The list says itself that it is empty; the next round asks again.
  }
}

/** @param {import("./types.js").Near} near @param {number} n */
function row({ unit, distance_m, reason }, n) {
  return h("button", { class: "un", type: "button", role: "radio", "aria-checked": String(n === S.chosen), tabindex: n === S.chosen ? "0" : "-1", onclick: () => choose(n) },
    h("kbd", {}, String(n + 1)), h("span", { class: "b" }, icon(UNIT_ICON[unit.kind] ?? "car")),
    h("span", {}, h("span", { class: "n" }, unit.call_sign), h("span", { class: "d" }, reason || tOr(`unit.${unit.kind}`, unit.kind))),
    h("span", { class: "eta" }, distance_m === null ? "" : distance(distance_m)));
}

function render() {
  const box = $("#near");
  $("#near-sec").hidden = !maySend();
  if (!S.near.length) fill(box, h("p", { class: "quiet" }, t("no_units")));
  else fill(box, S.near.map(row));
  const armed = $("#do-send");
  if (armed) say(armed.querySelector(".what"), sendWords());
  armed?.classList.toggle("armed", S.armed);
  const keyCap = armed?.querySelector("kbd");
  say(keyCap, S.armed ? "↵" : "D");
}

export function sendWords() {
  const call = S.near[S.chosen]?.unit.call_sign;
  if (!call) return t("dispatch");
  return t(S.armed ? "dispatch_confirm" : "dispatch_unit", { unit: call });
}

/** Arrow keys inside the list, as a radio group has them. @param {KeyboardEvent} event */
function arrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !S.near.length) return;
  event.preventDefault();
  event.stopPropagation();
  choose((S.chosen + step + S.near.length) % S.near.length);
  requestAnimationFrame(() => $("#near [aria-checked=true]")?.focus());
}

export function startNear() {
  $("#near").addEventListener("keydown", arrows);
  on("selection", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 100);
  });
  on("selection near", render);
  refresh();
}
