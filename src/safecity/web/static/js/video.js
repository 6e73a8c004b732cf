/** All video of this tab over one WebSocket: channels by number, opened again by themselves after a break. */
import { socketAddress } from "./api.js";

const HEAD_BYTES = 3;
const MEDIA_HEAD_BYTES = 19;
const MEDIA = 1;
const LONGEST_WAIT_MS = 8000;
const PING_MS = 2000;
const DRIFT_MS = 0.2;
const SILENT_MS = 7000;

/**
 * @typedef {{onStart: (mime: string) => void, onData: (bytes: Uint8Array, wallMs: number|null, mediaMs: number) => void,
 *   onWithheld: (reason: string) => void, onEnded: (reason: string) => void, onLost: () => void}} Ears
 * `wallMs` is when the camera's picture was received, null for the initialisation segment.
 * @typedef {{camera: string, at: string|null, purpose: string, width: number, rate?: number, permit?: string|null}} Wish
 */

class Video {
  constructor() {
    /** @type {Map<number, {wish: Wish, ears: Ears}>} */
    this.channels = new Map();
    this.next = 1;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.wait = 500;
    this.timer = 0;
    /** The server's clock less ours, from the quickest question and answer; and how far off that can be. */
    this.ahead = NaN;
    this.doubt = Infinity;
    this.heardAt = 0;
    setInterval(() => this.ping(), PING_MS);
    addEventListener("online", () => { if (!this.socket && this.channels.size) this.connect(); });
  }

  /** Ask for a camera. @param {Wish} wish @param {Ears} ears @returns {number} its channel */
  open(wish, ears) {
    const channel = this.next;
    this.next = (this.next % 65_000) + 1;
    this.channels.set(channel, { wish, ears });
    if (this.socket?.readyState === WebSocket.OPEN) this.ask(channel, wish);
    else if (!this.socket) this.connect();
    return channel;
  }

  /** @param {number} channel */
  close(channel) {
    if (!this.channels.delete(channel)) return;
    this.send({ close: channel });
  }

  /** @param {any} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {number} channel @param {Wish} wish */
  ask(channel, wish) {
    this.send({ open: channel, ...wish });
  }

  connect() {
    clearTimeout(this.timer);
    const socket = new WebSocket(socketAddress("/ws/video"));
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.heardAt = performance.now();
    socket.onopen = () => {
      this.ping();
      for (const [channel, { wish }] of this.channels) this.ask(channel, wish);
    };
    socket.onmessage = ({ data }) => {
      this.heardAt = performance.now();
      if (typeof data === "string") this.word(JSON.parse(data));
      else this.bytes(data);
    };
    socket.onclose = () => { if (this.socket === socket) this.lost(); };
  }

  lost() {
    this.socket = null;
    for (const { ears } of this.channels.values()) ears.onLost();
    if (!this.channels.size) return;
    this.timer = setTimeout(() => this.connect(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  /** Ask what time it is there. A line that does not even answer that is cut, though nobody said so. */
  ping() {
    const { socket } = this;
    this.doubt += DRIFT_MS;
    if (socket && performance.now() - this.heardAt > SILENT_MS) {
      this.lost();
      socket.close();
    }
    this.send({ ping: performance.now() });
  }

  /** @param {number} asked when we asked @param {number} there what time it was there */
  learn(asked, there) {
    const now = performance.now();
    const doubt = (now - asked) / 2;
    if (doubt > this.doubt) return;
    this.doubt = doubt;
    this.ahead = there + doubt - now;
  }

  /** @param {any} message */
  word(message) {
    this.wait = 500;
    if (message.kind === "pong") return this.learn(message.ping, message.now_ms);
    const ears = this.channels.get(message.ch)?.ears;
    if (!ears) return;
    if (message.kind === "start") ears.onStart(message.mime);
    else if (message.kind === "withheld") ears.onWithheld(message.reason ?? "");
    else if (message.kind === "ended") ears.onEnded(message.reason ?? "");
  }

  /** Milliseconds on the server's clock; not a number until it was heard once. */
  now() {
    return this.ahead + performance.now();
  }

  /** @param {ArrayBuffer} data */
  bytes(data) {
    if (data.byteLength <= HEAD_BYTES) return;
    const view = new DataView(data);
    const ears = this.channels.get(view.getUint16(0, true))?.ears;
    if (view.getUint8(2) !== MEDIA) return ears?.onData(new Uint8Array(data, HEAD_BYTES), null, 0);
    ears?.onData(new Uint8Array(data, MEDIA_HEAD_BYTES), view.getFloat64(HEAD_BYTES, true), view.getFloat64(HEAD_BYTES + 8, true));
  }
}

/** One for the whole tab. */
export const video = new Video();
