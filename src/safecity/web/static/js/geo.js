/** Places on the world's square (Web Mercator), 0 to 1. */

/** @param {number} lon */
export const mercX = (lon) => (lon + 180) / 360;

/** @param {number} lat */
export function mercY(lat) {
  const s = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
}

/** @param {number} x @param {number} y @returns {{lon: number, lat: number}} */
export const placeAt = (x, y) => ({ lon: x * 360 - 180, lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI });

/** How many metres a pixel spans. @param {number} lat @param {number} zoom */
export const metresPerPixel = (lat, zoom) => (40_075_016 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);
