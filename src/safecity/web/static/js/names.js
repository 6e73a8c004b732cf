/** What people call a place or a thing: the nearest crossing instead of degrees, a title in the reader's language. */
import { tTitle } from "./i18n.js";
import { metres } from "./state.js";

const NEAR_M = 350;
const DEGREES = /^-?\d+\.\d+, ?-?\d+\.\d+$/;

/** @type {(import("./types.js").Place & {name: string})[]} */
let crossings = [];

/** @param {any} plan the city's own plan, with its crossings */
export function usePlan(plan) {
  crossings = plan.crossings ?? [];
}

/** The nearest crossing, or else the degrees. @param {import("./types.js").Place} place */
export function nameOf(place) {
  let best = "";
  let nearest = NEAR_M;
  for (const each of crossings) {
    const away = metres(place, each);
    if (away < nearest) {
      nearest = away;
      best = each.name;
    }
  }
  return best || `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}`;
}

/** @param {import("./types.js").Alert|import("./types.js").Incident} each */
export const placeOf = (each) => (each.place && DEGREES.test(each.place_name) ? nameOf(each.place) : each.place_name);

/** @param {import("./types.js").Alert|import("./types.js").Incident} each */
export const titleOf = (each) => tTitle(each.kind, each.title);
