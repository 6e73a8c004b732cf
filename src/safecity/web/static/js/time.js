/** The server's clock, and time in words. Storage is UTC; the screen shows the city's time. */
import { language, number, t } from "./i18n.js";

let offset = 0;
let zone = "UTC";

/** @param {string} name */
export function useZone(name) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    zone = name;
  } catch {
    zone = "UTC";
  }
}

/** Milliseconds on the server's clock. */
export const serverNow = () => Date.now() + offset;

/**
 * Learn the server's clock. News from the future means that our guess was late; then we move it.
 * @param {string|number} now what the server said @param {number} [tripMs] how long the question took, where known
 * @returns {number} how old the news is, in milliseconds
 */
export function learnClock(now, tripMs) {
  const told = typeof now === "number" ? now : Date.parse(now);
  if (tripMs !== undefined) offset = told + tripMs / 2 - Date.now();
  const age = serverNow() - told;
  if (age < 0) offset -= age;
  return Math.max(0, age);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {boolean} seconds @param {string|number} at */
function clockTime(seconds, at) {
  const key = `${zone} ${seconds}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language(), {
    timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}),
  });
  formats.set(key, format);
  return format.format(new Date(at));
}

/** 21:47:06 @param {string|number|null} at */
export const hms = (at) => (at === null ? "" : clockTime(true, at));
/** 21:47 @param {string|number|null} at */
export const hm = (at) => (at === null ? "" : clockTime(false, at));

/** @type {Map<string, Intl.DateTimeFormat>} */
const parts = new Map();

/** How far the city's clock is ahead of UTC at a moment, in milliseconds; daylight saving counted. @param {number} at */
export function zoneOffset(at) {
  const format = parts.get(zone) ?? new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  });
  parts.set(zone, format);
  /** @type {Record<string, number>} */
  const p = {};
  for (const { type, value } of format.formatToParts(at)) p[type] = Number(value);
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(at / 1000) * 1000;
}

/** A moment as the city's clock and calendar have it, for a field of the kind datetime-local. @param {number} at */
export const localField = (at) => new Date(at + zoneOffset(at)).toISOString().slice(0, 19);

/** The moment that such a field means; null for none. @param {string} text */
export function fromLocalField(text) {
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return null;
  // The zone's offset belongs to the moment itself, which is not known yet: asked twice, it is right but for the hour that a change repeats.
  return wall - zoneOffset(wall - zoneOffset(wall));
}

/** 22 Nov @param {number} at */
export function day(at) {
  const key = `${zone} day`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language(), { timeZone: zone, day: "numeric", month: "short" });
  formats.set(key, format);
  return format.format(at);
}

/** Minutes and seconds while it is short, words when it is long. @param {number} ms */
export function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  /** @type {[number, string][]} */
  const steps = [[86400, "day"], [3600, "hour"], [60, "minute"]];
  for (const [size, unit] of steps) {
    if (seconds >= size * (unit === "minute" ? 1 : 2)) {
      return number(Math.floor(seconds / size), { style: "unit", unit, unitDisplay: "short" });
    }
  }
  return number(Math.floor(seconds / 60), { style: "unit", unit: "minute", unitDisplay: "short" });
}

/** What is left until it is due. @param {number|null} due @returns {{text: string, mood: string}} */
export function left(due) {
  if (due === null) return { text: "", mood: "" };
  const ms = due - serverNow();
  if (ms < 0) return { text: t("late", { time: span(-ms) }), mood: "late" };
  return { text: span(ms), mood: ms < 60_000 ? "soon" : "" };
}

/** @param {number} seconds */
export function secondsWords(seconds) {
  if (seconds < 0.1) return t("seconds", { n: `< ${number(0.1)}` });
  const digits = seconds < 10 && !Number.isInteger(seconds) ? 1 : 0;
  return t("seconds", { n: number(seconds, { maximumFractionDigits: digits, minimumFractionDigits: digits }) });
}

/** @param {number} metres */
export const distance = (metres) =>
  metres < 950
    ? number(Math.round(metres / 10) * 10, { style: "unit", unit: "meter", unitDisplay: "short" })
    : number(metres / 1000, { style: "unit", unit: "kilometer", unitDisplay: "short", maximumFractionDigits: 1 });
