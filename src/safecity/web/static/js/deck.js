/** The playing deck: play and pause, speed, live, a moment to go to, how much is shown, and what is chosen. */
import { $, fill, h, icon, say } from "./dom.js";
import { t } from "./i18n.js";
import { fromLocalField, localField, span as spanWords } from "./time.js";

const RATES = [0.5, 1, 2, 4, 8, 16];
const SPANS = [60, 600, 3600, 6 * 3600, 86_400, 7 * 86_400, 30 * 86_400];
const BACK_MS = 10_000;

/**
 * @param {{lanes: import("./lanes.js").Lanes, together: import("./together.js").Together, exports: import("./exports.js").Exports}} parts
 * @returns {{tell: () => void}}
 */
export function startDeck({ lanes, together, exports: chosen }) {
  const [play, rate, span, goto] = ["#play", "#rate", "#span", "#goto"].map((id) => $(id));
  fill(rate, RATES.map((each) => h("option", { value: each, selected: each === 1 }, `${each}×`)));
  fill(span, SPANS.map((each) => h("option", { value: each }, spanWords(each * 1000))), h("option", { value: "", hidden: true }, "…"));
  play.addEventListener("click", () => (together.mode === "paused" ? together.play() : together.pause()));
  rate.addEventListener("change", () => {
    if (together.mode === "paused" || together.mode === "live") together.rate = Number(rate.value);
    else together.play(Number(rate.value));
  });
  $("#back").addEventListener("click", () => together.seek(together.now() - BACK_MS, true));
  $("#go-live").addEventListener("click", () => { together.live(); lanes.follow(); });
  span.addEventListener("change", () => {
    const wanted = Number(span.value) * 1000;
    if (wanted) lanes.zoom(wanted / (lanes.to - lanes.from));
  });
  goto.addEventListener("change", () => {
    const at = fromLocalField(goto.value);
    if (at === null) return;
    together.seek(at, true);
    const half = (lanes.to - lanes.from) / 2;
    lanes.show(together.at - half, together.at + half);
  });
  for (const [id, name] of /** @type {["#mark-in"|"#mark-out", "inAt"|"outAt"][]} */ ([["#mark-in", "inAt"], ["#mark-out", "outAt"]])) {
    $(id).addEventListener("click", () => chosen.mark(name, together.now()));
  }

  let shown = "";
  const tell = () => {
    const { mode } = together;
    const running = mode !== "paused";
    const words = t(running ? "footage_pause" : "footage_play");
    if (shown !== mode) {
      shown = mode;
      fill(play, icon(running ? "pause" : "play", "s"), h("span", { class: "what" }, words));
      play.setAttribute("aria-pressed", String(running));
      const pill = $("#mode");
      pill.className = `pill ${mode === "live" ? "ok" : ""}`;
      fill(pill, h("span", { class: `dot${mode === "live" ? " pulse" : ""}` }), t(`mode.${mode}`));
    }
    const seconds = Math.round((lanes.to - lanes.from) / 1000);
    span.value = SPANS.includes(seconds) ? String(seconds) : "";
    span.lastChild.textContent = spanWords(seconds * 1000);
    if (document.activeElement !== goto) goto.value = localField(lanes.at || together.at);
    say($("#mark-in span"), t("footage_in"));
  };
  return { tell };
}
