/**
 * One row of a tool: what it says, how it stands, and what can be pressed. What is pressed counts once; what was changed meanwhile
 * by somebody else is shown, and said again by whoever still wants it.
 * @module
 */

import { ApiError } from "../../api.js";
import { notify } from "../../ui/notices.js";
import { _ } from "../../ui/tongue.js";
import { writable } from "./catalog.js";
import { changeRow, command, currentOf, readRow, removeRow } from "./commands.js";
import { Draft, draftsOf } from "./drafts.js";
import { legal, may } from "./rights.js";
import { goneView, rowView } from "./rowview.js";
import { changesOf } from "./values.js";
import { promptWords } from "./words.js";

/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("../parts.js").Here} Here */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./catalog.js").Tool} Tool */
/** @typedef {import("./kind.js").Doing} Doing */
/** @typedef {import("./kind.js").Kind} Kind */

/** What is written where the row itself is changed. */
const EDIT = "edit";

export class RowPage {
  /** What is being written: the row's change, or what a command takes; null: nothing. @type {string | null} */
  writing = null;
  /** What was just done, and what takes it back. @type {{said: string, undo: Doing | null} | null} */
  just = null;
  /** What a change was begun with. @type {Row} */
  #begun;
  /** Which of its versions its writer has seen. @type {number} */
  #seen;
  /** It was changed while somebody wrote. */
  stale = false;

  /** @param {Here} here @param {Tool} tool @param {Kind} kind @param {Row} row @param {(content: Child) => void} draw */
  constructor(here, tool, kind, row, draw) {
    this.here = here;
    this.bond = here.bond;
    this.app = here.app;
    this.tool = tool;
    this.kind = kind;
    this.row = row;
    this.draw = draw;
    this.#begun = row;
    this.#seen = row.version;
    this.#takeUp();
  }

  /** What was being written before the page was loaded anew goes on. */
  #takeUp() {
    const { bond, tool, row } = this;
    const [name] = draftsOf(bond, `${tool.name}.${row.id}.`);
    const goesOn = name === EDIT ? this.editable : this.doings.some((each) => each.name === name);
    if (name === undefined || !goesOn) return;
    this.writing = name;
    this.stale = new Draft(bond, `${tool.name}.${row.id}.${name}`).typed?.["version"]?.[0] !== String(row.version);
  }

  get editable() {
    const { tool, row, bond } = this;
    return tool.editable === true && may(bond, tool, EDIT, row) && legal(tool, EDIT, row);
  }

  /** What can be pressed now. @returns {Doing[]} */
  get doings() {
    return this.kind.doings.filter((each) => this.can(each));
  }

  /** @param {Doing} doing */
  can({ name, command: called = name, patch, when, allowed }) {
    const { tool, row, bond } = this;
    const act = patch === undefined ? called : EDIT;
    const permitted = allowed === undefined ? may(bond, tool, act, row) : !bond.over && allowed(row, bond);
    return permitted && legal(tool, act, row) && (when?.(row, bond) ?? true);
  }

  /** Read anew, quietly. */
  async again() {
    try {
      this.#shown(await readRow(this.bond, this.tool, this.row.id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404 && this.writing === null) this.draw(goneView(this.bond, this.tool));
    }
  }

  /** @param {Row} row */
  #shown(row) {
    this.row = row;
    this.here.entitle(this.kind.line(row, this.bond).title);
    this.show();
  }

  show() {
    this.draw(rowView(this));
  }

  /** @param {string | null} writing */
  write(writing) {
    this.writing = writing;
    this.#begun = this.row;
    this.#seen = this.row.version;
    this.stale = false;
    this.just = null;
    this.show();
    const place = document.querySelector(writing === null ? '[data-testid="doings"] button' : ".tool-form :is(input, textarea)");
    if (place instanceof HTMLElement) place.focus();
  }

  /**
   * Do it. Throws what is refused; where the row was changed meanwhile it is shown as it is now.
   * @param {Doing} doing @param {object} [body]
   */
  async do(doing, body = {}) {
    const { bond, tool } = this;
    const called = doing.command ?? doing.name;
    try {
      const sent = { ...doing.body, ...body };
      const answer =
        doing.patch === undefined ? await command(bond, tool, this.row, called, sent, doing.anyhow === true) : await changeRow(bond, tool, this.row, doing.patch);
      new Draft(bond, `${tool.name}.${this.row.id}.${doing.name}`).drop();
      const answers = tool.commands[called]?.answers;
      if (answers !== undefined) return this.#led(answers, answer, doing);
      this.writing = null;
      this.stale = false;
      const undo = this.kind.doings.find(({ name }) => name === doing.undo) ?? null;
      this.just = { said: said(doing.done, answer["prompt"]), undo };
      if (answer.id === this.row.id) this.#shown(answer);
      else await this.again();
      inSight();
    } catch (error) {
      this.#stale(error);
      throw error;
    }
  }

  /** @param {Record<string, unknown>} values */
  async change(values) {
    const { bond, tool } = this;
    const changes = changesOf(values, this.#begun, this.fields);
    try {
      const known = { ...this.row, version: this.#seen };
      const row = Object.keys(changes).length === 0 ? this.row : await changeRow(bond, tool, known, changes);
      new Draft(bond, `${tool.name}.${row.id}.${EDIT}`).drop();
      this.writing = null;
      this.stale = false;
      this.just = { said: said(_("Changed."), row["prompt"]), undo: null };
      this.#shown(row);
      inSight();
    } catch (error) {
      this.#stale(error);
      throw error;
    }
  }

  /** @param {unknown} error */
  #stale(error) {
    const current = currentOf(error);
    if (current === null) return;
    this.#seen = current.version;
    this.stale = this.writing !== null;
    this.#shown(current);
  }

  /** A command that made a row of another tool leads there. @param {string} tool @param {Row} row @param {Doing} doing */
  #led(tool, row, doing) {
    notify(said(doing.done, row["prompt"]));
    this.app.navigate(this.bond.to(tool, row.id));
  }

  async remove() {
    try {
      await removeRow(this.bond, this.tool, this.row);
      notify(_("It is gone."));
      this.app.navigate(this.bond.to(this.tool.name), { replace: true });
    } catch (error) {
      this.#stale(error);
      throw error;
    }
  }

  get fields() {
    const fields = writable(this.tool, false);
    return this.kind.fields?.(fields) ?? fields;
  }

  /** Said beside what is written: nobody writes over what they have not read. */
  get differing() {
    return this.writing !== null && (this.stale || this.#seen !== this.row.version);
  }
}

/** What was just done is said above what it was done to. */
function inSight() {
  document.querySelector('[data-testid="just"]')?.scrollIntoView({ block: "nearest" });
}

/** @param {string} done @param {string | undefined} prompt */
function said(done, prompt) {
  const more = promptWords(prompt);
  return more === null ? done : `${done} ${more}`;
}
