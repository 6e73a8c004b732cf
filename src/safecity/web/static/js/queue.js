/** The queue: what waits for this room, in the order in which it should be taken. */
import { $, announce, fill, h, icon, say } from "./dom.js";
import { get } from "./api.js";
import { glyph } from "./glyph.js";
import { number, t, tOr } from "./i18n.js";
import { placeOf, titleOf } from "./names.js";
import { DONE_INCIDENT, OPEN_ALERT, changed, on, put, S, select } from "./state.js";
import { left, serverNow, span } from "./time.js";

const MOST_ROWS = 60;
/** @type {Record<string, string>} */
const SOURCE_ICON = { sighting: "cctv", report: "smartphone", panic: "siren", operator: "user", call: "phone", sensor: "activity" };
const GROUPS = ["new", "work", "resolved", "past"];

/** @type {Map<string, {row: any, signature: string, parts: any, item: import("./types.js").Item}>} */
const rows = new Map();
/** @type {Map<string, any>} */
const heads = new Map();
let tab = "open";
let bureau = "";
/** @type {import("./types.js").Item[]} */
let past = [];
/** @type {string[]} */
let order = [];

/** @param {import("./types.js").Alert} a @returns {import("./types.js").Item} */
function alertItem(a) {
  const camera = a.camera ? S.cameras.get(a.camera) : null;
  const source = camera && !camera.name.includes(a.place_name) && !a.place_name.includes(camera.name) ? camera.name : tOr(`source.${a.source}`, a.source);
  return {
    key: `alert:${a.id}`, isNew: a.state === "raised", group: a.state === "raised" ? "new" : OPEN_ALERT.has(a.state) ? "work" : "past",
    priority: a.priority, at: Date.parse(a.raised_at), due: a.state === "raised" && a.due_at ? Date.parse(a.due_at) : null,
    title: titleOf(a), place: a.count > 1 ? `${placeOf(a)} · ×${number(a.count)}` : placeOf(a), bureau: a.bureau,
    by: a.acknowledged_by ?? source, byIcon: a.acknowledged_by ? "user" : SOURCE_ICON[a.source] ?? "bell",
    mine: a.acknowledged_by === S.me.name, alert: a, incident: null,
  };
}

/** @param {import("./types.js").Incident} i @returns {import("./types.js").Item} */
function incidentItem(i) {
  const going = i.units.filter((u) => !["declined", "cleared", "withdrawn"].includes(u.state));
  const group = DONE_INCIDENT.has(i.state) ? "past" : i.state === "resolved" ? "resolved" : "work";
  return {
    key: `incident:${i.id}`, isNew: false, group, priority: i.priority, at: Date.parse(i.declared_at), due: null,
    title: titleOf(i), place: placeOf(i), bureau: i.bureau,
    by: going.length ? going.map((u) => u.call_sign).join(", ") : i.owner, byIcon: going.length ? "radio-tower" : "user",
    mine: i.owner === S.me.name, alert: null, incident: i,
  };
}

/** New first, then priority, then overdue, then age. @param {import("./types.js").Item} a @param {import("./types.js").Item} b */
function compare(a, b) {
  const now = serverNow();
  const late = (/** @type {import("./types.js").Item} */ x) => (x.due !== null && x.due < now ? 0 : 1);
  return GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || a.priority - b.priority || late(a) - late(b) || a.at - b.at;
}

/** Everything open, unfiltered. */
export function openItems() {
  /** @type {import("./types.js").Item[]} */
  const items = [];
  for (const a of S.alerts.values()) if (OPEN_ALERT.has(a.state) && !a.incident) items.push(alertItem(a));
  for (const i of S.incidents.values()) if (!DONE_INCIDENT.has(i.state)) items.push(incidentItem(i));
  return items.sort(compare);
}

/** @param {import("./types.js").Item[]} items */
const here = (items) => items.filter((each) => !bureau || each.bureau === bureau);

function shown() {
  if (tab === "open") return here(openItems());
  if (tab === "mine") return here(openItems().filter((each) => each.mine));
  return here(past);
}

/** At most so many rows; no new P1 or P2 is ever left out. @param {import("./types.js").Item[]} items */
function capped(items) {
  let room = MOST_ROWS - items.filter((each) => each.isNew && each.priority < 3).length;
  return items.filter((each) => (each.isNew && each.priority < 3) || room-- > 0);
}

/** @param {import("./types.js").Item} item */
function signatureOf(item) {
  return [item.priority, item.isNew, item.title, item.place, item.by, item.byIcon, item.key === S.selected].join("|");
}

/** @param {import("./types.js").Item} item */
function build(item) {
  const parts = { glyph: h("span"), title: h("div", { class: "ti" }), place: h("div", { class: "su" }), time: h("span", { class: "sla" }), own: h("span", { class: "own" }) };
  const row = h("li", { class: "inc", role: "option", id: `row-${item.key}`, "data-key": item.key },
    parts.glyph, h("div", {}, parts.title, parts.place), h("div", { class: "rt" }, parts.time, parts.own));
  return { row, parts, signature: "", item };
}

/** @param {import("./types.js").Item} item */
function rowOf(item) {
  const kept = rows.get(item.key) ?? build(item);
  rows.set(item.key, kept);
  kept.item = item;
  const signature = signatureOf(item);
  if (kept.signature !== signature) {
    kept.signature = signature;
    const { row, parts } = kept;
    row.classList.toggle("new", item.isNew);
    row.setAttribute("aria-selected", String(item.key === S.selected));
    fill(parts.glyph, glyph(item.priority, item.isNew));
    say(parts.title, item.title);
    say(parts.place, item.place);
    fill(parts.own, icon(item.byIcon, "s"), h("span", {}, item.by));
  }
  tell(kept);
  return kept.row;
}

/** The time in a row. @param {{parts: any, item: import("./types.js").Item}} kept */
function tell({ parts, item }) {
  const { text, mood } = item.due === null ? { text: span(serverNow() - item.at), mood: "" } : left(item.due);
  say(parts.time, text);
  const name = mood ? `sla ${mood}` : "sla";
  if (parts.time.className !== name) parts.time.className = name;
}

/** @param {string} group @param {number} count */
function headOf(group, count) {
  let head = heads.get(group);
  if (!head) {
    head = h("li", { class: "grp", role: "presentation" }, h("span"), h("span"));
    heads.set(group, head);
  }
  say(head.firstChild, t(`group_${group}`));
  say(head.lastChild, number(count));
  return head;
}

/** Put the rows in order and touch only what moved. */
export function render() {
  const list = $("#list");
  const items = shown();
  const visible = capped(items);
  /** @type {any[]} */
  const wanted = [];
  for (const group of GROUPS) {
    const here = visible.filter((each) => each.group === group);
    if (here.length) wanted.push(headOf(group, items.filter((each) => each.group === group).length), ...here.map(rowOf));
  }
  if (!visible.length) wanted.push(h("li", { class: "empty", role: "presentation" }, icon("circle-check"), h("span", {}, t(`empty_${tab}`))));
  if (items.length > visible.length) {
    wanted.push(h("li", { class: "more", role: "presentation" }, t("more_rows", { n: number(items.length - visible.length) })));
  }
  let place = list.firstChild;
  for (const element of wanted) {
    if (element === place) place = place.nextSibling;
    else list.insertBefore(element, place);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
  order = visible.map((each) => each.key);
  const keys = new Set(order);
  for (const key of rows.keys()) if (!keys.has(key)) rows.delete(key);
  if (S.selected && keys.has(S.selected)) list.setAttribute("aria-activedescendant", `row-${S.selected}`);
  else list.removeAttribute("aria-activedescendant");
  counts();
}

function counts() {
  const items = here(openItems());
  say($("#n-open"), number(items.length));
  say($("#n-mine"), number(items.filter((each) => each.mine).length));
}

/** An alert that became an incident keeps the light; otherwise the next row takes it. */
function follow() {
  const { selected } = S;
  if (selected?.startsWith("alert:")) {
    const alert = S.alerts.get(selected.slice(6));
    if (alert?.incident && S.incidents.has(alert.incident)) return select(`incident:${alert.incident}`);
  }
  if (!selected && tab === "open" && order.length) select(order[0]);
}

/** @param {number} step */
export function move(step) {
  if (!order.length) return;
  const at = order.indexOf(S.selected ?? "");
  select(order[Math.max(0, Math.min(order.length - 1, at < 0 ? 0 : at + step))]);
  const row = rows.get(S.selected ?? "")?.row;
  row?.scrollIntoView({ block: "nearest" });
}

/** After something is dismissed or closed, light the one that follows it. @param {string} key */
export function nextAfter(key) {
  const at = order.indexOf(key);
  if (S.selected === key) select(order[at + 1] ?? order[at - 1] ?? null);
}

/** @param {string} name */
async function show(name) {
  tab = name;
  for (const button of document.querySelectorAll("#tabs button")) {
    const chosen = button.getAttribute("data-tab") === name;
    button.setAttribute("aria-selected", String(chosen));
    button.setAttribute("tabindex", chosen ? "0" : "-1");
    if (chosen) $("#list").setAttribute("aria-labelledby", button.id);
  }
  past = [];
  render();
  if (name === "dismissed") {
    const { alerts } = await get("/api/alerts?state=dismissed&limit=60");
    for (const each of alerts) put("alert", each);
    past = alerts.map(alertItem);
  } else if (name === "closed") {
    const { incidents } = await get("/api/incidents?state=closed&limit=60");
    for (const each of incidents) put("incident", each);
    past = incidents.map(incidentItem);
  }
  past.sort((a, b) => b.at - a.at);
  if (tab === name) render();
}

/** @type {Set<string>} */
const told = new Set();

/** Say new urgent alerts aloud, once. */
function speak() {
  for (const a of S.alerts.values()) {
    if (a.state !== "raised" || told.has(a.id)) continue;
    told.add(a.id);
    if (a.priority < 3 && serverNow() - Date.parse(a.raised_at) < 60_000) {
      announce(t("say_new", { n: a.priority, title: titleOf(a), place: placeOf(a) }));
      changed("urgent");
    }
  }
}

export function startQueue() {
  const list = $("#list");
  list.addEventListener("click", (/** @type {any} */ e) => {
    const row = e.target.closest(".inc");
    if (row) select(row.dataset.key);
  });
  const tabs = [...document.querySelectorAll("#tabs button")];
  tabs.forEach((button, n) => {
    const open = () => show(button.getAttribute("data-tab") || "open").catch(() => {});
    button.addEventListener("click", open);
    button.addEventListener("keydown", (/** @type {any} */ e) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[/** @type {string} */ (e.key)];
      if (!step) return;
      const next = /** @type {HTMLElement} */ (tabs[(n + step + tabs.length) % tabs.length]);
      next.focus();
      next.click();
    });
  });
  const choice = $("#bureau");
  fill(choice, h("option", { value: "" }, t("all_bureaus")), S.bureaus.map((b) => h("option", { value: b.code }, b.name)));
  choice.addEventListener("change", () => { bureau = choice.value; render(); });
  on("alerts incidents selection cameras", () => { render(); follow(); speak(); });
  setInterval(() => { for (const kept of rows.values()) tell(kept); }, 1000);
  setInterval(render, 15_000);
  render();
  follow();
}
