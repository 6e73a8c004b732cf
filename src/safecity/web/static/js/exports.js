/** Taking footage out: from here to there, of the chosen cameras, masked unless two persons agreed to more. */
import { get, post } from "./api.js";
import { ask, choice, field } from "./dialogs.js";
import { $, fill, h, icon, say } from "./dom.js";
import { number, t } from "./i18n.js";
import { day, hms, serverNow } from "./time.js";
import { iso } from "./together.js";
import { complain, toast } from "./toast.js";

const ASK_MS = 700;
const DONE = new Set(["done", "failed"]);

/** @param {number} bytes */
const size = (bytes) => (bytes < 1e6 ? number(bytes / 1e3, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }) : number(bytes / 1e6, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 }));

export class Exports {
  /** @param {{page: any, lanes: import("./lanes.js").Lanes, cameras: Map<string, import("./types.js").Camera>, chosen: () => string[], incident: string}} parts */
  constructor(parts) {
    this.parts = parts;
    $("#export").addEventListener("click", () => this.begin());
  }

  /** Where it begins or ends; pressed at the same place again it is taken back. @param {"inAt"|"outAt"} name @param {number} at */
  mark(name, at) {
    const { lanes } = this.parts;
    lanes[name] = lanes[name] !== null && Math.abs(/** @type {number} */ (lanes[name]) - at) < 500 ? null : at;
    if (lanes.inAt !== null && lanes.outAt !== null && lanes.inAt >= lanes.outAt) lanes[name === "inAt" ? "outAt" : "inAt"] = null;
    $("#export").hidden = lanes.inAt === null || lanes.outAt === null || !this.parts.page.exports;
    lanes.draw();
  }

  async begin() {
    const { lanes, cameras, chosen, incident } = this.parts;
    const [from, to] = [lanes.inAt, lanes.outAt === null ? null : Math.min(lanes.outAt, serverNow())];
    if (from === null || to === null || !chosen().length) return;
    const names = chosen().map((id) => cameras.get(id)?.name ?? "").join(", ");
    const answer = await ask({
      title: t("export_title"), yes: t("export_go"), wide: true,
      intro: t("export_intro", { names, from: `${day(from)} ${hms(from)}`, to: `${day(to)} ${hms(to)}` }),
      body: [
        choice(t("export_form"), "form", [["masked", t("export_masked")], ["unmasked", t("export_unmasked")]], "masked"),
        field(t("export_reason"), h("input", { name: "reason", required: true, maxlength: "500", autocomplete: "off" })),
      ],
    });
    if (!answer) return;
    const masked = answer.get("form") === "masked";
    try {
      const made = await post("/api/exports", { cameras: chosen(), from: iso(from), to: iso(to), masked, reason: String(answer.get("reason")), ...(incident ? { incident } : {}) });
      location.assign(`/exports/${made.id}`);
    } catch (error) {
      complain(error);
    }
  }
}

/** The page of one export: how far it is, its files. @param {string} id @param {HTMLElement} box */
export async function follow(id, box) {
  const bar = h("progress", { max: 1, "aria-label": t("export_progress") });
  const words = h("p", { role: "status" });
  fill(box, bar, words);
  for (;;) {
    try {
      const found = await get(`/api/exports/${id}`);
      bar.value = found.progress;
      say(words, found.sentence);
      if (DONE.has(found.state)) return found;
    } catch (error) {
      complain(error);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

/** @param {any[]} files */
export const fileRows = (files) => h("ul", { class: "results" }, files.map((file) => h("li", {},
  h("a", { href: file.href, download: file.name }, icon("download", "s"), ` ${file.name}`), h("span", {}, size(file.bytes)), h("code", {}, `SHA-256 ${file.sha256}`))));

export const said = (/** @type {string} */ words) => toast(words);
