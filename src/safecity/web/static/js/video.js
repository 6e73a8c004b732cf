/** All video of this tab over one WebSocket: channels by number, opened again by themselves after a break. */
import { socketAddress } from "./api.js";

const HEAD_BYTES = 3;
const LONGEST_WAIT_MS = 8000;
const DRIFT_MS = 0.05;

/**
 * @typedef {{onStart: (mime: string) => void, onData: (what: number, bytes: Uint8Array) => void,
 *   onWithheld: (reason: string) => void, onEnded: (reason: string) => void,
 *   onClock: (mediaMs: number, wallMs: number) => void, onLost: () => void}} Ears
 * @typedef {{camera: string, at: string|null, purpose: string, width: number}} Wish
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
    /** The server's clock less ours; what comes late looks smaller, so the largest of late is the truest. */
    this.ahead = -Infinity;
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
    socket.onopen = () => {
      for (const [channel, { wish }] of this.channels) this.ask(channel, wish);
    };
    socket.onmessage = ({ data }) => (typeof data === "string" ? this.word(JSON.parse(data)) : this.bytes(data));
    socket.onclose = () => this.lost();
  }

  lost() {
    this.socket = null;
    for (const { ears } of this.channels.values()) ears.onLost();
    if (!this.channels.size) return;
    this.timer = setTimeout(() => this.connect(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  /** @param {any} message */
  word(message) {
    this.wait = 500;
    const ears = this.channels.get(message.ch)?.ears;
    if (!ears) return;
    if (message.kind === "start") ears.onStart(message.mime);
    else if (message.kind === "withheld") ears.onWithheld(message.reason ?? "");
    else if (message.kind === "ended") ears.onEnded(message.reason ?? "");
    else if (message.kind === "clock") {
      this.ahead = Math.max(message.now_ms - performance.now(), this.ahead - DRIFT_MS);
      ears.onClock(message.media_ms, message.wall_ms);
    }
  }

  /** Milliseconds on the server's clock. */
  now() {
    return this.ahead + performance.now();
  }

  /** @param {ArrayBuffer} data */
  bytes(data) {
    if (data.byteLength <= HEAD_BYTES) return;
    const view = new DataView(data);
    this.channels.get(view.getUint16(0, true))?.ears.onData(view.getUint8(2), new Uint8Array(data, HEAD_BYTES));
  }
}

/** One for the whole tab. */
export const video = new Video();
