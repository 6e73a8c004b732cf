/** One key, one verb. Can be switched off, for those who speak to their computer (WCAG 2.1.4). */
import { $, h } from "./dom.js";
import { ask } from "./dialogs.js";
import { t } from "./i18n.js";
import { save, saved } from "./theme.js";

/** @typedef {{keys: string[], words: string, run: () => any}} Verb */

/** @type {Map<string, Verb>} */
const verbs = new Map();
/** @type {Verb[]} */
const list = [];

export const keysOn = () => saved("keys") !== "off";
/** @param {boolean} wanted */
export const setKeys = (wanted) => save("keys", wanted ? "on" : "off");

/** @param {string[]} keys as KeyboardEvent says them, letters small; "+1" stands for Shift and the digit 1 @param {string} words @param {() => any} run */
export function bind(keys, words, run) {
  const verb = { keys, words, run };
  list.push(verb);
  for (const key of keys) verbs.set(key, verb);
}

/** @param {KeyboardEvent} event */
function nameOf(event) {
  if (event.shiftKey && event.code.startsWith("Digit")) return `+${event.code.slice(5)}`;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** @param {KeyboardEvent} event */
function press(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return verbs.get("/")?.run();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return undefined;
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest("input, textarea, select, dialog, [contenteditable]")) return undefined;
  const name = nameOf(event);
  if (["ArrowUp", "ArrowDown"].includes(name) && target.id !== "list" && target !== document.body) return undefined;
  if (name === "Enter" && target.closest("a, button, summary")) return undefined;
  if (!keysOn() && name.length === 1 && name !== "?") return undefined;
  const verb = verbs.get(name);
  if (!verb) return undefined;
  if (verb.run() !== false) event.preventDefault();
  return undefined;
}

/** @param {string} key */
const cap = (key) => h("kbd", {}, { ArrowDown: "↓", ArrowUp: "↑", Enter: "↵", Escape: "Esc" }[key] ?? key.toUpperCase().replace("+", "⇧"));

/** The list of all keys, with the switch. */
export async function help() {
  if ($("dialog[open]")) return;
  const toggle = h("input", { type: "checkbox", name: "on", checked: keysOn() });
  const rows = list.filter((v) => v.words).map((v) => h("li", {}, h("span", {}, t(v.words)), h("span", {}, v.keys.map(cap))));
  const answer = await ask({
    title: t("keys_title"), yes: t("save"), wide: true,
    body: [h("ul", { class: "keys" }, rows), h("label", { class: "check" }, toggle, h("span", {}, t("keys_switch")))],
  });
  if (answer) setKeys(answer.get("on") === "on");
}

export function startKeys() {
  document.addEventListener("keydown", press);
}
