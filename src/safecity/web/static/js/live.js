/** One WebSocket for everything that happens. After a break it goes on from the last number it saw. */
import { socketAddress } from "./api.js";
import { apply, S } from "./state.js";
import { learnClock } from "./time.js";

const SILENT_MS = 9000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

export class Live {
  /**
   * @param {{onPositions?: (frame: ArrayBuffer) => void, onMessage?: (message: any) => void,
   *   onLink: (state: "live"|"connecting"|"down", latencyMs: number) => void,
   *   reload: () => Promise<void>}} ears `reload` takes the whole picture anew
   */
  constructor(ears) {
    this.ears = ears;
    this.wait = FIRST_WAIT_MS;
    this.heardAt = 0;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.timer = 0;
    setInterval(() => this.watch(), 1000);
    addEventListener("online", () => this.again(0));
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    this.ears.onLink("connecting", 0);
    const socket = new WebSocket(socketAddress(`/ws/live?since=${S.seq}`));
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.heardAt = performance.now();
    socket.onmessage = (event) => this.hear(event.data);
    socket.onclose = (event) => { if (this.socket === socket) this.lost(event); };
  }

  /** @param {string|ArrayBuffer} data */
  hear(data) {
    this.heardAt = performance.now();
    this.wait = FIRST_WAIT_MS;
    if (typeof data !== "string") return this.ears.onPositions?.(data);
    const message = JSON.parse(data);
    if (message.reset) return void this.restart();
    if (message.now) {
      const age = learnClock(message.now);
      this.ears.onLink("live", age + (message.lag_ms ?? 0));
    }
    apply(message);
    this.ears.onMessage?.(message);
  }

  /** @param {CloseEvent} event */
  lost(event) {
    this.socket = null;
    this.ears.onLink("down", 0);
    if (event.code === 4401) return void location.assign(`/signin?next=${encodeURIComponent(location.pathname)}`);
    if (event.code === 4409) return void this.restart();
    this.again(this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  /** @param {number} ms */
  again(ms) {
    if (this.socket) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), ms);
  }

  /** A line that says nothing for long is a line that is cut. */
  watch() {
    if (this.socket && performance.now() - this.heardAt > SILENT_MS) {
      const socket = this.socket;
      this.socket = null;
      socket.close();
      this.ears.onLink("down", 0);
      this.again(0);
    }
  }

  /** The server no longer keeps what we missed: take the whole picture again. */
  async restart() {
    this.socket?.close();
    this.socket = null;
    try {
      await this.ears.reload();
      this.again(0);
    } catch {
      this.timer = setTimeout(() => this.restart(), this.wait);
      this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
    }
  }
}
