/** How this workstation likes it: theme, density, text size. Kept in the browser, nowhere else. */

/** @param {string} name */
export function saved(name) {
  try {
    return localStorage.getItem(`safecity.${name}`);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function save(name, value) {
  try {
    localStorage.setItem(`safecity.${name}`, value);
  } catch {
    // A browser without storage simply forgets.
  }
}

/** @type {Map<string, string>} */
const cache = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();

/** The value of a colour token; asked often by the map, so remembered. @param {string} name */
export function token(name) {
  let value = cache.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    cache.set(name, value);
  }
  return value;
}

export const isDark = () => document.documentElement.dataset.theme !== "light";

/** @param {() => void} listener */
export function onTheme(listener) {
  listeners.add(listener);
}

/** Put the choices on the page. `auto` follows the room's own setting. */
export function applyTheme() {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const choice = asked.get("theme") || saved("theme") || "auto";
  const dark = choice === "auto" ? !matchMedia("(prefers-color-scheme: light)").matches : choice === "dark";
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.density = asked.get("density") || saved("density") || root.dataset.density || "cosy";
  root.dataset.text = saved("text") || "normal";
  cache.clear();
  for (const listener of listeners) listener();
}

matchMedia("(prefers-color-scheme: light)").addEventListener("change", applyTheme);
