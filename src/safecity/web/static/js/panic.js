/** The panic button: held for a second and a half, by finger or by key, so that a pocket cannot press it. */
import { $, announce, say } from "./dom.js";
import { t } from "./i18n.js";

const HOLD_MS = 1500;

/** @param {() => void} fire */
export function startPanic(fire) {
  const button = $("#panic");
  let startedAt = 0;
  let timer = 0;
  const frame = () => {
    if (!startedAt) return;
    const part = Math.min(1, (performance.now() - startedAt) / HOLD_MS);
    button.style.setProperty("--held", `${part * 100}%`);
    if (part < 1) requestAnimationFrame(frame);
  };
  const press = () => {
    if (startedAt) return;
    startedAt = performance.now();
    say($("#panic-words"), t("panic_keep"));
    announce(t("panic_keep"));
    timer = setTimeout(() => { release(); navigator.vibrate?.([200, 100, 200]); fire(); }, HOLD_MS);
    requestAnimationFrame(frame);
  };
  const release = () => {
    if (!startedAt) return;
    startedAt = 0;
    clearTimeout(timer);
    button.style.setProperty("--held", "0%");
    say($("#panic-words"), t("panic_hold"));
  };
  button.addEventListener("pointerdown", (/** @type {PointerEvent} */ e) => { button.setPointerCapture(e.pointerId); press(); });
  for (const name of ["pointerup", "pointercancel", "blur"]) button.addEventListener(name, release);
  button.addEventListener("contextmenu", (/** @type {Event} */ e) => e.preventDefault());
  button.addEventListener("keydown", (/** @type {KeyboardEvent} */ e) => {
    if (e.key !== "Enter" && e.key !== " ") return;
    e.preventDefault();
    if (!e.repeat) press();
  });
  button.addEventListener("keyup", (/** @type {KeyboardEvent} */ e) => { if (e.key === "Enter" || e.key === " ") release(); });
}
