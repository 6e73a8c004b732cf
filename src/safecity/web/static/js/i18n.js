/** Words in five languages. Keys are flat; what is missing is shown in English, and a test says so first. */
import { saved, save } from "./theme.js";

export const LANGUAGES = { en: "English", uz: "Oʻzbekcha", ru: "Русский", sw: "Kiswahili", zh: "中文" };

/** @type {Record<string, string>} */
let words = {};
/** @type {Record<string, string>} */
let english = {};
let lang = "en";

/** What ?lang asks, what was chosen before, or what the browser prefers. */
function wanted() {
  const asked = [new URLSearchParams(location.search).get("lang"), saved("lang"), ...navigator.languages];
  for (const each of asked) {
    const short = (each || "").slice(0, 2).toLowerCase();
    if (short in LANGUAGES) return short;
  }
  return "en";
}

/** @param {string} code @returns {Promise<Record<string, string>>} */
async function load(code) {
  const answer = await fetch(new URL(`../i18n/${code}.json`, import.meta.url));
  return answer.ok ? answer.json() : {};
}

/** Load the words and put them on the page. */
export async function start() {
  lang = wanted();
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked && asked in LANGUAGES) save("lang", asked);
  [english, words] = await Promise.all([load("en"), lang === "en" ? Promise.resolve({}) : load(lang)]);
  document.documentElement.lang = lang;
  translate(document);
}

/** @param {string} key @param {Record<string, any>} [values] */
export function t(key, values) {
  const text = words[key] ?? english[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? "")) : text;
}

/** A word that the server may have in more kinds than we know. @param {string} key @param {string} fallback */
export const tOr = (key, fallback) => words[key] ?? english[key] ?? fallback;

/** A title that the server made from the kind is told in the reader's words; one that a person wrote stays. @param {string} kind @param {string} title */
export const tTitle = (kind, title) => (english[`kind.${kind}`] === title ? t(`kind.${kind}`) : title);

export const language = () => lang;

/** Formatters are dear to make, so each kind is made once. @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function number(value, options) {
  const key = JSON.stringify(options) ?? "";
  const format = formats.get(key) ?? new Intl.NumberFormat(lang, options);
  formats.set(key, format);
  return format.format(value);
}

/** Put words where the template names their keys. @param {ParentNode} root */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(element.getAttribute("data-t") || "");
  }
  for (const [data, attribute] of [["data-t-label", "aria-label"], ["data-t-title", "title"], ["data-t-placeholder", "placeholder"]]) {
    for (const element of root.querySelectorAll(`[${data}]`)) {
      element.setAttribute(attribute, t(element.getAttribute(data) || ""));
    }
  }
}
