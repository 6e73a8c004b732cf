/** The map, drawn by WebGL from the city's own tiles; without WebGL, drawn on paper from the city's outline. */
import { mercX, mercY, placeAt } from "./geo.js";
import { styleOf } from "./mapstyle.js";
import { Paper } from "./paper.js";
import { onTheme } from "./theme.js";

const MAPLIBRE = "../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";

/**
 * What the overlay needs of a map, whoever draws it.
 * @typedef {{kind: string, width: () => number, height: () => number, zoom: () => number,
 *   world: () => {scale: number, x: number, y: number}, fly: (lon: number, lat: number, zoom?: number) => void,
 *   zoomBy: (step: number) => void, onMove: (listener: () => void) => void,
 *   onClick: (listener: (x: number, y: number) => void) => void,
 *   onHover: (listener: (x: number, y: number) => void) => void}} View
 */

function hasWebGl() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

/** @param {HTMLElement} box @param {any} city @param {any} plan @param {any[]} bureaus @returns {Promise<View>} */
export async function createMap(box, city, plan, bureaus) {
  if (hasWebGl() && new URLSearchParams(location.search).get("map") !== "paper") {
    try {
      return await glMap(box, city, bureaus);
    } catch (error) {
      console.warn("The map falls back to paper:", error);
      box.replaceChildren();
    }
  }
  return new Paper(box, city, plan, bureaus);
}

/** @param {HTMLElement} box @param {any} city @param {any[]} bureaus @returns {Promise<View>} */
async function glMap(box, city, bureaus) {
  const gl = await import(MAPLIBRE);
  const archives = /** @type {any} */ (globalThis).pmtiles;
  gl.addProtocol("pmtiles", new archives.Protocol({ metadata: true }).tile);
  await document.fonts.load("500 24px Inter");
  const map = new gl.Map({
    container: box, style: styleOf(city, bureaus), center: city.center, zoom: city.zoom,
    attributionControl: false, pitchWithRotate: false, dragRotate: false, maxPitch: 0, fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", box.getAttribute("aria-label") ?? "");
  onTheme(() => map.setStyle(styleOf(city, bureaus)));
  return viewOf(map, box);
}

/** @param {any} map @param {HTMLElement} box @returns {View} */
function viewOf(map, box) {
  // Asked at every picture of the overlay, so kept: asking the element would make the browser lay out again.
  let [w, h] = [box.clientWidth, box.clientHeight];
  new ResizeObserver(() => { [w, h] = [box.clientWidth, box.clientHeight]; }).observe(box);
  const width = () => w;
  const height = () => h;
  return {
    kind: "gl", width, height,
    zoom: () => map.getZoom(),
    world: () => {
      const centre = map.getCenter();
      const scale = 512 * 2 ** map.getZoom();
      return { scale, x: width() / 2 - mercX(centre.lng) * scale, y: height() / 2 - mercY(centre.lat) * scale };
    },
    fly: (lon, lat, zoom) => {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      map.easeTo({ center: [lon, lat], zoom: zoom ?? map.getZoom(), duration: still ? 0 : 350 });
    },
    zoomBy: (step) => map.zoomTo(map.getZoom() + step, { duration: 150 }),
    onMove: (listener) => map.on("move", listener),
    onClick: (listener) => map.on("click", (/** @type {any} */ e) => listener(e.point.x, e.point.y)),
    onHover: (listener) => map.on("mousemove", (/** @type {any} */ e) => listener(e.point.x, e.point.y)),
  };
}

/** @param {View} view @param {import("./types.js").Place} place @returns {[number, number]} */
export function project(view, place) {
  const { scale, x, y } = view.world();
  return [mercX(place.lon) * scale + x, mercY(place.lat) * scale + y];
}

/** @param {View} view @param {number} px @param {number} py @returns {import("./types.js").Place} */
export function unproject(view, px, py) {
  const { scale, x, y } = view.world();
  return placeAt((px - x) / scale, (py - y) / scale);
}
