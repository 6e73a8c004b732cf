/** The officer's phone: one assignment, one big button for the next step, one panic button. */
import { ApiError, get, post, useCsrf } from "./api.js";
import { askReason } from "./dialogs.js";
import { $, announce, fill, h, icon, icons, say } from "./dom.js";
import { FieldMap } from "./fieldmap.js";
import { glyph } from "./glyph.js";
import { start as startWords, t, tOr } from "./i18n.js";
import { showLink } from "./link.js";
import { Live } from "./live.js";
import { placeOf, titleOf, usePlan } from "./names.js";
import { Outbox } from "./outbox.js";
import { startPanic } from "./panic.js";
import { settings } from "./settings.js";
import { metres, S } from "./state.js";
import { applyTheme, onTheme } from "./theme.js";
import { distance, hm, useZone } from "./time.js";
import { complain, toast } from "./toast.js";

const POSITION_MS = 10_000;
/** What comes next from where we are. @type {Record<string, {move: string, to: string, words: string, icon: string}>} */
const NEXT = {
  assigned: { move: "accept", to: "accepted", words: "field_accept", icon: "check" },
  accepted: { move: "enroute", to: "en_route", words: "field_enroute", icon: "navigation" },
  en_route: { move: "arrive", to: "on_scene", words: "field_arrive", icon: "map-pin" },
  on_scene: { move: "clear", to: "cleared", words: "field_clear", icon: "circle-check" },
};
const STEPS = ["accepted", "en_route", "on_scene", "cleared"];

/** @type {{me: any, unit: import("./types.js").Unit|null, assignment: any, messages: any[]}} */
let F = { me: null, unit: null, assignment: null, messages: [] };
/** @type {import("./types.js").Place|null} */
let here = null;
let sentAt = 0;
let waitingLetters = 0;
/** @type {Outbox} */
let outbox;
/** @type {FieldMap|null} */
let map = null;

async function reload() {
  const before = F.assignment?.id;
  F = await get("/api/field");
  S.seq = Math.max(S.seq, /** @type {any} */ (F).seq ?? 0);
  useCsrf(F.me.csrf);
  if (F.assignment && F.assignment.id !== before) {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([120, 60, 120]);
    announce(t("field_new", { title: F.assignment.incident.title, place: F.assignment.incident.place_name }));
  }
  render();
}

let asked = 0;
/** News came that concerns us: look again, once for a burst. */
function soon() {
  clearTimeout(asked);
  asked = setTimeout(() => { if (!waitingLetters) reload().catch(() => {}); }, 150);
}

/** @param {any} message */
function hear(message) {
  const put = message.put ?? {};
  if (put.message || put.incident || (put.unit && put.unit.id === F.unit?.id) || /Assign|Unit|Message|Shift/.test(message.type ?? "")) soon();
}

function render() {
  const { unit, assignment } = F;
  say($("#call-sign"), unit?.call_sign ?? t("field_no_unit"));
  say($("#status"), unit ? tOr(`status.${unit.on_shift ? unit.status : "OutOfService"}`, unit.status) : "");
  $("#status").hidden = !unit;
  $("#off").hidden = Boolean(unit?.on_shift);
  $("#shift-start").hidden = !unit;
  say($("#off-words"), t(unit ? "field_off" : "field_ask_unit"));
  $("#shift-end").hidden = !unit?.on_shift || Boolean(assignment);
  $("#idle").hidden = !unit?.on_shift || Boolean(assignment);
  $("#work").hidden = !assignment;
  if (assignment) work(assignment);
  messages();
  waiting(waitingLetters);
}

/** @param {any} assignment */
function work({ state, incident }) {
  fill($("#work-glyph"), glyph(incident.priority, state === "assigned"));
  say($("#work-title"), titleOf(incident));
  say($("#work-place"), placeOf(incident));
  const own = here ?? F.unit?.place ?? null;
  say($("#work-far"), own && incident.place ? distance(metres(own, incident.place)) : "");
  say($("#work-reference"), incident.reference);
  const last = (incident.notes ?? []).slice(-3);
  fill($("#work-notes"), last.map((/** @type {any} */ n) => h("li", {}, h("time", {}, hm(n.at)), h("span", {}, n.text))));
  const at = STEPS.indexOf(state);
  fill($("#work-steps"), STEPS.map((each, n) => h("li", { class: n <= at ? "done" : n === at + 1 ? "now" : "" }, t(`assignment.${each}`))));
  const next = NEXT[state];
  const button = $("#next");
  button.hidden = !next;
  if (next) fill(button, icon(next.icon), h("span", {}, t(next.words)));
  $("#decline").hidden = state !== "assigned";
  map?.show(incident.place, incident.priority, own);
}

function messages() {
  const list = [...F.messages].slice(-8).reverse();
  $("#messages-sec").hidden = !list.length;
  fill($("#messages"), list.map((m) => h("li", {}, h("span", {}, m.text), h("small", {}, `${m.from}, ${hm(m.at)}`))));
}

/** @param {number} count */
function waiting(count) {
  waitingLetters = count;
  $("#waiting").hidden = !count;
  say($("#waiting-words"), t("field_waiting", { n: count }));
}

async function next() {
  const { assignment } = F;
  const step = NEXT[assignment?.state];
  if (!step) return;
  /** @type {Record<string, string>} */
  const body = { move: step.move };
  if (step.move === "clear") {
    const outcome = await askReason({ title: t("field_outcome"), reasons: ["why_helped", "why_report", "why_arrest", "why_nothing_found", "why_handed_over"], yes: t("field_clear") });
    if (!outcome) return;
    body.outcome = outcome;
  }
  assignment.state = step.to;
  if (step.to === "cleared") F.assignment = null;
  render();
  announce(t(`assignment.${step.to}`));
  await outbox.put(`/api/assignments/${assignment.id}/move`, body);
}

async function decline() {
  const { assignment } = F;
  if (!assignment) return;
  const outcome = await askReason({ title: t("field_decline_title"), reasons: ["why_busy", "why_far", "why_vehicle", "why_unsafe"], yes: t("field_decline"), danger: true });
  if (!outcome) return;
  F.assignment = null;
  render();
  await outbox.put(`/api/assignments/${assignment.id}/move`, { move: "decline", outcome });
}

/** @param {"start"|"end"} action */
async function shift(action) {
  try {
    F.unit = await post(`/api/units/${F.unit?.id}/shift`, { action });
    render();
    if (action === "start") locate();
  } catch (error) {
    complain(error);
  }
}

/** The phone shouts first; if the line is cut it says so, and keeps trying. */
async function panic() {
  const place = here ?? F.unit?.place ?? F.assignment?.incident.place;
  const body = place ? { place: { lat: place.lat, lon: place.lon } } : {};
  try {
    await post("/api/panic", body);
    toast(t("panic_sent"));
    announce(t("panic_sent"));
  } catch (error) {
    if (error instanceof ApiError && error.status > 0 && error.status < 500) return complain(error);
    toast(t("panic_failed"), "error");
    await outbox.put("/api/panic", body);
  }
}

let watched = 0;
/** Share where we are, once in ten seconds, while on shift and not a second longer. */
function locate() {
  if (watched || !("geolocation" in navigator)) return;
  watched = navigator.geolocation.watchPosition(({ coords }) => {
    here = { lat: coords.latitude, lon: coords.longitude };
    if (F.assignment) work(F.assignment);
    if (!F.unit?.on_shift || Date.now() - sentAt < POSITION_MS) return;
    sentAt = Date.now();
    const body = { ...here, accuracy_m: Math.round(coords.accuracy), ...(coords.heading === null || Number.isNaN(coords.heading) ? {} : { heading_deg: Math.round(coords.heading) }) };
    post(`/api/units/${F.unit.id}/position`, body).catch(() => {});
  }, () => { $("#no-position").hidden = false; }, { enableHighAccuracy: true, maximumAge: 5000 });
}

async function main() {
  applyTheme();
  icons();
  await startWords();
  await reload();
  outbox = new Outbox(F.me.id, waiting, soon);
  $("#next").addEventListener("click", () => next().catch(complain));
  $("#decline").addEventListener("click", () => decline().catch(complain));
  $("#shift-start").addEventListener("click", () => shift("start"));
  $("#shift-end").addEventListener("click", () => shift("end"));
  $("#settings").addEventListener("click", settings);
  startPanic(() => panic().catch(complain));
  new Live({ reload, onLink: showLink, onMessage: hear });
  if (F.unit?.on_shift) locate();
  setInterval(() => reload().catch(() => {}), 60_000);
  const plan = await fetch("/static/city/city.json").then((answer) => answer.json()).catch(() => null);
  if (plan) {
    useZone(plan.timezone);
    usePlan(plan);
    map = new FieldMap($("#map"), $("#marks"), plan);
    onTheme(() => map?.draw());
    render();
  }
  document.documentElement.dataset.ready = "true";
}

main().catch((error) => {
  complain(error);
  setTimeout(() => location.reload(), 5000);
});
