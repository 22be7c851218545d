/**
 * Sound, off until somebody asks for it on this phone: paper when a card turns, a struck bowl when a clock ends. It is made here, quietly,
 * and can be cut in the frame it is told to.
 * @module
 */

import { drop, read, write } from "./kept.js";

/** @typedef {import("./kept.js").Shelf} Shelf */

export const SOUND_KEY = "attuned.sound";
const PAPER_S = 0.18;
const BOWL_S = 1.2;
const PAPER_GAIN = 0.06; // about −30 LUFS
const BOWL_GAIN = 0.09;
const SOFT = 0.45;
/** A bowl's partials: frequency in Hz, share of the tone, and by how much it falls until it is silent. */
const BOWL = /** @type {const} */ ([[392, 1], [1063, 0.32], [2010, 0.12]]);
const FALLS = 0.985;

export class Sound {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {GainNode | null} everything that sounds goes through it */
  #way = null;

  /** @param {Shelf} shelf of this device @param {() => AudioContext} [make] */
  constructor(shelf, make = () => new AudioContext()) {
    this.shelf = shelf;
    this.make = make;
  }

  get on() {
    return read(this.shelf, SOUND_KEY) === "on";
  }

  /** Asked for, or no more, by a touch. @param {boolean} on */
  ask(on) {
    if (!on) {
      drop(this.shelf, SOUND_KEY);
      return this.cut();
    }
    write(this.shelf, SOUND_KEY, "on");
    this.paper();
  }

  /** @param {number} [afterS] */
  paper(afterS = 0) {
    const [context, way] = this.#begin();
    if (context === null || way === null) return;
    const noise = context.createBuffer(1, Math.ceil(context.sampleRate * PAPER_S), context.sampleRate);
    const samples = noise.getChannelData(0);
    for (let place = 0; place < samples.length; place++) samples[place] = Math.random() * 2 - 1;
    const source = context.createBufferSource();
    source.buffer = noise;
    const band = context.createBiquadFilter();
    band.type = "bandpass";
    band.frequency.value = 3200;
    band.Q.value = 0.7;
    const at = context.currentTime + afterS;
    source.connect(band).connect(fading(context, at, PAPER_GAIN, PAPER_S, PAPER_S / 3)).connect(way);
    source.start(at);
  }

  /** @param {boolean} [soft] */
  bowl(soft = false) {
    const [context, way] = this.#begin();
    if (context === null || way === null) return;
    const at = context.currentTime;
    for (const [frequency, share] of BOWL) {
      const tone = context.createOscillator();
      tone.frequency.setValueAtTime(frequency, at);
      tone.frequency.exponentialRampToValueAtTime(frequency * FALLS, at + BOWL_S);
      tone.connect(fading(context, at, BOWL_GAIN * share * (soft ? SOFT : 1), BOWL_S, 0.006)).connect(way);
      tone.start(at);
      tone.stop(at + BOWL_S);
    }
  }

  /** Silence, now: also what was to come. */
  cut() {
    this.#way?.disconnect();
    this.#way = null;
  }

  /** Browsers give sound only to a page that was touched. @returns {[AudioContext | null, GainNode | null]} */
  #begin() {
    if (!this.on || globalThis.navigator?.userActivation?.hasBeenActive === false) return [null, null];
    try {
      this.#context ??= this.make();
    } catch {
      return [null, null]; // no sound to be had here
    }
    if (this.#context.state === "suspended") void this.#context.resume();
    if (this.#way === null) {
      this.#way = this.#context.createGain();
      this.#way.connect(this.#context.destination);
    }
    return [this.#context, this.#way];
  }
}

/** @param {AudioContext} context @param {number} at @param {number} gain @param {number} lastsS @param {number} risesS */
function fading(context, at, gain, lastsS, risesS) {
  const node = context.createGain();
  node.gain.setValueAtTime(0.0001, at);
  node.gain.exponentialRampToValueAtTime(gain, at + risesS);
  node.gain.exponentialRampToValueAtTime(0.0001, at + lastsS);
  return node;
}
