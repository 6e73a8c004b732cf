/** How the map is drawn: quiet, so that what happens on it stands out. */
import { token } from "./theme.js";

/** @param {number} far @param {number} mid @param {number} near */
const width = (far, mid, near) => ["interpolate", ["exponential", 1.6], ["zoom"], 11, far, 13.5, mid, 17, near];

/** @type {[string, string, any][]} */
const ROADS = [
  ["l", "--map-local", width(0.2, 1.3, 9)],
  ["a", "--map-art", width(0.7, 2.4, 16)],
  ["p", "--map-pri", width(1, 3.4, 22)],
  ["m", "--map-mot", width(1.2, 4.2, 28)],
];

const labelPaint = () => ({ "text-color": token("--map-label"), "text-halo-color": token("--map-halo"), "text-halo-width": 1.6 });

function roads() {
  return ROADS.map(([kind, colour, size]) => ({
    id: `road-${kind}`, type: "line", source: "city", "source-layer": "roads", filter: ["==", ["get", "k"], kind],
    layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": token(colour), "line-width": size },
  }));
}

function labels() {
  return [
    {
      id: "road-names", type: "symbol", source: "city", "source-layer": "roads", filter: ["has", "n"], minzoom: 12.8,
      layout: { "symbol-placement": "line", "text-field": ["get", "n"], "text-font": ["Inter"], "text-size": 11, "symbol-spacing": 420, "text-letter-spacing": 0.02 },
      paint: labelPaint(),
    },
    {
      id: "labels", type: "symbol", source: "city", "source-layer": "labels",
      layout: {
        "text-field": ["get", "t"], "text-font": ["Inter"], "text-size": ["match", ["get", "c"], "district", 12, 11],
        "text-letter-spacing": ["match", ["get", "c"], "district", 0.12, 0.01],
      },
      paint: labelPaint(),
    },
  ];
}

/** @param {any} city @param {any[]} bureaus @returns {any} */
export function styleOf(city, bureaus) {
  const tiles = new URL(city.tiles ?? "/static/city/demo.pmtiles", location.href).href;
  const areas = bureaus.map((b) => ({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [b.polygon] } }));
  return {
    version: 8,
    sources: {
      city: { type: "vector", url: `pmtiles://${tiles}` },
      bureaus: { type: "geojson", data: { type: "FeatureCollection", features: areas } },
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": token("--map-land") } },
      { id: "green", type: "fill", source: "city", "source-layer": "green", paint: { "fill-color": token("--map-green") } },
      { id: "water", type: "fill", source: "city", "source-layer": "water", paint: { "fill-color": token("--map-water") } },
      {
        id: "buildings", type: "fill", source: "city", "source-layer": "buildings", minzoom: 13,
        paint: { "fill-color": token("--map-bld"), "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0, 13.6, 1] },
      },
      ...roads(),
      { id: "bureaus", type: "line", source: "bureaus", paint: { "line-color": token("--map-border"), "line-width": 1, "line-dasharray": [4, 4], "line-opacity": 0.55 } },
      ...labels(),
    ],
  };
}
