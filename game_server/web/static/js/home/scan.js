/**
 * Scanning an invitation from the page, where the browser can read codes; elsewhere the phone's own camera app can. The camera is off
 * before anything else happens, and nothing that it sees leaves this module but the path of an invitation of this server.
 * @module
 */

import { h } from "../ui/dom.js";
import { sheet } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { invitationPath } from "./invitations.js";

/** @typedef {{detect: (source: HTMLVideoElement) => Promise<{rawValue: string}[]>}} Detector */
/** @typedef {"asking" | "looking" | "rested" | "cannot" | "refused" | "no-camera"} Stage */

const LOOK_EVERY_MS = 250;
/** @type {readonly Stage[]} */
const AGAIN = ["rested", "refused", "no-camera"];

/** @returns {Promise<Detector | null>} null: this browser reads no codes, or has no camera to give */
async function detector() {
  const Found = /** @type {any} */ (globalThis)["BarcodeDetector"];
  if (Found === undefined || navigator.mediaDevices?.getUserMedia === undefined) return null;
  try {
    const formats = await Found.getSupportedFormats();
    return formats.includes("qr_code") ? new Found({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

export class Scan {
  /** @type {Stage} */
  #stage = "asking";
  /** @type {MediaStream | null} */
  #stream = null;
  /** Another code than an invitation was seen. */
  #foreign = false;
  /** What runs belongs to the latest start only. */
  #round = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #hides = () => {
    if (document.visibilityState === "hidden") this.#off("rested");
  };

  /** @param {(path: string) => void} found @param {() => void} drawn */
  constructor(found, drawn) {
    this.found = found;
    this.drawn = drawn;
  }

  /** Ask for the camera, and look. */
  async start() {
    this.#off("asking");
    this.#foreign = false;
    const round = this.#round;
    const reads = await detector();
    if (round !== this.#round) return;
    if (reads === null) return this.#show("cannot");
    const stream = await camera();
    if (round !== this.#round || typeof stream === "string") {
      if (typeof stream === "string") return round === this.#round ? this.#show(stream) : undefined;
      return turnOff(stream); // closed meanwhile
    }
    this.#stream = stream;
    document.addEventListener("visibilitychange", this.#hides);
    this.#show("looking");
    const video = document.querySelector("video.finder");
    if (!(video instanceof HTMLVideoElement)) return this.stop();
    video.srcObject = stream;
    void video.play().catch(() => {}); // interrupted: what is seen is seen all the same
    void this.#look(round, reads, video);
  }

  /** The camera is off at once. */
  stop() {
    this.#off("asking");
  }

  /** @param {Stage} stage */
  #off(stage) {
    this.#round++;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#hides);
    const on = this.#stream !== null;
    if (this.#stream !== null) turnOff(this.#stream);
    this.#stream = null;
    this.#stage = stage;
    if (on) this.drawn();
  }

  /** @param {Stage} stage */
  #show(stage) {
    this.#stage = stage;
    this.drawn();
  }

  /** @param {number} round @param {Detector} reads @param {HTMLVideoElement} video */
  async #look(round, reads, video) {
    const codes = await reads.detect(video).catch(() => []); // no picture yet
    if (round !== this.#round) return;
    for (const { rawValue } of codes) {
      const path = invitationPath(rawValue, location.origin);
      if (path !== null) {
        this.stop();
        return this.found(path);
      }
    }
    if (codes.length > 0 && !this.#foreign) {
      this.#foreign = true;
      this.drawn();
    }
    this.#timer = setTimeout(() => void this.#look(round, reads, video), LOOK_EVERY_MS);
  }

  /** @param {() => void} close */
  view(close) {
    return sheet(
      { testid: "scan-sheet", title: _("Scan an invitation"), close, word: _("Close") },
      this.#stage === "looking" ? h("video", { class: "finder", muted: true, playsinline: true, "aria-label": _("What the camera sees") }) : null,
      h("p", { role: "status", testid: "scan-says" }, this.#says()),
      AGAIN.includes(this.#stage)
        ? h("button", { testid: "scan-again", onclick: () => void this.start() }, _("Try again"))
        : null,
    );
  }

  #says() {
    switch (this.#stage) {
      case "asking":
        return _("The browser asks whether this page may use the camera. Nothing that it sees is kept or sent.");
      case "looking":
        return this.#foreign
          ? _("That is another code, not an invitation of this page. It was not opened.")
          : _("Hold the phone over the code that your partner shows you.");
      case "rested":
        return _("The camera was turned off while you were elsewhere.");
      case "cannot":
        return _("Your phone’s camera app can scan the code: open it, hold it over the code and press the link that appears.");
      case "refused":
        return _("The camera stays off. That is fine: your phone’s camera app can scan the code too, or your partner can send you the link.");
      case "no-camera":
        return _("There is no camera to be had just now. Your partner can send you the link instead.");
    }
  }
}

/** @returns {Promise<MediaStream | "refused" | "no-camera">} */
async function camera() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment" } });
  } catch (error) {
    return error instanceof DOMException && error.name === "NotAllowedError" ? "refused" : "no-camera";
  }
}

/** @param {MediaStream} stream */
function turnOff(stream) {
  for (const track of stream.getTracks()) track.stop();
}
