/**
 * Several cameras at one shared time: a tile each, stills while one scrubs, pictures that move together while one
 * plays. A camera that has no footage says why and until when; the others go on.
 */
import { get } from "./api.js";
import { fill, h, icon, say } from "./dom.js";
import { t } from "./i18n.js";
import { Player } from "./player.js";
import { still, small } from "./thumbs.js";
import { day, hms, serverNow } from "./time.js";
import { offerUnmask } from "./unmask.js";
import { MASKED_PX, maskedPx, UNMASKED_PX } from "./width.js";

const TICK_MS = 250;
const CLOSE = 4;
const GATHER_MS = 2500;
const NEAR_BEFORE_MS = 60_000;
const NEAR_AFTER_MS = 600_000;
const NEAR_AGAIN_MS = 20_000;
const DRIFT_MS = 3000;
const SETTLE_MS = 6000;
const EDGE_MS = 4000;
const AHEAD_MS = 700;

/**
 * @typedef {{id: string, camera: import("./types.js").Camera, box: any, tag: any, image: any, number: any, player: Player, open: boolean, openedAt: number, stillAt: number, leave: ReturnType<typeof offerUnmask>}} Tile
 * @typedef {{kind: "footage"|"gap"|"none", words: string, until: number|null}} There
 */

export class Together {
  /** @param {HTMLElement} grid @param {{looks: boolean, purpose: string, onTick: (at: number) => void, onState: () => void}} ears */
  constructor(grid, ears) {
    this.grid = grid;
    this.ears = ears;
    /** @type {Tile[]} */
    this.tiles = [];
    this.at = 0;
    this.rate = 1;
    /** @type {"paused"|"gathering"|"playing"|"live"} */
    this.mode = "paused";
    this.began = 0;
    this.near = { from: 0, to: 0, asked: 0, /** @type {Map<string, any>} */ lanes: new Map() };
    setInterval(() => this.tick(), TICK_MS);
  }

  /** How it is played has changed. */
  tell() {
    for (const tile of this.tiles) tile.leave.draw();
    this.ears.onState();
  }

  /** The shared moment. */
  now() {
    if (this.mode === "live") return serverNow();
    return this.mode === "playing" ? this.at + (performance.now() - this.began) * this.rate : this.at;
  }

  /** @param {import("./types.js").Camera[]} cameras */
  show(cameras) {
    const kept = new Map(this.tiles.map((tile) => [tile.id, tile]));
    this.tiles = cameras.map((camera) => kept.get(camera.id) ?? this.tile(camera));
    for (const [id, tile] of kept) if (!cameras.some((each) => each.id === id)) tile.player.remove();
    this.grid.dataset.count = String(this.tiles.length);
    this.tiles.forEach((tile, n) => say(tile.number, String(n + 1)));
    fill(this.grid, this.tiles.map((tile) => tile.box));
    this.near.asked = 0;
    this.seek(this.now(), true);
  }

  /** @param {import("./types.js").Camera} camera @returns {Tile} */
  tile(camera) {
    const tag = h("span", { class: "tag" });
    const image = h("img", { class: "still", alt: "", hidden: true });
    const number = h("span", { class: "n", "aria-hidden": "true" });
    const mask = h("span", { class: "tag mask" }, icon("eye-off", "s"), t("masked"));
    const row = h("div", { class: "r" }, mask, h("span", { class: "tag" }, icon("scroll-text", "s"), t("logged")), h("span", { class: "sp" }));
    const box = h("figure", { class: "vid" }, image, h("div", { class: "ovl" },
      h("div", { class: "r" }, number, h("figcaption", { class: "name" }, camera.name), h("span", { class: "sp" }), tag), row));
    const leave = offerUnmask({ camera: () => camera.id, show: () => this.again(tile), shown: () => this.mode !== "paused", maskTag: mask, row });
    /** @type {Tile} */
    const tile = { id: camera.id, camera, box, tag, image, number, player: new Player(box, tag), open: false, openedAt: 0, stillAt: 0, leave };
    return tile;
  }

  /** Play one tile anew: leave to see it without its mask came or went. @param {Tile} tile */
  again(tile) {
    if (this.mode === "live") this.listen(tile);
    else if (this.mode !== "paused") this.start(tile, this.now());
  }

  /** Go to a moment; `done` when the hand rests there. @param {number} at @param {boolean} done */
  seek(at, done) {
    const going = this.mode === "playing" || this.mode === "gathering";
    this.at = Math.min(at, serverNow() - 1000);
    if (!done || !going) this.mode = "paused";
    for (const tile of this.tiles) this.close(tile);
    if (done && going) this.play();
    else this.stills(done);
    this.ears.onTick(this.at);
    this.tell();
  }

  play(rate = this.rate) {
    if (this.mode === "live") return;
    this.at = this.now();
    this.rate = rate;
    this.mode = "gathering";
    this.began = performance.now();
    for (const tile of this.tiles) this.close(tile);
    this.tick();
    this.tell();
  }

  pause() {
    this.at = Math.min(this.now(), serverNow() - 1000);
    this.mode = "paused";
    for (const tile of this.tiles) this.close(tile);
    this.stills(true);
    this.ears.onTick(this.at);
    this.tell();
  }

  live() {
    this.mode = "live";
    for (const tile of this.tiles) {
      this.close(tile);
      tile.image.hidden = true;
      this.listen(tile);
    }
    this.tick();
    this.tell();
  }

  /** Show one tile as it is now. @param {Tile} tile */
  listen(tile) {
    const permit = tile.leave.of(tile.id);
    if (this.ears.looks) tile.player.watch(tile.id, this.ears.purpose, null, this.width(tile, permit), { permit });
    tile.open = true;
  }

  /** A few cameras are looked at closely, however small they stand. @param {Tile} tile @param {string|null} permit */
  width = (tile, permit) => (permit ? UNMASKED_PX : this.tiles.length > CLOSE ? maskedPx(tile.box) : MASKED_PX);

  /** @param {Tile} tile */
  close(tile) {
    if (tile.open) tile.player.stop();
    tile.open = false;
  }

  /** Pictures that stand still, for whoever scrubs. @param {boolean} done */
  async stills(done) {
    const at = this.at;
    await this.look(at);
    if (this.mode !== "paused" || this.at !== at) return;
    for (const tile of this.tiles) this.still(tile, at, done);
  }

  /** @param {Tile} tile @param {number} at @param {boolean} done */
  async still(tile, at, done) {
    const there = this.there(tile.id, at);
    tile.player.label(hms(at), "past");
    if (there.kind !== "footage") return this.lacks(tile, there);
    if (!this.ears.looks) return this.lacks(tile, { kind: "none", words: t("footage_no_look"), until: null });
    tile.stillAt = at;
    const found = await (done ? still : small)(tile.id, at, this.ears.purpose);
    if (this.mode !== "paused" || tile.stillAt !== at) return;
    if (found.url) {
      tile.image.src = found.url;
      tile.image.alt = t("snapshot_alt", { time: hms(at) });
      tile.image.hidden = false;
      tile.player.veil.hidden = true;
    } else if (found.reason) this.lacks(tile, { kind: "none", words: found.reason, until: null });
  }

  /** Say why there is no picture. @param {Tile} tile @param {There} there */
  lacks(tile, there) {
    this.close(tile);
    tile.stillAt = 0;
    tile.image.hidden = true;
    const until = there.until === null ? "" : t("footage_until", { time: when(there.until, this.now()) });
    say(tile.player.reason, [there.words, until].filter(Boolean).join(" "));
    tile.player.veil.hidden = false;
    tile.player.label(hms(this.now()), "past");
  }

  /** What a camera has at a moment, as far as was told. @param {string} camera @param {number} at @returns {There} */
  there(camera, at) {
    const lane = this.near.lanes.get(camera);
    if (!lane) return { kind: "none", words: "", until: null };
    const gap = lane.gaps.find((/** @type {any} */ each) => each.from <= at && at < each.to);
    if (gap) return { kind: "gap", words: gap.words, until: gap.open ? null : gap.to };
    if (lane.segments.some((/** @type {number[]} */ [from, to]) => from <= at && at < to)) return { kind: "footage", words: "", until: null };
    const next = lane.segments.find((/** @type {number[]} */ [from]) => from > at);
    if (serverNow() - at < EDGE_MS * 4 && lane.segments.length) return { kind: "footage", words: "", until: null };
    return { kind: "none", words: t("footage_none"), until: next ? next[0] : null };
  }

  /** Ask what there is around a moment, unless it is known. @param {number} at */
  async look(at) {
    const { near } = this;
    const fresh = performance.now() - near.asked < NEAR_AGAIN_MS || near.to < serverNow() - NEAR_AGAIN_MS;
    const inside = near.asked && at >= near.from && at < near.to - NEAR_BEFORE_MS / 2;
    if (!this.tiles.length || (inside && fresh)) return;
    near.asked = performance.now();
    [near.from, near.to] = [at - NEAR_BEFORE_MS, at + NEAR_AFTER_MS];
    const ids = this.tiles.map((tile) => tile.id).join(",");
    try {
      const answer = await get(`/api/timeline?cameras=${ids}&from=${iso(near.from)}&to=${iso(near.to)}&resolution_ms=500`);
      near.lanes = new Map(answer.lanes.map((/** @type {any} */ lane) => [lane.camera, laneOf(lane, near.to)]));
    } catch {
      near.asked = 0;
    }
  }

  tick() {
    if (this.mode === "paused") return;
    const at = this.now();
    if (this.mode !== "live") this.look(at);
    if (this.mode === "playing" && at > serverNow() - EDGE_MS) return this.live();
    if (this.mode === "gathering") this.gather(at);
    if (this.mode === "playing") for (const tile of this.tiles) this.drive(tile, at);
    this.ears.onTick(at);
  }

  /** Begin together: when every camera that has footage shows it, or after a while without those that do not. @param {number} at */
  gather(at) {
    if (!this.near.asked) return;
    for (const tile of this.tiles) this.drive(tile, at);
    const waiting = this.tiles.filter((tile) => tile.open && !["playing", "withheld", "unable"].includes(tile.player.state));
    if (waiting.length && performance.now() - this.began < GATHER_MS) return;
    // Those that were quick have gone on meanwhile: time begins where the middle one of them is.
    const walls = this.tiles.map((tile) => (tile.player.state === "playing" ? tile.player.age()?.wall ?? 0 : 0)).filter(Boolean).sort((a, b) => a - b);
    if (walls.length) this.at = Math.max(at, walls[walls.length >> 1]);
    this.mode = "playing";
    this.began = performance.now();
    this.tell();
  }

  /** Keep one tile to the shared time. @param {Tile} tile @param {number} at */
  drive(tile, at) {
    const there = this.there(tile.id, at);
    if (there.kind !== "footage") return this.lacks(tile, there);
    if (!this.ears.looks) return this.lacks(tile, { kind: "none", words: t("footage_no_look"), until: null });
    const since = performance.now() - tile.openedAt;
    if (!tile.open || (tile.player.state === "ended" && since > 2000)) return this.start(tile, at);
    // A still is of the moment at which one pressed play; once time goes on it would be an old picture shown as new.
    if (tile.player.state === "playing" || this.mode === "playing") tile.image.hidden = true;
    const age = tile.player.age();
    if (!age || this.mode !== "playing") return undefined;
    const behind = at - age.wall;
    if (Math.abs(behind) > DRIFT_MS * Math.max(1, this.rate) && since > SETTLE_MS) return this.start(tile, at);
    tile.player.element.playbackRate = Math.min(16, this.rate * (1 + Math.max(-0.15, Math.min(0.15, behind / 4000 / this.rate))));
    return undefined;
  }

  /** @param {Tile} tile @param {number} at */
  start(tile, at) {
    const ahead = this.mode === "playing" ? AHEAD_MS * this.rate : 0;
    this.close(tile);
    tile.open = true;
    tile.openedAt = performance.now();
    const permit = tile.leave.of(tile.id);
    tile.player.watch(tile.id, this.ears.purpose, iso(at + ahead), this.width(tile, permit), { rate: this.rate, permit });
  }
}

/** A moment, with its day where that is another. @param {number} at @param {number} now */
const when = (at, now) => (Math.abs(at - now) < 12 * 3_600_000 ? hms(at) : `${day(at)}, ${hms(at)}`);

/** @param {number} at */
export const iso = (at) => new Date(Math.round(at)).toISOString();

/** A lane of the server's in milliseconds. @param {any} lane @param {number} end @returns {import("./lanes.js").Lane} */
export function laneOf(lane, end) {
  const pair = (/** @type {string[]} */ [from, to]) => [Date.parse(from), Date.parse(to)];
  return {
    camera: lane.camera,
    segments: lane.segments.map(pair),
    sightings: lane.sightings.map(pair),
    holds: lane.holds.map((/** @type {any} */ each) => [Date.parse(each.from), Date.parse(each.to)]),
    gaps: lane.gaps.map((/** @type {any} */ each) => ({
      from: Date.parse(each.from), to: each.to ? Date.parse(each.to) : end, open: !each.to, cause: each.cause,
      words: each.words, count: each.count, missing: each.missing_s * 1000,
    })),
  };
}
