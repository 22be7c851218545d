/** The page and its styles speak of the same things: nothing is set that nobody reads, nothing is asked for that nobody sets. */

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const all = (pattern) =>
  globSync(`${root}/${pattern}`)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
const text = (pattern) => all(pattern).replace(/\/\*[\s\S]*?\*\//g, "");
const found = (source, pattern) => new Set([...source.matchAll(pattern)].map((match) => match[1]));

const styles = text("game_server/web/static/css/*.css");
const scripts = text("game_server/web/static/js/**/*.js");
const page = text("game_server/web/static/*.html");
const readers = all("tests/{web,game_server}/*.{py,mjs}");

const selectors = styles.replace(/\{[^{}]*\}/g, "{}").replace(/@media[^{]*/g, "");
const setClasses = new Set(
  [...found(scripts, /\bclass: ([^,}]+)/g), ...found(page, /\bclass=("[^"]*")/g)]
    .flatMap((value) => [...found(value, /["`]([^"`]*)["`]/g)])
    .flatMap((names) => names.split(/\s+/))
    .filter((name) => !name.includes("$")),
);
const toggled = found(scripts, /classList\.toggle\("([\w-]+)"/g);

test("every class that a style asks for is set by somebody", () => {
  const asked = found(selectors, /\.([a-z][\w-]*)/g);
  assert.deepEqual(
    [...asked].filter((name) => !setClasses.has(name) && !toggled.has(name)),
    [],
  );
});

test("every class that is set is one that a style or a script asks for", () => {
  const looked = [...found(scripts, /(?:querySelector(?:All)?|closest|matches)\("([^"]+)"/g)].join(" ");
  assert.deepEqual(
    [...setClasses].filter((name) => !new RegExp(`\\.${name}\\b`).test(`${selectors} ${looked}`)),
    [],
  );
});

test("every data- attribute that is set is read by a style, a script or a test, and the other way round", () => {
  const set = found(`${scripts} ${page}`, /"(data-[a-z-]+)":/g);
  set.delete("data-testid");
  const asked = found(selectors, /\[(data-[a-z-]+)/g);
  const got = `${selectors} ${scripts.replace(/"data-[a-z-]+":/g, "")} ${readers}`;
  assert.deepEqual(
    [...set].filter((name) => !got.includes(name)),
    [],
    "set and never read",
  );
  assert.deepEqual(
    [...asked].filter((name) => name !== "data-testid" && !set.has(name)),
    [],
    "asked for and never set",
  );
});

test("every name that a style asks for is one that the page gives", () => {
  const given = found(scripts, /\btestid: ["`]([\w-]+)/g);
  const asked = found(selectors, /\[data-testid="([\w-]+)"\]/g);
  const stem = (name) => [...given].some((each) => each === name || (each.endsWith("-") && name.startsWith(each)));
  assert.deepEqual(
    [...asked].filter((name) => !stem(name)),
    [],
  );
});
