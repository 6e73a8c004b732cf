/** Masked pictures along a timeline: asked for one at a time a camera, the newest wish first, kept for this sitting. */
const MOST_KEPT = 300;
const SMALL_PX = 160;
const STILL_PX = 640;
const SPAN_MS = 6 * 3_600_000;

/** @typedef {{url: string, reason: string}} Found */

/** @type {Map<string, Promise<Found>>} */
const kept = new Map();
/** What waits behind the picture that is on its way. @type {Map<string, {key: string, path: string, tell: ((found: Found) => void)[]}>} */
const waiting = new Map();
/** @type {Set<string>} */
const busy = new Set();

/** @param {string} path @returns {Promise<Found>} */
async function fetchOne(path) {
  try {
    const answer = await fetch(path, { credentials: "same-origin" });
    if (answer.ok) return { url: URL.createObjectURL(await answer.blob()), reason: "" };
    const told = await answer.json().catch(() => ({}));
    return { url: "", reason: told.error ?? "" };
  } catch {
    return { url: "", reason: "" };
  }
}

/** @param {string} key @param {Promise<Found>} found */
function keep(key, found) {
  kept.set(key, found);
  found.then(({ url }) => { if (!url) kept.delete(key); });
  for (const [old, gone] of kept) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(old);
    gone.then(({ url }) => { if (url) URL.revokeObjectURL(url); });
  }
}

/** @param {string} lane */
async function next(lane) {
  const wish = waiting.get(lane);
  if (!wish || busy.has(lane)) return;
  waiting.delete(lane);
  busy.add(lane);
  const found = fetchOne(wish.path);
  keep(wish.key, found);
  const done = await found;
  busy.delete(lane);
  for (const tell of wish.tell) tell(done);
  next(lane);
}

/**
 * The span that is told in the log as looked through: the quarter of a day that holds the moment.
 * @param {string} camera @param {number} at @param {string} purpose @param {number} width @returns {Promise<Found>}
 */
function picture(camera, at, purpose, width) {
  const second = Math.floor(at / 1000) * 1000;
  const key = `${camera} ${second} ${width}`;
  const known = kept.get(key);
  if (known) return known;
  const from = Math.floor(second / SPAN_MS) * SPAN_MS;
  const [a, b, c] = [second, from, from + SPAN_MS].map((each) => new Date(each).toISOString());
  const path = `/api/cameras/${camera}/thumbnail?at=${a}&from=${b}&to=${c}&purpose=${encodeURIComponent(purpose)}&width=${width}`;
  const lane = `${camera} ${width}`;
  const before = waiting.get(lane);
  // A wish that was not begun gives way to the newer one; who waited for it is told nothing came.
  for (const tell of before?.tell ?? []) tell({ url: "", reason: "" });
  return new Promise((resolve) => {
    waiting.set(lane, { key, path, tell: [resolve] });
    next(lane);
  });
}

/** @param {string} camera @param {number} at @param {string} purpose */
export const small = (camera, at, purpose) => picture(camera, at, purpose, SMALL_PX);
/** @param {string} camera @param {number} at @param {string} purpose */
export const still = (camera, at, purpose) => picture(camera, at, purpose, STILL_PX);
