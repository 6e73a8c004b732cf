/** Seeing a camera without its mask: ask with a reason, wait for a second person, count down, end. */
import { get, post, useCsrf } from "./api.js";
import { ask, choice, field } from "./dialogs.js";
import { h, icon, say } from "./dom.js";
import { t } from "./i18n.js";

const POLL_MS = 2000;

/** What one may ask for; null where this person may ask for nothing. @type {Promise<any>|null} */
let terms = null;
const askTerms = () => (terms ??= get("/api/permits/terms").then((found) => found.unmask, () => null));

/**
 * Puts the action into a tile's row. The tile may change its camera: leave belongs to a camera, and comes back with it.
 * @typedef {{camera: () => string|null, show: () => void, shown?: () => boolean, maskTag: any, row: any, id?: string}} Tile
 *   `show` plays the tile anew with what `of` says; `shown` is false while it shows something that is masked anyway
 * @param {Tile} tile
 * @returns {{of: (camera: string|null) => string|null, draw: () => void}} a camera's granted permit; draw when it changed
 */
export function offerUnmask({ camera, show, shown = () => true, maskTag, row, id }) {
  const csrf = /** @type {HTMLInputElement|null} */ (document.querySelector("input[name=csrf]"));
  if (csrf) useCsrf(csrf.value);
  /** @type {Map<string, any>} */
  const permits = new Map();
  let timer = 0;
  const mine = () => permits.get(camera() ?? "");
  const button = h("button", { class: "tag unmask", type: "button", id: id ?? null, hidden: true, onclick: () => (mine() ? end() : begin()) });
  const note = h("span", { class: "tag", role: "status", hidden: true });
  row.append(note, button);
  /** @param {string} text */
  const tell = (text) => { say(note, text); note.hidden = !text; };
  /** @param {string|null} which */
  const of = (which) => { const found = permits.get(which ?? ""); return found?.state === "granted" ? found.id : null; };

  let drawn = "";
  const draw = () => {
    const permit = mine();
    const granted = permit?.state === "granted";
    const left = granted ? Math.max(0, Math.round((Date.parse(permit.expires_at) - Date.now()) / 60_000)) : 0;
    const bare = granted && shown();
    const words = !permit ? t("masked") : bare ? t("unmask_left", { n: left }) : granted ? t("unmask_playing") : t("unmask_waiting");
    const verb = !permit ? t("unmask_open") : granted ? t("unmask_end") : t("unmask_withdraw");
    const signature = `${words}|${verb}|${bare}`;
    if (drawn === signature) return;
    drawn = signature;
    say(button, verb);
    maskTag.replaceChildren(icon(bare ? "eye" : "eye-off", "s"), words);
    maskTag.classList.toggle("late", bare);
  };

  /** @param {string} which */
  const forget = (which) => {
    permits.delete(which);
    if (!permits.size) { clearInterval(timer); timer = 0; }
    if (which === camera()) show();
    draw();
  };

  /** @param {string} which @param {any} before */
  const follow = async (which, before) => {
    let now;
    try {
      now = await get(`/api/permits/${before.id}`);
    } catch {
      return; // asked again in a moment; the server masks the picture by itself when the leave is over
    }
    if (permits.get(which)?.id !== now.id) return;
    permits.set(which, now);
    if (!["asked", "granted"].includes(now.state)) {
      if (which === camera()) tell(t(now.state === "refused" ? "unmask_refused" : "unmask_over"));
      return forget(which);
    }
    if (now.state !== before.state && which === camera()) show();
    draw();
  };
  const poll = () => { for (const [which, permit] of permits) follow(which, permit); };

  async function begin() {
    const which = camera();
    const allowed = await askTerms();
    if (!which || !allowed) return;
    /** @type {[string, string][]} */
    const reasons = allowed.reasons.map((/** @type {string} */ code) => [code, t(`unmask.${code}`)]);
    const words = h("input", { name: "words", maxlength: "300", required: true, autocomplete: "off" });
    const minutes = h("input", { name: "minutes", type: "number", min: "1", max: String(allowed.longest_minutes), value: String(allowed.usual_minutes), required: true });
    const answer = await ask({ title: t("unmask_title"), intro: t("unmask_intro"), yes: t("unmask_ask"), danger: true,
      body: [choice(t("reason"), "code", reasons, reasons[0][0]), field(t("unmask_words"), words), field(t("unmask_minutes"), minutes)] });
    if (!answer) return;
    try {
      permits.set(which, await post("/api/permits", { kind: "unmask", subject: which, reason_code: answer.get("code"), reason: String(answer.get("words")).trim(), minutes: Number(answer.get("minutes")) }));
    } catch (error) {
      return tell(error instanceof Error && error.message ? error.message : t("error_link"));
    }
    tell("");
    timer ||= setInterval(poll, POLL_MS);
    draw();
  }

  async function end() {
    const ended = mine();
    forget(camera() ?? ""); // at once; the journal follows
    await post(`/api/permits/${ended.id}/end`, {}).catch(() => {});
  }

  askTerms().then((allowed) => { button.hidden = !allowed; });
  draw();
  return { of, draw };
}
