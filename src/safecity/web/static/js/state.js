/** What the browser knows, keyed by id. Everything shown is derived from here; changes are told once a frame. */
import { serverNow } from "./time.js";

const KEEP_MS = 35 * 60_000;
export const OPEN_ALERT = new Set(["raised", "acknowledged"]);
export const DONE_INCIDENT = new Set(["closed", "merged"]);

/** @type {{seq: number, node: string, me: import("./types.js").Me, city: import("./types.js").City,
 *   bureaus: import("./types.js").Bureau[], cameras: Map<string, import("./types.js").Camera>,
 *   alerts: Map<string, import("./types.js").Alert>, incidents: Map<string, import("./types.js").Incident>,
 *   units: Map<string, import("./types.js").Unit>, unitByNumber: Map<number, import("./types.js").Unit>,
 *   load: import("./types.js").Load, verified: {ok: boolean, size: number, at: string}|null,
 *   selected: string|null, near: import("./types.js").Near[], chosen: number, armed: boolean, replayAt: number|null}} */
export const S = {
  seq: 0, node: "", me: { id: "", name: "", roles: [], bureau: null, csrf: "" },
  city: { name: "", center: [0, 0], zoom: 12, timezone: "UTC" }, bureaus: [],
  cameras: new Map(), alerts: new Map(), incidents: new Map(), units: new Map(), unitByNumber: new Map(),
  load: { per_10_min: 0, buckets: [] }, verified: null,
  selected: null, near: [], chosen: 0, armed: false, replayAt: null,
};

/** @type {Map<string, Set<(detail?: any) => void>>} */
const listeners = new Map();
/** @type {Set<string>} */
const waiting = new Set();

/** @param {string} topics space-separated @param {() => void} listener */
export function on(topics, listener) {
  for (const topic of topics.split(" ")) {
    const group = listeners.get(topic) ?? new Set();
    listeners.set(topic, group.add(listener));
  }
}

/** Say that something changed; listeners hear of it once, before the next paint. @param {string} topic */
export function changed(topic) {
  if (!waiting.size) {
    if (document.hidden) setTimeout(tell, 200);
    else requestAnimationFrame(tell);
  }
  waiting.add(topic);
}

function tell() {
  /** @type {Set<() => void>} */
  const due = new Set();
  for (const topic of waiting) for (const listener of listeners.get(topic) ?? []) due.add(listener);
  waiting.clear();
  for (const listener of due) listener();
}

/** Take the answer of /api/console. @param {any} answer */
export function begin(answer) {
  S.seq = answer.seq;
  S.node = answer.node;
  S.me = answer.me;
  S.city = answer.city;
  S.bureaus = answer.bureaus;
  for (const map of [S.cameras, S.alerts, S.incidents, S.units, S.unitByNumber]) map.clear();
  for (const kind of ["camera", "alert", "incident", "unit"]) {
    for (const each of answer[`${kind}s`]) put(kind, each);
  }
  S.load = answer.load ?? S.load;
  S.verified = answer.verified ?? null;
  for (const topic of ["load", "selection", "begin"]) changed(topic);
}

/** @param {string} kind @param {any} each */
export function put(kind, each) {
  if (kind === "camera") S.cameras.set(each.id, each);
  else if (kind === "alert") S.alerts.set(each.id, each);
  else if (kind === "incident") S.incidents.set(each.id, each);
  else if (kind === "unit") {
    S.units.set(each.id, each);
    S.unitByNumber.set(each.number, each);
  } else return;
  changed(`${kind}s`);
}

/** Take one message of the live channel. @param {any} message */
export function apply(message) {
  if (typeof message.seq === "number") {
    if (message.seq <= S.seq) return;
    S.seq = message.seq;
  }
  for (const [kind, each] of Object.entries(message.put ?? {})) if (each) put(kind, each);
  if (message.type?.startsWith("Camera") && message.put?.camera === null) {
    S.cameras.delete(String(message.subject).split(":")[1]);
    changed("cameras");
  }
  if (message.load) {
    S.load = message.load;
    changed("load");
  }
  if (message.verified) {
    S.verified = message.verified;
    changed("load");
  }
}

/** Forget what is long over, so that a shift of twelve hours does not fill the browser. */
export function prune() {
  const old = serverNow() - KEEP_MS;
  for (const alert of S.alerts.values()) {
    if (!OPEN_ALERT.has(alert.state) && Date.parse(alert.last_at ?? alert.raised_at) < old) S.alerts.delete(alert.id);
  }
  for (const incident of S.incidents.values()) {
    if (DONE_INCIDENT.has(incident.state) && Date.parse(incident.closed_at ?? incident.declared_at) < old) S.incidents.delete(incident.id);
  }
}

/** @param {string|null} key such as "alert:…" or "incident:…" @returns {{alert: import("./types.js").Alert|null, incident: import("./types.js").Incident|null}} */
export function lookUp(key) {
  const [kind, id] = (key ?? ":").split(":");
  return {
    alert: kind === "alert" ? S.alerts.get(id) ?? null : null,
    incident: kind === "incident" ? S.incidents.get(id) ?? null : null,
  };
}

/** The alert or incident that is lit. */
export function current() {
  const { alert, incident } = lookUp(S.selected);
  return { alert, incident, place: (incident ?? alert)?.place ?? null };
}

/** @param {string|null} key */
export function select(key) {
  if (S.selected === key) return;
  S.selected = key;
  S.near = [];
  S.chosen = 0;
  S.armed = false;
  S.replayAt = null;
  changed("selection");
  changed("replay");
}

/** Metres between two places. @param {import("./types.js").Place} a @param {import("./types.js").Place} b */
export function metres(a, b) {
  const x = (b.lon - a.lon) * Math.cos(((a.lat + b.lat) / 2) * Math.PI / 180);
  return Math.hypot(x, b.lat - a.lat) * 111_195;
}
