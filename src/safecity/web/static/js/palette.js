/** Ctrl+K: find a place, unit, camera, alert or incident; or say it as a command: D unit incident. */
import { acknowledge, message, sendUnit } from "./actions.js";
import { $, fill, h, icon } from "./dom.js";
import { glyph } from "./glyph.js";
import { t, tOr } from "./i18n.js";
import { UNIT_ICON } from "./near.js";
import { openItems } from "./queue.js";
import { lookUp, S, select } from "./state.js";

const MOST = 12;

/** @typedef {{sign: any, name: string, more: string, kind: string, words: string, run: () => void}} Hit */

/** @type {{fly: (place: import("./types.js").Place, zoom?: number) => void, watch: (camera: string) => void, plan: any, verbs: {words: string, key: string, run: () => void}[]}} */
let hands;

/** Small letters, no accents, no dashes, so that "avto 12" finds "AVTO-12". @param {string} text */
const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[-_/.,]/g, " ");

/** @returns {Hit[]} */
function things() {
  return openItems().map((each) => ({
    sign: () => glyph(each.priority, each.isNew), name: each.title, more: each.place, kind: (each.alert ?? each.incident)?.reference ?? "",
    words: plain(`${each.title} ${each.place} ${(each.alert ?? each.incident)?.reference}`), run: () => select(each.key),
  }));
}

/** @returns {Hit[]} */
function units() {
  return [...S.units.values()].map((u) => ({
    sign: () => icon(UNIT_ICON[u.kind] ?? "car"), name: u.call_sign, more: u.officers.map((o) => o.name).join(", "), kind: tOr(`status.${u.status}`, u.status),
    words: plain(`${u.call_sign} ${u.officers.map((o) => o.name).join(" ")}`), run: () => { if (u.place) hands.fly(u.place, 15.5); },
  }));
}

/** @returns {Hit[]} */
function cameras() {
  return [...S.cameras.values()].map((c) => ({
    sign: () => icon("cctv"), name: c.name, more: "", kind: tOr(`camera.${c.state}`, c.state), words: plain(`${c.name} ${c.id}`),
    run: () => { hands.fly(c.place, 15.5); hands.watch(c.id); },
  }));
}

/** @returns {Hit[]} */
function places() {
  const crossings = (hands.plan.crossings ?? []).map((/** @type {any} */ c) => ({ name: c.name, lon: c.lon, lat: c.lat }));
  const labels = (hands.plan.labels ?? []).map((/** @type {any} */ l) => ({ name: l.t, lon: l.at[0], lat: l.at[1] }));
  return [...labels, ...crossings].map((p) => ({
    sign: () => icon("map-pin"), name: p.name, more: "", kind: t("find_place"), words: plain(p.name), run: () => hands.fly(p, 15),
  }));
}

/** @returns {Hit[]} */
function verbs() {
  return hands.verbs.map((v) => ({ sign: () => h("kbd", {}, v.key), name: t(v.words), more: "", kind: t("find_verb"), words: plain(t(v.words)), run: v.run }));
}

/** Every word must begin a word of it; what begins with the whole question comes first. @param {Hit[]} hits @param {string} query */
function match(hits, query) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const rank = (/** @type {Hit} */ hit) => (hit.words.startsWith(words.join(" ")) ? 0 : hit.words.startsWith(words[0] ?? "") ? 1 : 2);
  return hits
    .filter((hit) => words.every((w) => ` ${hit.words}`.includes(` ${w}`)))
    .sort((a, b) => rank(a) - rank(b));
}

/** @param {string} text a reference or its last digits */
function taskFor(text) {
  const wanted = plain(text).trim();
  return openItems().find((each) => {
    const reference = plain((each.alert ?? each.incident)?.reference ?? "");
    return reference === wanted || reference.replace(/ /g, "").endsWith(wanted.replace(/ /g, ""));
  });
}

/** `D CAR-12 0382`, `A 0382`, `M CAR-12`. @param {string} query @returns {Hit[]} */
function command(query) {
  const [, verb, rest] = /^([adm])\s+(.*)$/i.exec(query) ?? [];
  if (!verb || !rest?.trim()) return [];
  const letter = verb.toLowerCase();
  if (letter === "a") {
    const task = taskFor(rest);
    return task?.alert ? [hitOf(t("acknowledge"), task.title, () => acknowledge(task.alert))] : [];
  }
  const wanted = plain(rest).trim();
  const unit = [...S.units.values()].filter((u) => wanted.startsWith(plain(u.call_sign))).sort((a, b) => b.call_sign.length - a.call_sign.length)[0]
    ?? match(units(), rest.split(" ")[0]).map((hit) => [...S.units.values()].find((u) => u.call_sign === hit.name))[0];
  if (!unit) return [];
  if (letter === "m") return [hitOf(t("message_title", { unit: unit.call_sign }), "", () => message(unit))];
  const task = taskFor(wanted.slice(plain(unit.call_sign).length)) ?? openItems().find((each) => each.key === S.selected);
  if (!task) return [];
  return [hitOf(t("dispatch_to", { unit: unit.call_sign, title: task.title }), task.place, () => {
    const { alert, incident } = lookUp(task.key);
    sendUnit(unit, alert, incident);
  })];
}

/** @param {string} name @param {string} more @param {() => void} run @returns {Hit} */
const hitOf = (name, more, run) => ({ sign: () => icon("arrow-right"), name, more, kind: "↵", words: "", run });

/** @param {string} query @returns {Hit[]} */
function search(query) {
  const told = command(query);
  if (!query.trim()) return [...things().slice(0, 6), ...verbs()].slice(0, MOST);
  const each = [things(), units(), cameras(), places(), verbs()].map((group) => match(group, query).slice(0, 6));
  return [...told, ...match(each.flat(), query)].slice(0, MOST);
}

function build() {
  const input = h("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list", "aria-label": t("find"), placeholder: t("find"), autocomplete: "off", spellcheck: "false" });
  const list = h("ul", { id: "palette-list", role: "listbox", "aria-label": t("find_results") });
  const hint = h("div", { class: "hint" }, h("span", {}, t("palette_hint")));
  const dialog = h("dialog", { class: "palette", "aria-label": t("find") }, h("div", { class: "ask" }, icon("search"), input, h("kbd", {}, "Esc")), list, hint);
  return { input, list, dialog };
}

export function openPalette() {
  if ($("dialog[open]")) return;
  const { input, list, dialog } = build();
  /** @type {Hit[]} */
  let hits = [];
  let at = 0;
  const light = () => {
    [...list.children].forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (hits.length) input.setAttribute("aria-activedescendant", `hit-${at}`);
  };
  const run = (/** @type {number} */ n) => { dialog.close(); hits[n]?.run(); };
  const show = () => {
    hits = search(input.value);
    at = 0;
    fill(list, hits.length
      ? hits.map((hit, n) => h("li", { role: "option", id: `hit-${n}`, onclick: () => run(n) }, hit.sign(), h("span", {}, hit.name, " ", h("small", {}, hit.more)), h("small", {}, hit.kind)))
      : [h("li", { role: "option", "aria-disabled": "true" }, h("span"), t("find_nothing"))]);
    light();
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && hits.length) { at = (at + step + hits.length) % hits.length; light(); e.preventDefault(); }
    else if (e.key === "Enter") { e.preventDefault(); run(at); }
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (/** @type {Event} */ e) => { if (e.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  show();
}

/** @param {typeof hands} given */
export function startPalette(given) {
  hands = given;
  $("#omni").addEventListener("click", openPalette);
}
