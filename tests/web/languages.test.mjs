import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../game_server/web/static/js/api.js";
import { settingsOf, USUAL } from "../../game_server/web/static/js/home/evening.js";
import { cardLanguages, firstLanguage, languageOptions, languageRule } from "../../game_server/web/static/js/home/languages.js";

test("the page's language is offered first where there are cards in it", () => {
  const languages = ["en", "de", "pt-BR"];
  assert.equal(firstLanguage(languages, "de-AT"), "de");
  assert.equal(firstLanguage(languages, "pt-BR"), "pt-BR");
  assert.equal(firstLanguage(languages, "es"), "en");
  assert.equal(firstLanguage(languages, ""), "en");
});

test("a game in English needs no word in its rules", () => {
  assert.deepEqual(languageRule("en"), {});
  assert.deepEqual(languageRule("de"), { language: "de" });
  assert.deepEqual(settingsOf({ ...USUAL, language: "de", apart: true }).rules, { apart: true, language: "de" });
});

test("a language is named as those call it who speak it", () => {
  assert.deepEqual(languageOptions(["en", "de"]), [
    { value: "en", label: "English" },
    { value: "de", label: "Deutsch" },
  ]);
});

test("where the languages cannot be known, it is English", async () => {
  const app = { api: { get: async () => Promise.reject(new ApiError(503, "unavailable", "away")) } };
  assert.deepEqual(await cardLanguages(app), ["en"]);
  app.api.get = async () => ({ languages: ["en", "de"] });
  assert.deepEqual(await cardLanguages(app), ["en", "de"]);
});
