/** Two tones for P1, one for P2, again every twenty seconds until somebody takes it. Off unless asked for. */
import { on, S } from "./state.js";
import { saved } from "./theme.js";

const AGAIN_MS = 20_000;
/** @type {AudioContext|null} */
let audio = null;
let playedAt = 0;

/** The most urgent that nobody has taken. */
function most() {
  let best = 9;
  for (const alert of S.alerts.values()) if (alert.state === "raised") best = Math.min(best, alert.priority);
  return best;
}

/** @param {number} pitch @param {number} delay */
function tone(pitch, delay) {
  audio ??= new AudioContext();
  const at = audio.currentTime + delay;
  const voice = audio.createOscillator();
  const level = audio.createGain();
  voice.frequency.value = pitch;
  level.gain.setValueAtTime(0, at);
  level.gain.linearRampToValueAtTime(0.18, at + 0.02);
  level.gain.exponentialRampToValueAtTime(0.001, at + 0.32);
  voice.connect(level).connect(audio.destination);
  voice.start(at);
  voice.stop(at + 0.35);
}

function play() {
  const priority = most();
  if (saved("sound") !== "on" || priority > 2) return;
  playedAt = Date.now();
  tone(priority === 1 ? 880 : 660, 0);
  if (priority === 1) tone(1175, 0.22);
}

export function startSound() {
  on("urgent", play);
  setInterval(() => { if (Date.now() - playedAt >= AGAIN_MS) play(); }, 1000);
}
