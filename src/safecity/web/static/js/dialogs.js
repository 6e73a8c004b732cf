/** Questions to the operator. One dialog element at a time; Escape always leaves. */
import { h, icon } from "./dom.js";
import { glyph } from "./glyph.js";
import { t } from "./i18n.js";

/**
 * Open a form as a dialog and wait for it.
 * @param {{title: string, intro?: string, body: any[], yes: string, danger?: boolean, wide?: boolean, no?: string}} what
 * @returns {Promise<FormData|null>} null when it was left
 */
export function ask({ title, intro, body, yes, danger = false, wide = false, no }) {
  const heading = h("h2", { id: "dialog-title" }, title);
  const leave = h("button", { class: "btn", type: "button" }, no ?? t("cancel"), h("kbd", {}, "Esc"));
  const go = h("button", { class: `btn ${danger ? "danger" : "pri"}`, type: "submit" }, yes, h("kbd", {}, "↵"));
  const form = h("form", { method: "dialog" }, heading, intro ? h("p", {}, intro) : null, ...body, h("div", { class: "foot" }, leave, go));
  const dialog = h("dialog", { "aria-labelledby": "dialog-title", class: wide ? "wide" : "" }, form);
  const before = /** @type {HTMLElement|null} */ (document.activeElement);
  document.body.append(dialog);
  return new Promise((resolve) => {
    /** @type {FormData|null} */
    let answer = null;
    leave.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (/** @type {Event} */ e) => { e.preventDefault(); answer = new FormData(form); dialog.close(); });
    form.addEventListener("keydown", (/** @type {KeyboardEvent} */ e) => {
      if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) form.requestSubmit();
    });
    dialog.addEventListener("close", () => { dialog.remove(); before?.focus(); resolve(answer); });
    dialog.showModal();
    (form.querySelector("[autofocus]") ?? form.querySelector("input,select,textarea") ?? go).focus();
  });
}

/** @param {string} label @param {any} control */
export const field = (label, control) => h("label", { class: "field" }, h("span", {}, label), control);

/** @param {string} label @param {string} name @param {[string, any][]} options @param {string} chosen */
export function choice(label, name, options, chosen) {
  return h("fieldset", { class: "field" }, h("legend", {}, label), h("div", { class: "choice" },
    options.map(([value, shown]) => h("label", {}, h("input", { type: "radio", name, value, checked: value === chosen, required: true }), shown))));
}

/** @param {string} name @param {string} chosen */
export function priorityChoice(name, chosen) {
  /** @type {[string, any][]} */
  const options = [1, 2, 3, 4].map((p) => [String(p), h("span", { class: "r" }, glyph(p))]);
  return choice(t("priority_label"), name, options, chosen);
}

/**
 * Ask for a reason: one of several, with words if wished.
 * @param {{title: string, intro?: string, reasons: string[], yes: string, danger?: boolean}} what
 * @returns {Promise<string|null>}
 */
export async function askReason({ title, intro, reasons, yes, danger }) {
  /** @type {[string, any][]} */
  const options = reasons.map((key) => [t(key), t(key)]);
  const words = h("input", { name: "words", maxlength: "300", autocomplete: "off" });
  const answer = await ask({ title, intro, yes, danger, body: [choice(t("reason"), "reason", options, options[0][0]), field(t("more_words"), words)] });
  if (!answer) return null;
  const said = String(answer.get("words") ?? "").trim();
  return said ? `${answer.get("reason")}: ${said}` : String(answer.get("reason"));
}

/** @param {{title: string, label: string, yes: string, intro?: string}} what @returns {Promise<string|null>} */
export async function askText({ title, label, yes, intro }) {
  const answer = await ask({ title, intro, yes, body: [field(label, h("textarea", { name: "text", required: true, maxlength: "2000" }))] });
  const text = String(answer?.get("text") ?? "").trim();
  return text || null;
}

/** @param {string} name @param {string} text */
export const labelled = (name, text) => [icon(name, "s"), h("span", {}, text)];
