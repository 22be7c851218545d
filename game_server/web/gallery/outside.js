/**
 * What lies outside of the page, made up: storage that keeps nothing, a server that answers from a state, a line into a room.
 * Nothing of the gallery reaches what a developer's own browser keeps, nor the database.
 * @module
 */

import { USUAL } from "./answers.js";

/** @typedef {import("./states.js").State} State */
/** @typedef {import("../static/js/room/protocol.js").ServerMessage} ServerMessage */

/** The same for everybody, and public: the real server says it. */
const PASSED_ON = /^\/(api\/survey|bond-tools\.json|static\/words\/\w+\.json)$/;
const SESSION_REPLACED = 4409;

/** @param {State} state @param {string | null} language as its reader chose it; null: the browser's */
export function replaceOutside(state, language) {
  /** @type {Record<string, string>} */
  const chosen = language === null ? {} : { "attuned.language": language };
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { value: memory({ ...chosen, ...state.kept }) });
  }
  Reflect.deleteProperty(Navigator.prototype, "serviceWorker"); // a made-up screen installs nothing
  if (state.line === "offline") Object.defineProperty(navigator, "onLine", { value: false });
  const fetch = window.fetch.bind(window);
  window.fetch = async (address, init) => {
    const path = String(address);
    if (PASSED_ON.test(path)) return fetch(path, { headers: spokenOf(init) });
    return answer(state, `${init?.method ?? "GET"} ${path}`);
  };
  Object.defineProperty(window, "WebSocket", { value: lineOf(state) });
}

/** Of what is asked, only its language: nobody made up has a login. @param {RequestInit} [init] */
function spokenOf(init) {
  return { "Accept-Language": new Headers(init?.headers).get("Accept-Language") ?? "" };
}

/** @param {Record<string, string>} entries @returns {Storage} */
function memory(entries) {
  const kept = new Map(Object.entries(entries));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
    key: (place) => [...kept.keys()][place] ?? null,
    get length() {
      return kept.size;
    },
  };
}

/** @param {State} state @param {string} asked such as "GET /api/me?limit=20": what stands behind the ? need not be named */
async function answer(state, asked) {
  const answers = { ...USUAL, ...state.answers };
  const found = answers[asked] ?? answers[asked.replace(/\?.*$/, "")];
  if (found === "never") return new Promise(() => {});
  if (found === "offline") throw new TypeError("made up: no answer");
  if (typeof found === "number" || found === undefined) {
    const code = found === undefined || found === 404 ? "not_found" : "refused";
    return Response.json({ error: { code, message: "Made up." } }, { status: found ?? 404 });
  }
  if (found !== null && typeof found === "object" && "address" in found) // a picture: where it led is what counts
    return Object.defineProperty(Response.json({}), "url", { value: found.address });
  if (found !== null && typeof found === "object" && "says" in found) return says(/** @type {object[]} */ (found.says));
  if (found !== null && typeof found === "object" && "error" in found && found.error !== null && typeof found.error === "object") return Response.json(found, { status: 410 });
  return Response.json(found);
}

/** An answer that comes piece by piece, and is not over yet unless it says so. @param {readonly object[]} pieces */
function says(pieces) {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    start: (line) => {
      for (const piece of pieces) line.enqueue(encoder.encode(`data: ${JSON.stringify(piece)}\n\n`));
      if (pieces.some((piece) => "done" in piece || "error" in piece)) line.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

/** A socket to the room of this state. @param {State} state */
function lineOf(state) {
  let opened = 0;
  return class extends EventTarget {
    readyState = 0;
    onopen = () => {};
    /** @type {(event: {data: string}) => void} */
    onmessage = () => {};
    /** @type {(event: {code: number}) => void} */
    onclose = () => {};

    constructor() {
      super();
      const cut = state.line === "offline" || state.line === "cut";
      if (cut && opened++ > 0) return; // nobody answers any more
      queueMicrotask(() => {
        this.readyState = 1;
        this.onopen();
        for (const message of said(state)) this.onmessage({ data: JSON.stringify(message) });
        if (cut) this.#end(1006);
        if (state.line === "elsewhere") this.#end(SESSION_REPLACED);
      });
    }

    /** Nothing that is pressed is ever answered. */
    send() {}

    close() {
      this.readyState = 3;
    }

    /** @param {number} code */
    #end(code) {
      this.readyState = 3;
      this.onclose({ code });
    }
  };
}

/** @param {State} state @returns {ServerMessage[]} */
function said({ room, then = [] }) {
  if (room === undefined) return [];
  const now = new Date().toISOString();
  const seq = 41;
  return [
    { t: "welcome", seat: room.seat, epoch: "made-up", head: seq, mode: "snapshot", now, ping_ms: 3_600_000, dead_ms: 7_200_000 },
    { t: "snapshot", seq, state: room },
    { t: "live" },
    { t: "presence", seat: room.seat === "A" ? "B" : "A", status: "present", until: null },
    ...then,
  ];
}
