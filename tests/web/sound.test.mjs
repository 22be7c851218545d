import assert from "node:assert/strict";
import { test } from "node:test";

import { RoomSounds, toneOf } from "../../game_server/web/static/js/room/sounds.js";
import { Sound, SOUND_KEY } from "../../game_server/web/static/js/ui/sound.js";

/** A shelf, and a device's audio that notes what is plugged in and what starts. */
function device() {
  const kept = new Map();
  const shelf = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
  const heard = { made: 0, started: 0, plugged: 0 };
  const param = () => ({ value: 0, setValueAtTime() {}, exponentialRampToValueAtTime() {} });
  const node = () => ({
    gain: param(), frequency: param(), Q: param(),
    connect(to) {
      if (to === "speaker") heard.plugged++;
      return to;
    },
    disconnect: () => void heard.plugged--,
    start: () => void heard.started++,
    stop() {},
  });
  const make = () => {
    heard.made++;
    return {
      state: "running", currentTime: 0, sampleRate: 100, destination: "speaker",
      createBuffer: (_, length) => ({ getChannelData: () => new Float32Array(length) }),
      createBufferSource: node, createBiquadFilter: node, createGain: node, createOscillator: node,
    };
  };
  return { kept, heard, sound: new Sound(shelf, make) };
}

test("nothing sounds before it is asked for, and the device remembers only that", () => {
  const { kept, heard, sound } = device();
  sound.paper();
  sound.bowl();
  assert.deepEqual(heard, { made: 0, started: 0, plugged: 0 });
  sound.ask(true);
  assert.deepEqual([...kept], [[SOUND_KEY, "on"]]);
  assert.equal(heard.started, 1);
  sound.ask(false);
  assert.equal(kept.size, 0);
  assert.equal(heard.plugged, 0);
});

const room = (more) => ({
  halted: null,
  connection: { status: "live" },
  now: () => Date.parse("2030-01-01T00:00:30Z"),
  fold: { state: null },
  ...more,
});
const clockState = (until) => ({
  card: { script: { steps: [{ duration_s: 60 }] } },
  timer: { turn: 3, until },
});

test("a halt cuts every sound in the frame that shows it", () => {
  const { heard, sound } = device();
  const sounds = new RoomSounds(sound, () => {});
  sound.ask(true);
  sound.bowl();
  assert.equal(heard.plugged, 1);
  sounds.drawn(room({ halted: "stop" }));
  assert.equal(heard.plugged, 0);
});

test("a clock that ends is heard once, and one that was over before is not", () => {
  const { heard, sound } = device();
  const sounds = new RoomSounds(sound, () => {});
  sound.ask(true);
  const before = heard.started;
  const over = { state: clockState("2030-01-01T00:00:20Z") };
  sounds.drawn(room({ fold: over }));
  assert.equal(heard.started, before);
  sounds.drawn(room({ fold: { state: clockState("2030-01-01T00:00:40Z") } }));
  sounds.drawn(room({ fold: over }));
  sounds.drawn(room({ fold: over }));
  assert.equal(heard.started, before + 3); // the three partials of one bowl
});

test("a turned card is paper, one's own turn a soft bowl where nobody looks, and nothing else is heard", () => {
  const state = { seat: "A", seats: { A: { hosted: false }, B: { hosted: false } } };
  assert.equal(toneOf({ t: "card_shown" }, state, false), "paper");
  assert.equal(toneOf({ t: "card_shown" }, state, true), null);
  assert.equal(toneOf({ t: "turn_began", active: "A" }, state, true), "soft bowl");
  assert.equal(toneOf({ t: "turn_began", active: "A" }, state, false), null);
  assert.equal(toneOf({ t: "turn_began", active: "B" }, state, true), null);
  for (const t of ["card_replaced", "stopped", "paused", "level_proposed", "card_withdrawn", "nudged"]) {
    assert.equal(toneOf({ t }, state, false), null, t);
  }
});
