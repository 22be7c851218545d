/**
 * The list of a tool: what is there, narrowed down and searched, page by page.
 * @module
 */

import { ApiError } from "../../api.js";
import { h } from "../../ui/dom.js";
import { explain, form, presses, problemPlace, text } from "../../ui/forms.js";
import { icon } from "../../ui/icon.js";
import { notify } from "../../ui/notices.js";
import { box, goto } from "../../ui/rows.js";
import { _ } from "../../ui/tongue.js";
import { pathOf } from "./commands.js";
import { mayCreate } from "./rights.js";
import { choiceWords, fieldWords } from "./words.js";

/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("./catalog.js").Asks} Asks */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./catalog.js").Tool} Tool */
/** @typedef {import("./kind.js").Kind} Kind */
/** @typedef {{q: string, by: Record<string, string>}} Narrowed */

const AT_ONCE = 30;
const MOST_AT_ONCE = 100;

/** How each list was narrowed down in this visit: who comes back from a row finds it so. @type {Map<string, Narrowed>} */
const chosen = new Map();

export class ListPage {
  /** @type {readonly Row[]} */
  items = [];
  /** @type {string | null} */
  next = null;
  /** What stands beside the rows. @type {any} */
  beside = {};
  busy = false;
  /** Which question is the newest: an answer to another is not shown. */
  #asked = 0;

  /** @param {Here} here @param {Tool} tool @param {Kind} kind @param {(content: Child) => void} draw */
  constructor(here, tool, kind, draw) {
    this.bond = here.bond;
    this.app = here.app;
    this.tool = tool;
    this.kind = kind;
    this.draw = draw;
    this.key = `${this.bond.owner} ${this.bond.id} ${tool.name}`;
  }

  /** @returns {Narrowed} */
  get narrowed() {
    return chosen.get(this.key) ?? { q: "", by: {} };
  }

  get isNarrowed() {
    const { q, by } = this.narrowed;
    return q !== "" || Object.keys(by).length > 0;
  }

  /** From the beginning, as many as there are on the screen. Throws ApiError. @param {number} [shown] */
  async read(shown = AT_ONCE) {
    const asked = ++this.#asked;
    const { items, next_cursor: next, ...beside } = await this.#page(null, shown);
    if (asked === this.#asked) Object.assign(this, { items, next, beside });
  }

  /** Again, where what is shown may have changed: quietly. */
  async again() {
    try {
      await this.read(this.items.length);
      this.show();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // what is shown stays
    }
  }

  /** @param {Partial<Narrowed>} change */
  async narrow(change) {
    chosen.set(this.key, { ...this.narrowed, ...change });
    this.busy = true;
    this.show();
    try {
      await this.read();
    } catch (error) {
      notify(explain(error));
    }
    this.busy = false;
    this.show();
  }

  async readOn() {
    const asked = this.#asked;
    const { items, next_cursor: next } = await this.#page(this.next);
    if (asked !== this.#asked) return;
    this.items = [...this.items, ...items];
    this.next = next;
    this.show();
  }

  /** @param {string | null} cursor @param {number} [shown] */
  #page(cursor, shown = AT_ONCE) {
    const { q, by } = this.narrowed;
    const asked = new URLSearchParams({ limit: String(Math.min(MOST_AT_ONCE, Math.max(AT_ONCE, shown))), ...by, ...(q === "" ? {} : { q }), ...(cursor === null ? {} : { cursor }) });
    return this.app.api.get(`${pathOf(this.bond, this.tool)}?${asked}`);
  }

  show() {
    this.draw(this.view());
  }

  /** @returns {Child} */
  view() {
    const { kind, bond, tool } = this;
    const making = mayCreate(bond, tool);
    return h(
      "div",
      { class: "stack", testid: `list-${tool.name}` },
      h("p", { class: "quiet" }, kind.lead),
      kind.beside?.(this.beside, bond),
      making ? h("a", { class: "button primary", testid: "make", href: bond.to(tool.name, "new") }, kind.fresh) : null,
      this.items.length === 0 && !this.isNarrowed ? null : narrowing(this),
      this.items.length === 0 ? nothing(this) : grouped(this),
      this.next === null ? null : h("button", { type: "button", testid: "more-rows", onclick: later(this) }, _("Earlier ones")),
      kind.ways?.(this),
    );
  }
}

/** @param {ListPage} page */
function later(page) {
  return presses(() => page.readOn().catch((error) => notify(explain(error))));
}

/** @param {ListPage} page */
function nothing(page) {
  const { kind } = page;
  if (page.busy) return h("p", { class: "quiet", "data-key": "waits" }, _("One moment …"));
  if (page.isNarrowed)
    return h(
      "section",
      { class: "box early", testid: "nothing-found", "data-key": "nothing-found" },
      h("p", null, page.next === null ? _("Nothing here is like that.") : _("Nothing like that among the newest.")),
      h("button", { type: "button", testid: "widen", onclick: () => void page.narrow({ q: "", by: {} }) }, _("Show all")),
    );
  return h("section", { class: "box early", testid: "nothing-yet", "data-key": "nothing-yet" }, icon(kind.sign), h("p", null, kind.empty));
}

/** @param {ListPage} page */
function grouped({ items, kind, bond, tool }) {
  const line = (/** @type {Row} */ row) =>
    goto({ testid: "row", key: row.id, href: bond.to(tool.name, row.id), sign: kind.sign, ...kind.line(row, bond) });
  if (kind.groups === undefined || kind.group === undefined) return box("rows", null, items.map(line));
  const { groups, group } = kind;
  return groups.map(([key, title]) => box(`rows-${key}`, title, items.filter((row) => group(row, bond) === key).map(line)));
}

/** @param {ListPage} page */
function narrowing(page) {
  const { tool, kind } = page;
  const asked = (kind.asked ?? []).flatMap((name) => tool.filters.filter((each) => each.name === name));
  if (!tool.searched && asked.length === 0) return null;
  const count = Object.keys(page.narrowed.by).length;
  return h(
    "div",
    { class: "narrowing", "data-key": "narrowing" },
    tool.searched ? searching(page) : null,
    asked.length === 0
      ? null
      : h(
          "details",
          { testid: "narrow", "data-key": "narrow" },
          h("summary", { testid: "narrow-summary" }, count === 0 ? _("Show only some") : _("Only some are shown")),
          asked.map((each) => filter(page, each)),
        ),
  );
}

/** @param {ListPage} page */
function searching(page) {
  const words = page.narrowed.q;
  return form(
    { class: "row search", role: "search", testid: "search" },
    async (data) => page.narrow({ q: text(data, "q") }),
    h("label", { class: "unseen", for: "field-q" }, _("Words to look for")),
    h("input", { id: "field-q", testid: "q", name: "q", type: "search", maxlength: 200, value: words, placeholder: _("Look for words"), enterkeyhint: "search" }),
    h("button", { testid: "look" }, _("Look")),
    problemPlace(),
  );
}

/** @param {ListPage} page @param {Asks} asks */
function filter(page, asks) {
  const { tool } = page;
  const { label } = fieldWords(tool.name, asks.name);
  if (asks.kind === "tags" || asks.kind === "text") return tagged(page, asks, label);
  const now = page.narrowed.by[asks.name];
  const pick = (/** @type {string | undefined} */ value) => {
    const { [asks.name]: left, ...by } = page.narrowed.by;
    void page.narrow({ by: value === undefined || value === left ? by : { ...by, [asks.name]: value } });
  };
  const word = (/** @type {{value: string, label: string}} */ each) =>
    h("button", { type: "button", testid: `only-${asks.name}-${each.value}`, "aria-pressed": now === each.value, onclick: () => pick(each.value) }, each.label);
  return h(
    "div",
    { class: "ticks", role: "group", "aria-label": label, "data-key": asks.name },
    asks.kind === "flag" ? null : h("small", null, label),
    h("div", { class: "row" }, offered(page, asks).map(word)),
  );
}

/** @param {ListPage} page @param {Asks} asks @returns {{value: string, label: string}[]} */
function offered({ bond, tool }, { name, kind, values = [] }) {
  if (kind === "flag") return [{ value: "true", label: fieldWords(tool.name, name).label }];
  if (kind === "person")
    return bond.members.map(({ user_id: id }) => ({ value: id, label: id === bond.me.user_id ? _("Me") : bond.nameOf(id) }));
  return values.map((value) => ({ value, label: choiceWords(tool.name, name, value).label }));
}

/** @param {ListPage} page @param {Asks} asks @param {string} label */
function tagged(page, { name }, label) {
  const id = `field-only-${name}`;
  const sought = async (/** @type {FormData} */ data) => {
    const { [name]: unused, ...by } = page.narrowed.by;
    const word = text(data, name).replace(/^#/, "");
    await page.narrow({ by: word === "" ? by : { ...by, [name]: word } });
  };
  return form(
    { class: "row search", testid: `only-${name}`, "data-key": name },
    sought,
    h("label", { for: id }, label),
    h("input", { id, name, testid: `only-${name}-word`, type: "text", maxlength: 40, autocapitalize: "none", value: page.narrowed.by[name] ?? "" }),
    h("button", { testid: `only-${name}-look` }, _("Look")),
    problemPlace(),
  );
}
