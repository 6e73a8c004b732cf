/**
 * One tile of video. It stays at the live edge, says how old its picture is or why there is none, tries for ever, and
 * never leaves an old picture standing as if it were new: what the age is counted from came with the picture itself, and
 * a live picture older than three seconds is covered here, whatever the line does.
 */
import { h, icon, say } from "./dom.js";
import { t } from "./i18n.js";
import { Pace } from "./pace.js";
import { hms, secondsWords } from "./time.js";
import { video } from "./video.js";

const STALE_MS = 2500;
const OLD_MS = 3000;
const HIDE_MS = 8000;
const JUMP_S = 1;
const EDGE_S = 0.05;
const KEEP_S = 8;
const MOST_WAITING = 150;
const AGAIN_MS = 4000;
const NO_START_MS = 9000;
/** So often a live picture's age is told: each telling is painted, over each tile of a wall. */
const TELL_MS = 1000;

/** @type {Set<Player>} */
export const players = new Set();
setInterval(() => { for (const player of players) player.tick(); }, 250);

const Source = /** @type {any} */ (globalThis).ManagedMediaSource ?? globalThis.MediaSource;

export class Player {
  /**
   * @param {HTMLElement} box the tile
   * @param {HTMLElement} tag where the delay is told
   * @param {(state: string) => void} [onState]
   */
  constructor(box, tag, onState = () => {}) {
    this.box = box;
    this.tag = tag;
    this.onState = onState;
    this.element = h("video", { muted: true, playsinline: true, autoplay: true, tabindex: "-1", "aria-hidden": "true" });
    this.element.muted = true;
    this.reason = h("span");
    this.veil = h("div", { class: "veil" }, icon("video-off"), this.reason);
    box.prepend(this.element, this.veil);
    /** @type {import("./video.js").Wish|null} */
    this.wish = null;
    this.channel = 0;
    this.state = "idle";
    /** @type {any} */
    this.buffer = null;
    /** @type {Uint8Array[]} */
    this.waiting = [];
    /** When the picture at a media time was taken. @type {{media: number, wall: number}|null} */
    this.clock = null;
    this.pace = new Pace();
    this.askedAt = 0;
    this.movedAt = 0;
    this.lastTime = -1;
    this.toldAt = 0;
    this.url = "";
    players.add(this);
    this.show("idle", "");
  }

  /**
   * Show a camera, now or at a moment.
   * @param {string} camera @param {string} purpose @param {string|null} [at] @param {number} [width]
   * @param {{rate?: number, permit?: string|null}} [more] how fast to play; leave to see without the mask
   */
  watch(camera, purpose, at = null, width = 640, { rate = 1, permit = null } = {}) {
    const { wish } = this;
    if (wish?.camera === camera && wish.at === at && wish.purpose === purpose && wish.width === width && (wish.rate ?? 1) === rate && (wish.permit ?? null) === permit) return;
    this.stop();
    this.wish = { camera, purpose, at, width, rate, permit };
    this.ask();
  }

  ask() {
    if (!this.wish) return;
    if (!Source) return this.show("unable", t("video_unable"));
    this.askedAt = performance.now();
    this.show("connecting", t("video_connecting"));
    this.channel = video.open(this.wish, {
      onStart: (mime) => this.start(mime),
      onData: (bytes, wall, media) => this.data(bytes, wall, media),
      onWithheld: (reason) => this.drop("withheld", reason || t("video_withheld")),
      onEnded: (reason) => this.ended(reason),
      onLost: () => this.drop("lost", t("video_lost")),
    });
  }

  stop() {
    if (this.channel) video.close(this.channel);
    this.channel = 0;
    this.wish = null;
    this.drop("idle", "");
  }

  remove() {
    this.stop();
    players.delete(this);
  }

  /** @param {string} mime */
  start(mime) {
    this.release();
    if (!Source.isTypeSupported(mime)) return this.show("unable", t("video_codec"));
    const source = new Source();
    if ("ManagedMediaSource" in globalThis) this.element.disableRemotePlayback = true;
    const url = URL.createObjectURL(source);
    this.url = url;
    this.element.src = url;
    this.movedAt = performance.now();
    source.addEventListener("sourceopen", () => {
      if (this.url !== url || source.readyState !== "open" || source.sourceBuffers.length) return;
      this.buffer = source.addSourceBuffer(mime);
      this.buffer.addEventListener("updateend", () => this.pump());
      this.pump();
    });
    this.element.play().catch(() => {});
    this.show("starting", t("video_connecting"));
  }

  /** @param {Uint8Array} bytes @param {number|null} wall @param {number} media */
  data(bytes, wall, media) {
    if (!this.url) return;
    if (wall !== null) {
      this.clock = { media, wall };
      this.pace.arrived(media, performance.now());
    }
    this.waiting.push(bytes);
    if (this.waiting.length > MOST_WAITING) return this.again();
    this.pump();
  }

  pump() {
    if (!this.buffer || this.buffer.updating || !this.waiting.length) return;
    try {
      this.buffer.appendBuffer(this.waiting[0]);
      this.waiting.shift();
    } catch (error) {
      const full = error instanceof DOMException && error.name === "QuotaExceededError";
      if (full && this.element.currentTime > 3) this.buffer.remove(0, this.element.currentTime - 2);
      else this.again();
    }
  }

  /** Start over: too much is waiting, or the browser refused it. */
  again() {
    if (this.channel) video.close(this.channel);
    this.drop("connecting", t("video_connecting"));
    this.ask();
  }

  /** @param {string} reason */
  ended(reason) {
    this.drop("ended", reason || t("video_ended"));
    if (this.wish && !this.wish.at) {
      const wish = this.wish;
      setTimeout(() => { if (this.wish === wish && this.state === "ended") this.again(); }, AGAIN_MS);
    }
  }

  /** Take the picture away at once and say why. @param {string} state @param {string} reason */
  drop(state, reason) {
    this.release();
    this.show(state, reason);
  }

  release() {
    this.buffer = null;
    this.waiting = [];
    this.clock = null;
    this.pace = new Pace();
    this.lastTime = -1;
    if (!this.url) return;
    URL.revokeObjectURL(this.url);
    this.url = "";
    this.element.removeAttribute("src");
    this.element.load();
  }

  /** @param {string} state @param {string} reason */
  show(state, reason) {
    const bare = state === "playing";
    this.veil.hidden = bare;
    this.box.classList.toggle("stale", state === "stale");
    say(this.reason, reason);
    if (this.state !== state) {
      this.state = state;
      this.onState(state);
    }
    if (!bare && state !== "stale") this.label("", "none");
  }

  /** @param {string} text @param {string} mood */
  label(text, mood) {
    say(this.tag, text);
    this.tag.hidden = !text;
    this.tag.className = `tag ${mood}`;
  }

  /** How far behind now the picture is, in seconds, and its own moment; null while the server has not said. */
  age() {
    if (!this.clock) return null;
    const wall = this.clock.wall + (this.element.currentTime * 1000 - this.clock.media);
    const now = video.now();
    return Number.isNaN(now) ? null : { seconds: Math.max(0, (now - wall) / 1000), wall };
  }

  tick() {
    const now = performance.now();
    if (this.wish && ["connecting", "starting"].includes(this.state) && now - this.askedAt > NO_START_MS) return this.again();
    if (!this.url || !this.buffer) return;
    this.follow();
    if (this.element.currentTime !== this.lastTime) {
      this.lastTime = this.element.currentTime;
      this.movedAt = now;
    }
    const age = this.age();
    const still = Math.max(now - this.movedAt, !this.wish?.at && age && age.seconds * 1000 > OLD_MS ? age.seconds * 1000 : 0);
    if (now - this.movedAt > HIDE_MS) return this.again();
    if (still > STALE_MS) return this.show("stale", t("video_stale", { time: secondsWords(Math.round(still / 1000)) }));
    if (this.element.currentTime > 0 && this.element.readyState >= 2) {
      this.show("playing", "");
      this.tellAge();
    }
  }

  tellAge() {
    const age = this.age();
    const late = age !== null && age.seconds > 2;
    const now = performance.now();
    if (!this.wish?.at && !late && !this.tag.hidden && now - this.toldAt < TELL_MS) return;
    this.toldAt = now;
    if (this.wish?.at) return this.label(age ? hms(age.wall) : t("video_recorded"), "past");
    if (!age) return this.label(t("live"), "live");
    if (late) return this.label(t("video_behind", { time: secondsWords(age.seconds) }), "late");
    this.label(secondsWords(age.seconds), "live");
  }

  /** Keep to the live edge: jump when far behind, else as the pace says. What was recorded is played at its own. */
  follow() {
    const { element, buffer } = this;
    const ranges = element.buffered;
    if (!ranges.length) return;
    const last = ranges.length - 1;
    const newest = this.clock ? this.clock.media / 1000 : ranges.end(last);
    if (element.currentTime < ranges.start(last)) element.currentTime = ranges.start(last);
    if (this.wish?.at) element.playbackRate = this.wish.rate ?? 1;
    else if (newest - element.currentTime > JUMP_S) element.currentTime = newest - EDGE_S;
    else element.playbackRate = this.pace.rate(element.currentTime * 1000, performance.now());
    if (element.paused && !document.hidden) element.play().catch(() => {});
    if (!buffer.updating && element.currentTime - ranges.start(0) > KEEP_S * 2) {
      buffer.remove(0, element.currentTime - KEEP_S);
    }
  }
}
