/** What is lit: where it stands, what was seen, who goes, what was said, what happened. */
import { $, fill, h, icon, say } from "./dom.js";
import { acknowledge, arm, declare, dismiss, hold, message, moveIncident, note, send } from "./actions.js";
import { get } from "./api.js";
import { glyph } from "./glyph.js";
import { t, tOr } from "./i18n.js";
import { placeOf, titleOf } from "./names.js";
import { maySend, sendWords, UNIT_ICON } from "./near.js";
import { spotCamera } from "./spot.js";
import { current, on, S } from "./state.js";
import { hms, left } from "./time.js";

/** @type {{key: string|null, steps: any[]}} */
const history = { key: null, steps: [] };
let historyTimer = 0;
const OVER = new Set(["cleared", "declined", "withdrawn"]);
/** @type {Map<string, string>} */
const drawn = new Map();

/** Draw a part again only when what it shows has changed. @param {string} name @param {any} facts @param {() => void} draw */
function part(name, facts, draw) {
  const signature = JSON.stringify(facts);
  if (drawn.get(name) === signature) return;
  drawn.set(name, signature);
  draw();
}

function head() {
  const { alert, incident } = current();
  const each = incident ?? alert;
  if (!each) return;
  const fresh = alert?.state === "raised";
  part("head", [each.id, each.priority, fresh, each.title, each.place_name, each.state], () => {
    fill($("#detail-glyph"), glyph(each.priority, fresh));
    say($("#detail-title"), titleOf(each));
    const from = alert ? [tOr(`source.${alert.source}`, alert.source)] : [];
    const state = tOr(`state.${each.state}`, each.state);
    fill($("#detail-meta"), [placeOf(each), ...from].filter(Boolean).join(", "), h("br"), h("code", {}, each.reference), ` · ${state}`);
  });
  steps();
}

/** Detected, acknowledged, dispatched, on scene. */
function steps() {
  const { alert, incident } = current();
  const first = incident ? incident.alerts.map((id) => S.alerts.get(id)).find(Boolean) : alert;
  const raised = first?.raised_at ?? incident?.declared_at ?? null;
  const due = alert?.state === "raised" && alert.due_at ? left(Date.parse(alert.due_at)) : null;
  /** @type {[string, string|null, {text: string, mood: string}|null][]} */
  const list = [
    ["step_detected", raised, null], ["step_acknowledged", first?.acknowledged_at ?? incident?.declared_at ?? null, due],
    ["step_dispatched", incident?.dispatched_at ?? null, null], ["step_on_scene", incident?.on_scene_at ?? null, null],
  ];
  const now = list.findIndex(([, at]) => !at);
  part("steps", [list, now], () => fill($("#steps"), list.map(([key, at, wait], n) =>
    h("li", { class: at ? "done" : n === now ? "now" : "", "aria-current": n === now ? "step" : null }, t(key),
      h("b", { class: wait && n === now ? wait.mood : "" }, at ? hms(at) : wait && n === now ? (wait.mood === "late" ? wait.text : t("due_in", { time: wait.text })) : "")))));
}

function seen() {
  const { alert, incident } = current();
  const first = alert ?? incident?.alerts.map((id) => S.alerts.get(id)).find((a) => a?.snapshot || a?.details);
  const box = $("#seen");
  $("#seen-sec").hidden = !(first?.snapshot || first?.details);
  if (!first) return;
  part("seen", [first.id, first.snapshot, first.details, first.count], () => {
    const picture = first.snapshot ? h("img", { src: first.snapshot, alt: t("snapshot_alt", { time: hms(first.raised_at) }), loading: "lazy" }) : null;
    picture?.addEventListener("error", () => { picture.remove(); box.classList.add("words"); });
    box.classList.toggle("words", !picture);
    const times = first.count > 1 ? h("small", {}, t("seen_times", { n: first.count, time: hms(first.last_at) })) : h("small", {}, hms(first.raised_at));
    fill(box, picture, h("p", {}, first.details || t("snapshot_masked"), times));
  });
}

/** Units that are on it. */
function going() {
  const { incident } = current();
  const units = incident?.units ?? [];
  $("#going-sec").hidden = !units.length;
  part("going", [incident?.id, units, units.map((u) => S.units.get(u.unit)?.status)], () => fill($("#going"), units.map(({ unit, call_sign, state }) => {
    const known = S.units.get(unit);
    const mood = state === "on_scene" ? "scene" : OVER.has(state) ? "" : "route";
    return h("div", { class: "un plain" }, h("span", { class: `b ${mood}` }, icon(UNIT_ICON[known?.kind ?? "car"] ?? "car")),
      h("span", {}, h("span", { class: "n" }, call_sign), h("span", { class: "d" }, tOr(`assignment.${state}`, state))),
      h("button", { class: "iconbtn", type: "button", "aria-label": t("message_title", { unit: call_sign }), onclick: () => message(known) }, icon("message-square")));
  })));
}

function notes() {
  const { incident } = current();
  $("#note-sec").hidden = !incident;
  part("notes", incident?.notes ?? [], () => fill($("#notes"), (incident?.notes ?? []).slice(-6).map((each) =>
    h("li", {}, h("time", {}, hms(each.at)), h("span", {}, each.text, " ", h("small", {}, each.by))))));
}

/** An incident's history comes from the journal; an alert's is in the alert. */
function lines() {
  const { alert, incident } = current();
  if (incident) return history.key === incident.id ? history.steps : [];
  if (!alert) return [];
  const list = [{ at: alert.raised_at, text: `${tOr(`source.${alert.source}`, alert.source)}: ${alert.title}`, actor: "" }];
  if (alert.count > 1) list.push({ at: alert.last_at, text: t("seen_times", { n: alert.count, time: hms(alert.last_at) }), actor: "" });
  if (alert.acknowledged_at) list.push({ at: alert.acknowledged_at, text: t("step_acknowledged"), actor: alert.acknowledged_by ?? "" });
  if (alert.dismissed_reason) list.push({ at: alert.last_at, text: `${t("state.dismissed")}: ${alert.dismissed_reason}`, actor: "" });
  return list;
}

function past() {
  const list = lines();
  part("history", [S.selected, list], () => fill($("#history"), [...list].reverse().map((each) =>
    h("li", {}, h("time", { datetime: each.at }, hms(each.at)), h("span", {}, each.text, each.actor ? h("small", {}, ` ${each.actor}`) : "")))));
  const sealed = S.verified?.ok;
  say($("#sealed"), S.verified ? t(sealed ? "log_verified" : "log_broken", { n: S.verified.size }) : "");
}

/** Ask for the history when the incident has moved, not more often than twice a second. */
function refreshHistory() {
  const { incident } = current();
  if (!incident) return;
  clearTimeout(historyTimer);
  historyTimer = setTimeout(async () => {
    try {
      const answer = await get(`/api/incidents/${incident.id}/history`);
      history.key = incident.id;
      history.steps = answer.steps;
      past();
    } catch {
      // It is asked again with the next change.
    }
  }, 400);
}

/** @param {string} words @param {string} key @param {() => void} verb @param {string} [look] @param {string} [id] */
const button = (words, key, verb, look = "", id = "") =>
  h("button", { class: `btn ${look}`, type: "button", id: id || null, onclick: verb }, h("span", { class: "what" }, words), h("kbd", {}, key));

/** @param {import("./types.js").Incident|null} incident */
const someoneGoes = (incident) => Boolean(incident?.units.some((u) => !OVER.has(u.state)));

/** The verbs that fit, the likely one first. */
function actions() {
  const { alert, incident } = current();
  const moves = incident?.moves ?? [];
  part("actions", [S.selected, alert?.state, incident?.state, moves, maySend(), someoneGoes(incident)], () => {
    const list = [];
    // Once somebody goes, sending another is possible but no longer the likely thing.
    if (maySend()) list.push(button(sendWords(), S.armed ? "↵" : "D", () => (S.armed ? send() : arm()), someoneGoes(incident) ? "" : "pri", "do-send"));
    if (alert?.state === "raised") list.push(button(t("acknowledge"), "A", () => acknowledge()));
    if (alert && maySend()) list.push(button(t("declare"), "I", declare), button(t("dismiss"), "X", dismiss));
    if (moves.includes("resolve")) list.push(button(t("resolve"), "R", () => moveIncident("resolve")));
    if (moves.includes("close")) list.push(button(t("close"), "C", () => moveIncident("close")));
    if (moves.includes("reopen")) list.push(button(t("reopen"), "O", () => moveIncident("reopen")));
    if (incident) list.push(button(t("hold"), "H", () => hold(spotCamera())));
    fill($("#actions"), list);
    $("#actions").hidden = !list.length;
  });
}

function render() {
  const { alert, incident } = current();
  const any = Boolean(alert || incident);
  $("#detail-empty").hidden = any;
  $("#detail-body").hidden = !any;
  if (!any) {
    drawn.delete("actions");
    $("#actions").hidden = true;
    return;
  }
  head(); seen(); going(); notes(); past(); actions();
}

export function startDetail() {
  const box = $("#note-text");
  const add = async () => { if (await note(box.value)) box.value = ""; };
  $("#note-form").addEventListener("submit", (/** @type {Event} */ e) => { e.preventDefault(); add(); });
  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ e) => {
    if (e.key === "Enter" && !e.shiftKey) { e.preventDefault(); add(); }
  });
  on("selection alerts incidents units load near", render);
  on("selection incidents", refreshHistory);
  setInterval(() => { if (current().alert?.state === "raised") steps(); }, 1000);
  render();
}
