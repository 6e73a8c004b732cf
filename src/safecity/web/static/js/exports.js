/** Taking footage out: from here to there, of the chosen cameras, masked unless two persons agreed to more. */
import { post } from "./api.js";
import { ask, choice, field } from "./dialogs.js";
import { $, h } from "./dom.js";
import { t } from "./i18n.js";
import { day, hms, serverNow } from "./time.js";
import { iso } from "./together.js";
import { complain } from "./toast.js";

/** The reasons that the house knows for handing footage over. */
const REASONS = ["investigation", "prosecutor", "court_order", "subject_access", "audit"];

export class Exports {
  /** @param {{page: any, lanes: import("./lanes.js").Lanes, cameras: Map<string, import("./types.js").Camera>, chosen: () => string[]}} parts */
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
    const { lanes, cameras, chosen } = this.parts;
    const [from, to] = [lanes.inAt, lanes.outAt === null ? null : Math.min(lanes.outAt, serverNow())];
    if (from === null || to === null || !chosen().length) return;
    const names = chosen().map((id) => cameras.get(id)?.name ?? "").join(", ");
    const answer = await ask({
      title: t("export_title"), yes: t("export_go"), wide: true,
      intro: t("export_intro", { names, from: `${day(from)} ${hms(from)}`, to: `${day(to)} ${hms(to)}` }),
      body: [
        choice(t("export_form"), "form", [["masked", t("export_masked")], ["unmasked", t("export_unmasked")]], "masked"),
        choice(t("export_why"), "code", REASONS.map((code) => [code, t(`why.${code}`)]), REASONS[0]),
        field(t("export_reason"), h("input", { name: "reason", required: true, maxlength: "500", autocomplete: "off" })),
      ],
    });
    if (!answer) return;
    const masked = answer.get("form") === "masked";
    try {
      const made = await post("/api/exports", { cameras: chosen(), from: iso(from), to: iso(to), masked, reason_code: String(answer.get("code")), reason: String(answer.get("reason")) });
      location.assign(`/exports/${made.id}`);
    } catch (error) {
      complain(error);
    }
  }
}
