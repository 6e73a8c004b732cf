/** Seeing one camera without its mask: ask with a reason, wait for a second person, count down, end. */
import { get, post, useCsrf } from "./api.js";
import { ask, choice, field } from "./dialogs.js";
import { h, icon, say } from "./dom.js";
import { t } from "./i18n.js";

const POLL_MS = 2000;
const WIDTH = 1280;
const MASKED_WIDTH = 640;

/**
 * Puts the action into a tile's row and drives its player.
 * @param {{camera: string, purpose: string, at: string|null, player: import("./player.js").Player, maskTag: any, row: any}} tile
 */
export async function offerUnmask({ camera, purpose, at, player, maskTag, row }) {
  let terms;
  try {
    terms = (await get("/api/permits/terms")).unmask;
  } catch {
    return; // not for this person
  }
  useCsrf(/** @type {HTMLInputElement|null} */ (document.querySelector("input[name=csrf]"))?.value ?? "");
  /** @type {any} */
  let permit = null;
  let timer = 0;
  const button = h("button", { class: "tag", type: "button", id: "unmask", onclick: () => (permit ? end() : begin()) });
  const note = h("span", { class: "tag", role: "status", hidden: true });
  row.append(note, button);
  /** @param {string} text */
  const tell = (text) => { say(note, text); note.hidden = !text; };

  const draw = () => {
    const granted = permit?.state === "granted";
    const left = granted ? Math.max(0, Math.round((Date.parse(permit.expires_at) - Date.now()) / 60_000)) : 0;
    say(button, !permit ? t("unmask_open") : granted ? t("unmask_end") : t("unmask_withdraw"));
    maskTag.replaceChildren(icon(granted ? "eye" : "eye-off", "s"), !permit ? t("masked") : granted ? t("unmask_left", { n: left }) : t("unmask_waiting"));
    maskTag.classList.toggle("late", granted);
  };

  const masked = () => {
    clearInterval(timer);
    permit = null;
    player.watch(camera, purpose, at, MASKED_WIDTH);
    draw();
  };

  const poll = async () => {
    let now;
    try {
      now = await get(`/api/permits/${permit.id}`);
    } catch {
      return; // asked again in a moment; the server masks the picture by itself when the leave is over
    }
    if (!permit) return;
    const before = permit.state;
    permit = now;
    if (now.state === "granted" && before !== "granted") player.watch(camera, purpose, at, WIDTH, { permit: now.id });
    if (!["asked", "granted"].includes(now.state)) {
      tell(t(now.state === "refused" ? "unmask_refused" : "unmask_over"));
      return masked();
    }
    draw();
  };

  async function begin() {
    /** @type {[string, string][]} */
    const reasons = terms.reasons.map((/** @type {string} */ code) => [code, t(`unmask.${code}`)]);
    const words = h("input", { name: "words", maxlength: "300", required: true, autocomplete: "off" });
    const minutes = h("input", { name: "minutes", type: "number", min: "1", max: String(terms.longest_minutes), value: String(terms.usual_minutes), required: true });
    const answer = await ask({ title: t("unmask_title"), intro: t("unmask_intro"), yes: t("unmask_ask"), danger: true,
      body: [choice(t("reason"), "code", reasons, reasons[0][0]), field(t("unmask_words"), words), field(t("unmask_minutes"), minutes)] });
    if (!answer) return;
    try {
      permit = await post("/api/permits", { kind: "unmask", subject: camera, reason_code: answer.get("code"), reason: String(answer.get("words")).trim(), minutes: Number(answer.get("minutes")) });
    } catch (error) {
      return tell(error instanceof Error && error.message ? error.message : t("error_link"));
    }
    tell("");
    timer = setInterval(poll, POLL_MS);
    draw();
  }

  async function end() {
    const ended = permit;
    masked(); // at once; the journal follows
    if (ended.state === "granted") await post(`/api/permits/${ended.id}/end`, {}).catch(() => {});
  }

  draw();
}
