/** What an officer did while the link was down: kept in order, sent when it is back. */
import { ApiError, post } from "./api.js";
import { save, saved } from "./theme.js";
import { complain } from "./toast.js";

const AGAIN_MS = 5000;

/** @typedef {{path: string, body: any, at: number}} Letter */

export class Outbox {
  /** @param {string} owner whose letters these are @param {(left: number) => void} onChange @param {() => void} onSent */
  constructor(owner, onChange, onSent) {
    this.name = `outbox.${owner}`;
    this.onChange = onChange;
    this.onSent = onSent;
    this.busy = false;
    addEventListener("online", () => this.flush());
    setInterval(() => this.flush(), AGAIN_MS);
    onChange(this.letters().length);
    this.flush();
  }

  /** @returns {Letter[]} */
  letters() {
    try {
      return JSON.parse(saved(this.name) ?? "[]");
    } catch {
      return [];
    }
  }

  /** @param {Letter[]} letters */
  keep(letters) {
    save(this.name, JSON.stringify(letters));
    this.onChange(letters.length);
  }

  /** @param {string} path @param {any} body */
  async put(path, body) {
    this.keep([...this.letters(), { path, body, at: Date.now() }]);
    await this.flush();
  }

  /** Send in order; stop at the first that does not get through, drop what the server refuses. */
  async flush() {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let letter = this.letters()[0]; letter; letter = this.letters()[0]) {
        if (!(await this.send(letter))) return;
        this.keep(this.letters().slice(1));
        this.onSent();
      }
    } finally {
      this.busy = false;
    }
  }

  /** @param {Letter} letter */
  async send(letter) {
    try {
      await post(letter.path, letter.body);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 400;
      if (status === 0 || status >= 500 || status === 401 || status === 429) return false;
      complain(error);
    }
    return true;
  }
}
