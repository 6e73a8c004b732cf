/** A rectangle is drawn around somebody in an empty scene, instead of being given in numbers; the numbers follow. */
import { $, svg } from "./dom.js";

const SIDES = ["left", "top", "width", "height"];
const WIDE = 160; // the picture's own measure, as in its viewBox
const HIGH = 90;

const form = $("#person");
const numbers = SIDES.map((name) => form.elements.namedItem(name));
const pictures = [...document.querySelectorAll("svg.scene")];
const outlines = pictures.map((picture) => picture.appendChild(svg("rect", { class: "drawn" })));

/** Where the pointer is in a picture, in per cent, to a tenth. @param {Element} picture @param {any} event @returns {[number, number]} */
function place(picture, event) {
  const box = picture.getBoundingClientRect();
  const share = (/** @type {number} */ part) => Math.round(Math.min(1, Math.max(0, part)) * 1000) / 10;
  return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
}

/** Shows in every picture what the numbers say. */
function outline() {
  const [left, top, width, height] = numbers.map((each) => Number.parseFloat(each.value) || 0);
  for (const rect of outlines) {
    const sides = { x: (left * WIDE) / 100, y: (top * HIGH) / 100, width: (width * WIDE) / 100, height: (height * HIGH) / 100 };
    for (const [name, value] of Object.entries(sides)) rect.setAttribute(name, String(Math.max(0, value)));
  }
}

/** @param {Element} picture */
function listen(picture) {
  /** @type {[number, number]|null} */
  let corner = null;
  picture.classList.add("draws");
  picture.addEventListener("pointerdown", (/** @type {any} */ event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    picture.setPointerCapture(event.pointerId);
    corner = place(picture, event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!corner) return;
    const [x, y] = place(picture, event);
    const sides = [Math.min(x, corner[0]), Math.min(y, corner[1]), Math.abs(x - corner[0]), Math.abs(y - corner[1])];
    for (const [n, side] of sides.entries()) numbers[n].value = side.toFixed(1);
    outline();
  });
  picture.addEventListener("pointerup", () => {
    if (corner && numbers[2].value) form.querySelector("button").focus();
    corner = null;
  });
  picture.addEventListener("pointercancel", () => (corner = null));
}

for (const picture of pictures) listen(picture);
for (const each of numbers) each.addEventListener("input", outline);
$("#draw").hidden = !pictures.length;
