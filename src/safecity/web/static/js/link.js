/** The pill that says whether the screen is true. */
import { $, say } from "./dom.js";
import { t } from "./i18n.js";
import { secondsWords } from "./time.js";

const PATIENCE_MS = 4000;
const SLOW_MS = 2000;
let downSince = 0;

/** @param {"live"|"connecting"|"down"} state @param {number} latencyMs */
export function showLink(state, latencyMs) {
  const pill = $("#link");
  if (state === "live") downSince = 0;
  else downSince ||= Date.now();
  const away = downSince ? Date.now() - downSince : 0;
  const mood = state === "live" ? (latencyMs > SLOW_MS ? "warn" : "ok") : away > PATIENCE_MS ? "bad" : "warn";
  if (pill.className !== `pill ${mood}`) pill.className = `pill ${mood}`;
  const words = state === "live" ? `${t("live")} ${secondsWords(latencyMs / 1000)}`
    : mood === "bad" ? t("link_down", { time: secondsWords(Math.round(away / 1000)) }) : t("link_connecting");
  say(pill.querySelector(".words"), words);
}
