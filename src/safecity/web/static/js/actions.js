/** What an operator can do, each a verb. The screen answers at once; the server has the last word. */
import { post } from "./api.js";
import { ask, askReason, askText, choice, field, priorityChoice } from "./dialogs.js";
import { announce, h } from "./dom.js";
import { t } from "./i18n.js";
import { nextAfter } from "./queue.js";
import { changed, current, put, S, select } from "./state.js";
import { serverNow } from "./time.js";
import { complain, toast } from "./toast.js";

const KINDS = ["collision", "fire", "violence", "medical", "missing_person", "break_in", "theft", "hazard", "suspicious", "damage", "noise", "other"];
const DISMISSALS = ["false_alarm", "nothing_found", "animal_or_weather", "duplicate", "test", "handled_elsewhere"];

/** Do it, and show the server's sentence if it says no. @param {() => Promise<any>} verb */
export async function attempt(verb) {
  try {
    return await verb();
  } catch (error) {
    complain(error);
    return null;
  }
}

/** @param {import("./types.js").Alert|null} [alert] */
export async function acknowledge(alert = current().alert) {
  if (!alert || alert.state !== "raised") return;
  const before = { ...alert };
  put("alert", { ...alert, state: "acknowledged", acknowledged_by: S.me.name, acknowledged_at: new Date(serverNow()).toISOString() });
  announce(t("said_acknowledged", { title: alert.title }));
  try {
    put("alert", await post(`/api/alerts/${alert.id}/acknowledge`, {}));
  } catch (error) {
    if (S.alerts.get(alert.id)?.acknowledged_by === S.me.name) put("alert", before);
    complain(error);
  }
}

/** First press aims, second sends: D, then Enter. */
export function arm() {
  const { alert, incident } = current();
  if (!(alert || incident)) return;
  if (!S.near[S.chosen]) return toast(t("no_units"), "error");
  S.armed = true;
  changed("near");
  announce(t("said_armed", { unit: S.near[S.chosen].unit.call_sign }));
}

export function disarm() {
  if (!S.armed) return false;
  S.armed = false;
  changed("near");
  return true;
}

/** @param {number} n */
export function choose(n) {
  if (!S.near[n]) return;
  S.chosen = n;
  changed("near");
  announce(t("said_chosen", { unit: S.near[n].unit.call_sign }));
}

/** Send the chosen unit; an alert becomes an incident by it. */
export async function send() {
  const { alert, incident } = current();
  const near = S.near[S.chosen];
  if (!near || !(alert || incident)) return;
  S.armed = false;
  changed("near");
  await sendUnit(near.unit, alert, incident);
}

/** @param {import("./types.js").Unit} unit @param {import("./types.js").Alert|null} alert @param {import("./types.js").Incident|null} incident */
export async function sendUnit(unit, alert, incident) {
  await attempt(async () => {
    if (alert) return declared(await post("/api/incidents", { alerts: [alert.id], unit: unit.id }), alert);
    return post(`/api/incidents/${incident?.id}/assign`, { unit: unit.id });
  }).then((done) => {
    if (done) toast(t("said_sent", { unit: unit.call_sign }));
  });
}

/** @param {import("./types.js").Incident} incident @param {import("./types.js").Alert} alert */
function declared(incident, alert) {
  put("incident", incident);
  put("alert", { ...alert, state: "declared", incident: incident.id });
  select(`incident:${incident.id}`);
  return incident;
}

/** An incident without a unit. */
export async function declare() {
  const { alert } = current();
  if (!alert) return;
  await attempt(async () => declared(await post("/api/incidents", { alerts: [alert.id] }), alert));
}

export async function dismiss() {
  const { alert } = current();
  if (!alert) return;
  const options = DISMISSALS.map((code) => /** @type {[string, string]} */ ([code, t(`dismissal.${code}`)]));
  const answer = await ask({
    title: t("dismiss_title"), intro: alert.title, yes: t("dismiss"),
    body: [choice(t("reason"), "reason", options, DISMISSALS[0]), field(t("more_words"), h("input", { name: "words", maxlength: "300", autocomplete: "off" }))],
  });
  if (!answer) return;
  const words = String(answer.get("words") ?? "").trim();
  await attempt(async () => {
    const after = await post(`/api/alerts/${alert.id}/dismiss`, { reason: answer.get("reason"), ...(words ? { words } : {}) });
    nextAfter(`alert:${alert.id}`);
    put("alert", after);
    toast(t("said_dismissed", { title: alert.title }));
  });
}

/** @type {Record<string, string[]>} */
const MOVE_REASONS = {
  resolve: ["why_helped", "why_left", "why_handed_over", "why_nothing_found"],
  close: ["why_complete", "why_nothing_found", "why_handed_over"],
  reopen: ["why_again", "why_mistake"],
};

/** @param {"resolve"|"close"|"reopen"} move */
export async function moveIncident(move) {
  const { incident } = current();
  if (!incident) return;
  if (!incident.moves.includes(move)) return toast(t(`cannot_${move}`), "error");
  const reason = await askReason({ title: t(`${move}_title`), intro: incident.title, yes: t(move), reasons: MOVE_REASONS[move] });
  if (!reason) return;
  await attempt(async () => {
    const after = await post(`/api/incidents/${incident.id}/move`, { move, reason });
    if (move === "close") nextAfter(`incident:${incident.id}`);
    put("incident", after);
    toast(t(`said_${move}`, { title: incident.title }));
  });
}

/** @param {string} text */
export async function note(text) {
  const { incident } = current();
  if (!incident || !text.trim()) return false;
  return Boolean(await attempt(async () => {
    put("incident", await post(`/api/incidents/${incident.id}/notes`, { text: text.trim() }));
    return true;
  }));
}

/** Keep footage from being forgotten. @param {string|null} camera */
export async function hold(camera) {
  const { incident } = current();
  if (!incident) return toast(t("hold_needs_incident"), "error");
  if (!camera) return toast(t("hold_needs_camera"), "error");
  /** @type {[string, any][]} */
  const before = [["2", t("minutes", { n: 2 })], ["5", t("minutes", { n: 5 })], ["15", t("minutes", { n: 15 })], ["30", t("minutes", { n: 30 })]];
  const answer = await ask({
    title: t("hold_title"), intro: t("hold_intro", { camera: S.cameras.get(camera)?.name ?? camera, incident: incident.reference }), yes: t("hold"),
    body: [choice(t("hold_before"), "before", before, "5"), field(t("reason"), h("input", { name: "reason", required: true, maxlength: "300", value: t("hold_reason") }))],
  });
  if (!answer) return;
  const start = Date.parse(incident.declared_at) - Number(answer.get("before")) * 60_000;
  const body = { incident: incident.id, camera, from: new Date(start).toISOString(), to: new Date(serverNow()).toISOString(), reason: answer.get("reason") };
  if (await attempt(() => post("/api/holds", body))) {
    toast(t("said_held"));
    changed("holds");
  }
}

/** @param {import("./types.js").Unit|undefined} unit */
export async function message(unit) {
  if (!unit) return toast(t("no_units"), "error");
  const text = await askText({ title: t("message_title", { unit: unit.call_sign }), label: t("message_label"), yes: t("send") });
  if (text && (await attempt(() => post(`/api/units/${unit.id}/message`, { text })))) toast(t("said_message", { unit: unit.call_sign }));
}

/** @param {{place?: import("./types.js").Place, camera?: string, name: string}} where */
export async function raiseByHand(where) {
  const kinds = h("select", { name: "kind" }, KINDS.map((k) => h("option", { value: k }, t(`kind.${k}`))));
  const answer = await ask({
    title: t("new_alert"), intro: where.name, yes: t("raise"),
    body: [
      field(t("kind_label"), kinds), field(t("title_label"), h("input", { name: "title", required: true, maxlength: "120", autofocus: true, autocomplete: "off" })),
      priorityChoice("priority", "2"), field(t("details_label"), h("textarea", { name: "details", maxlength: "2000" })),
    ],
  });
  if (!answer) return;
  await attempt(async () => {
    const spot = where.camera ? { camera: where.camera } : { place: where.place, place_name: where.name };
    const alert = await post("/api/alerts", {
      kind: answer.get("kind"), title: answer.get("title"), priority: Number(answer.get("priority")), details: answer.get("details") ?? "", ...spot,
    });
    put("alert", alert);
    select(`alert:${alert.id}`);
  });
}

/** Add a camera to the incident's record. @param {string} camera */
export async function link(camera) {
  const { incident } = current();
  if (!incident) return;
  await attempt(async () => put("incident", await post(`/api/incidents/${incident.id}/link`, { camera })));
}
