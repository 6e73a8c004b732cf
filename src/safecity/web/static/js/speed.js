/** How fast what was recorded is played: a choice for a tile that has no deck of its own. */
import { h } from "./dom.js";
import { t } from "./i18n.js";

export const RATES = [0.5, 1, 2, 4, 8];

/** @param {(rate: number) => void} onChoose */
export function speedChoice(onChoose) {
  const choice = h("select", { class: "tag speed", "aria-label": t("footage_rate"), onchange: () => onChoose(Number(choice.value)) },
    RATES.map((each) => h("option", { value: each, selected: each === 1 }, `${each}×`)));
  return choice;
}
