/** How this workstation looks, speaks and sounds. */
import { h } from "./dom.js";
import { ask, choice } from "./dialogs.js";
import { language, LANGUAGES, t } from "./i18n.js";
import { keysOn, setKeys } from "./keys.js";
import { applyTheme, save, saved } from "./theme.js";

/** @param {string} name @param {string[]} values @returns {[string, string][]} */
const options = (name, values) => values.map((value) => [value, t(`${name}_${value}`)]);

export async function settings() {
  const check = (/** @type {string} */ name, /** @type {string} */ words, /** @type {boolean} */ on) =>
    h("label", { class: "check" }, h("input", { type: "checkbox", name, checked: on }), h("span", {}, words));
  const answer = await ask({
    title: t("settings"), yes: t("save"), wide: true,
    body: [
      choice(t("theme"), "theme", options("theme", ["auto", "dark", "light"]), saved("theme") ?? "auto"),
      choice(t("density"), "density", options("density", ["compact", "cosy", "touch"]), saved("density") ?? "cosy"),
      choice(t("text_size"), "text", options("text", ["normal", "large", "larger"]), saved("text") ?? "normal"),
      choice(t("language"), "lang", Object.entries(LANGUAGES), language()),
      check("keys", t("keys_switch"), keysOn()),
      check("sound", t("sound_switch"), saved("sound") === "on"),
    ],
  });
  if (!answer) return;
  for (const name of ["theme", "density", "text"]) save(name, String(answer.get(name)));
  setKeys(answer.get("keys") === "on");
  save("sound", answer.get("sound") === "on" ? "on" : "off");
  const chosen = String(answer.get("lang"));
  save("lang", chosen);
  if (chosen !== language()) {
    const address = new URL(location.href);
    address.searchParams.delete("lang");
    location.replace(address);
    return;
  }
  applyTheme();
}
