/** Talking to the server. Errors carry the server's own sentence. */

export class ApiError extends Error {
  /** @param {string} sentence @param {number} status */
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

let csrf = "";

/** @param {string} token */
export function useCsrf(token) {
  csrf = token;
}

/** @param {string} method @param {string} path @param {any} [body] @returns {Promise<any>} */
async function call(method, path, body) {
  /** @type {RequestInit} */
  const request = { method, headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (method !== "GET") {
    request.headers = { ...request.headers, "X-CSRF": csrf, "Content-Type": "application/json" };
    request.body = JSON.stringify(body ?? {});
  }
  let answer;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new ApiError("", 0);
  }
  if (answer.status === 401) {
    location.assign(`/signin?next=${encodeURIComponent(location.pathname)}`);
  }
  const text = await answer.text();
  const data = text ? parse(text) : null;
  if (!answer.ok) throw new ApiError(data?.error ?? "", answer.status);
  return data;
}

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} path */
export const get = (path) => call("GET", path);
/** @param {string} path @param {any} [body] */
export const post = (path, body) => call("POST", path, body);

/** The address of a WebSocket on this host. @param {string} path */
export const socketAddress = (path) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
