/** The console: everything is put together here. */
import { acknowledge, arm, choose, declare, disarm, dismiss, hold, message, moveIncident, send } from "./actions.js";
import { get, post, useCsrf } from "./api.js";
import { startBar } from "./bar.js";
import { startDetail } from "./detail.js";
import { $, fill, h, icon, icons } from "./dom.js";
import { start as startWords, t } from "./i18n.js";
import { bind, help, startKeys } from "./keys.js";
import { showLink } from "./link.js";
import { Live } from "./live.js";
import { usePlan } from "./names.js";
import { startNear } from "./near.js";
import { openPalette, startPalette } from "./palette.js";
import { move, startQueue } from "./queue.js";
import { settings } from "./settings.js";
import { startSound } from "./sound.js";
import { spotCamera, startSpot, swap, watch } from "./spot.js";
import { fly, locate, placeInMiddle, seed, startPlacing, startStage, stopPlacing, units } from "./stage.js";
import { begin, current, prune, S } from "./state.js";
import { applyTheme } from "./theme.js";
import { learnClock, useZone } from "./time.js";
import { replay, startTimeline } from "./timeline.js";

async function reload() {
  const asked = performance.now();
  const answer = await get("/api/console");
  learnClock(answer.now, performance.now() - asked);
  useCsrf(answer.me.csrf);
  useZone(answer.city.timezone);
  begin(answer);
}

/** The unit that a message goes to: one on its way there, else the chosen one. */
function talkTo() {
  const { incident } = current();
  const going = incident?.units.find((u) => S.units.has(u.unit));
  return message(going ? S.units.get(going.unit) : S.near[S.chosen]?.unit);
}

function enter() {
  if (placeInMiddle()) return undefined;
  if (S.armed) return void send();
  return false;
}

function escape() {
  if (stopPlacing() || disarm()) return undefined;
  replay(null);
  return undefined;
}

/** @type {[string[], string, () => any][]} */
const VERBS = [
  [["j", "ArrowDown"], "key_next", () => move(1)],
  [["k", "ArrowUp"], "key_previous", () => move(-1)],
  [["a"], "acknowledge", () => acknowledge()],
  [["d"], "key_dispatch", () => (S.armed ? undefined : arm())],
  [["Enter"], "key_confirm", enter],
  [["i"], "declare", declare],
  [["x"], "dismiss", dismiss],
  [["n"], "new_alert", startPlacing],
  [["h"], "hold", () => hold(spotCamera())],
  [["m"], "key_message", talkTo],
  [["r"], "resolve", () => moveIncident("resolve")],
  [["c"], "close", () => moveIncident("close")],
  [["o"], "reopen", () => moveIncident("reopen")],
  [["g"], "locate", locate],
  [["l"], "key_live", () => replay(null)],
  [["/"], "find", openPalette],
  [["s"], "settings", settings],
  [["?"], "key_help", help],
  [["Escape"], "key_leave", escape],
];

function startVerbs() {
  for (const [keys, words, run] of VERBS) bind(keys, words, run);
  bind(["1", "2", "3"], "key_choose", () => undefined);
  bind(["+1", "+2", "+3"], "key_camera", () => undefined);
  for (const n of [1, 2, 3]) {
    bind([String(n)], "", () => choose(n - 1));
    bind([`+${n}`], "", () => swap(n));
  }
  startKeys();
  for (const [id, run] of /** @type {[string, () => void][]} */ ([["help", help], ["settings", settings], ["new-alert", startPlacing], ["sign-out", signOut]])) {
    $(`#${id}`).addEventListener("click", run);
  }
}

async function signOut() {
  await post("/signout").catch(() => null);
  location.assign("/signin");
}

/** Nothing came: say so where the console would be, and try again. @param {unknown} error */
function failed(error) {
  console.error(error);
  fill($("#list"), h("li", { class: "empty", role: "presentation" }, icon("wifi-off"), h("span", {}, t("error_start"))));
  setTimeout(() => location.reload(), 5000);
}

async function main() {
  applyTheme();
  icons();
  await startWords();
  const plan = fetch("/static/city/city.json").then((answer) => answer.json()).catch(() => ({}));
  await reload();
  usePlan(await plan);
  startBar();
  startQueue();
  startSpot();
  startNear();
  startDetail();
  startVerbs();
  startSound();
  const verbs = VERBS.filter(([keys]) => keys[0].length === 1 && keys[0] !== "/").map(([keys, words, run]) => ({ words, key: keys[0].toUpperCase(), run }));
  startPalette({ fly, watch, plan: await plan, verbs });
  new Live({
    reload: async () => { await reload(); seed(); },
    onLink: showLink,
    onPositions: (frame) => units.frame(frame),
  });
  startTimeline();
  setInterval(prune, 60_000);
  await startStage(await plan);
  document.documentElement.dataset.ready = "true";
}

main().catch(failed);
