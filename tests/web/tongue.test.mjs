import assert from "node:assert/strict";
import { test } from "node:test";

import * as tongue from "../../game_server/web/static/js/ui/tongue.js";

/** A page of its own: what is spoken is of the module. @returns {Promise<typeof tongue>} */
let pages = 0;
const page = () => import(`../../game_server/web/static/js/ui/tongue.js?page=${++pages}`);
const GERMAN = { "Hello {name}": "Hallo {name}", "{n} card": ["{n} Karte", "{n} Karten"] };

test("a sentence is filled in; what a catalogue does not hold stays English", async () => {
  const { _, speak } = await page();
  assert.equal(_("Hello {name}", { name: "Ana" }), "Hello Ana");
  await speak("de", async () => GERMAN);
  assert.equal(_("Hello {name}", { name: "{name} $&" }), "Hallo {name} $&");
  assert.equal(_("Goodbye {name}", { name: "Ana" }), "Goodbye Ana");
  assert.equal(_("Hello {name}"), "Hallo {name}");
});

test("a sentence that ends with what ends with a full stop has one", () => {
  assert.equal(tongue._("New cards from {day}.", { day: "2 de diciembre a las 12:00 a.m." }), "New cards from 2 de diciembre a las 12:00 a.m.");
  assert.equal(tongue._("New cards from {day}.", { day: "Friday" }), "New cards from Friday.");
  assert.equal(tongue._("New cards from {day}.", {}), "New cards from {day}.");
});

test("what counts has a form for one and a form for several", async () => {
  const { ngettext, speak } = await page();
  const cards = (n) => ngettext("{n} card", "{n} cards", n);
  assert.deepEqual([0, 1, 2].map(cards), ["0 cards", "1 card", "2 cards"]);
  await speak("de", async () => GERMAN);
  assert.deepEqual([0, 1, 2].map(cards), ["0 Karten", "1 Karte", "2 Karten"]);
});

test("a catalogue that cannot be had leaves the page English, and it is asked for by name", async () => {
  const { language, _, speak } = await page();
  await speak("de", async () => Promise.reject(new Error("offline")));
  assert.deepEqual([language(), _("Save")], ["en", "Save"]);
  const asked = [];
  await speak("es", async (address) => asked.push(address) && {});
  assert.deepEqual([language(), asked], ["es", ["/static/words/es.json"]]);
});

test("what is chosen counts more than the browser's languages, and these by their order", () => {
  const { preferred } = tongue;
  assert.equal(preferred("es", ["de-AT", "en"]), "es");
  assert.equal(preferred(null, ["fr-CA", "de-AT", "en"]), "de");
  assert.equal(preferred(null, ["fr"]), "en");
  assert.equal(preferred(null, []), "en");
});
