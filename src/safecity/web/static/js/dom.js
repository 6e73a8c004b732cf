/** Small hands for the page. No inline style, no HTML from strings: the content policy forbids both. */
const SVG = "http://www.w3.org/2000/svg";
const ICONS = "/static/vendor/icons-1.62.0/icons.svg";

/** @param {string} selector @returns {any} */
export const $ = (selector) => document.querySelector(selector);

/**
 * An element with attributes and children. A function attribute named "onclick" and the like becomes a listener.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...any} children @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  return finish(document.createElement(tag), attributes, children);
}

/** The same for SVG. @param {string} tag @param {Record<string, any>} [attributes] @param {...any} children */
export function svg(tag, attributes = {}, ...children) {
  return finish(document.createElementNS(SVG, tag), attributes, children);
}

/** @param {any} element @param {Record<string, any>} attributes @param {any[]} children */
function finish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((/** @type {any} */ c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** @param {string} name @param {string} [size] */
export function icon(name, size = "") {
  return svg("svg", { class: `ic ${size}`, "aria-hidden": "true" }, svg("use", { href: `${ICONS}#${name}` }));
}

/** Set text only where it changed, so that the browser has nothing to do. @param {any} element @param {string} text */
export function say(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Fill an element anew. @param {any} element @param {...any} children */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter(Boolean));
  return element;
}

/** Draw the icons that the template names with data-icon. @param {ParentNode} root */
export function icons(root = document) {
  for (const place of root.querySelectorAll("[data-icon]")) {
    const name = place.getAttribute("data-icon") || "";
    place.removeAttribute("data-icon");
    place.prepend(icon(name, place.getAttribute("data-size") || ""));
  }
}

/** Tell those who listen instead of look. @param {string} text */
export function announce(text) {
  const region = $("#say");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 60);
}
