/**
 * What stands around everything of a bond: the way back, the pause, what it is called; in the middle a part, or the bond's own page.
 *
 * One line is followed as long as the bond is shown. What it tells goes to whoever is in the middle.
 * @module
 */

import { ApiError } from "../api.js";
import { signUp } from "../account/signup.js";
import { h, render } from "../ui/dom.js";
import { explain } from "../ui/forms.js";
import { loading } from "../ui/loading.js";
import { _ } from "../ui/tongue.js";
import { forgetBond, knownBond, openBond, WITH_ACCOUNT } from "./bond.js";
import { homePart } from "./home.js";
import { wishedRole } from "./asked.js";
import { takeRole } from "./join.js";
import { follow } from "./line.js";
import { NOWHERE, partCalled } from "./parts.js";
import { pauseButton } from "./safety.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./bond.js").Bond} Bond */
/** @typedef {import("./line.js").Change} Change */
/** @typedef {import("./parts.js").Here} Here */
/** @typedef {{id: string, part?: string, row?: string}} Address */

/** @typedef {{bond: Bond, draw: () => void, tell: (change: Change) => void}} Frame */

/** What is in front now: a change that was being read when one went on from part to part is told there. @type {Frame | null} */
let front = null;

/** Changes of these are changes of what all parts share. */
const SHARED = new Set(["bonds", "bond_members", null]);

/** @param {Address} address @returns {Screen} */
export function bondScreen(address) {
  return (root, app) => {
    if (app.identities.current()?.kind !== "user") {
      render(root, h("header", null, h("h1", null, _("Bonds"))), signUp(app, WITH_ACCOUNT));
      return () => {};
    }
    let here = true;
    const known = knownBond(app, address.id);
    let leave = known !== null ? framed(root, app, known, address) : opened(root, app, address.id, (bond) => {
      leave();
      if (here) leave = framed(root, app, bond, address);
    });
    return () => {
      here = false;
      leave();
    };
  };
}

/** @param {HTMLElement} root @param {App} app @param {string} id @param {(bond: Bond) => void} show @returns {() => void} leaves it */
function opened(root, app, id, show) {
  const heading = () => h("header", null, backTo("/bonds", _("‹ Bonds")), h("h1", null, _("Bond")));
  const load = async () => {
    const wish = wishedRole(app, id);
    if (wish !== null) await takeRole(app, id, wish).catch(unlessRefused); // they are in since they asked
    show(await openBond(app, id));
    return null;
  };
  const elsewhere = () => h("a", { class: "button", testid: "to-own-bonds", href: "/bonds" }, _("To my bonds"));
  return loading(root, heading, load, { again: true, anyhow: elsewhere });
}

/** @param {HTMLElement} root @param {App} app @param {Bond} bond @param {Address} address @returns {() => void} */
function framed(root, app, bond, address) {
  const part = partCalled(address.part);
  let title = address.part === undefined ? bond.name : (part?.title ?? _("Nothing here"));
  /** @type {((change: Change) => void)[]} */
  const listeners = [];
  const draw = () => render(root, bar(bond, address, changed), heading(bond, address, title), middle());
  const tell = (/** @type {Change} */ change) => listeners.forEach((each) => each(change));
  const changed = async () => {
    await bond.reload();
    shown(bond, { table: "bond_members", id: null, op: "update" });
  };
  /** @type {Here} */
  const here = {
    app,
    bond,
    row: address.row ?? null,
    heard: (told) => void listeners.push(told),
    entitle: (words) => {
      title = words;
      draw();
    },
    changed,
  };
  draw();
  /** @type {Frame} */
  const frame = { bond, draw, tell };
  front = frame;
  const place = /** @type {HTMLElement} */ (root.querySelector(".part"));
  const leave = (address.part === undefined ? homePart : (part?.screen ?? nowhere))(place, here);
  const arrives = (/** @type {Change} */ change) => void arrived(bond, change);
  const stop = follow(bond, arrives);
  if (bond.isStale) arrives({ table: "bonds", id: bond.id, op: "update" }); // it was shown before, and may have changed since
  return () => {
    if (front === frame) front = null;
    stop();
    leave();
  };
}

/** @param {Bond} bond @param {Change} change */
async function arrived(bond, change) {
  if (SHARED.has(change.table)) {
    try {
      await bond.reload();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return gone(bond);
    }
    shown(bond, change);
  } else if (front?.bond === bond) front.tell(change);
}

/** Read anew, it stands in whatever of this bond is in front. @param {Bond} bond @param {Change} change */
function shown(bond, change) {
  if (front?.bond !== bond) return;
  front.draw();
  front.tell(change);
}

/** One is in it no more. @param {Bond} bond */
function gone(bond) {
  forgetBond();
  if (location.pathname.startsWith(bond.to())) bond.app.navigate("/bonds", { replace: true });
}

/** What its part draws stays as it is, whatever is drawn around it. */
function middle() {
  return h("div", { class: "part", "data-key": "part", "data-live": true });
}

/** @param {Bond} bond @param {Address} address @param {() => Promise<void>} changed */
function bar(bond, { part, row }, changed) {
  const [href, words] =
    part === undefined
      ? ["/bonds", _("‹ Bonds")]
      : row === undefined
        ? [bond.to(), _("‹ {name}", { name: bond.name })]
        : [bond.to(part), _("‹ {name}", { name: partCalled(part)?.title ?? bond.name })];
  return h("nav", { class: "bond-bar", "data-key": "bar", "aria-label": _("Bond") }, backTo(href, words), pauseButton(bond, changed));
}

/** @param {string} href @param {string} words */
function backTo(href, words) {
  return h("a", { class: "back", testid: "back", href }, words);
}

/** @param {Bond} bond @param {Address} address @param {string} title */
function heading(bond, { part }, title) {
  return h(
    "header",
    { class: "of-bond", "data-key": "head" },
    part === undefined ? null : h("p", { class: "quiet", testid: "bond-name" }, bond.name),
    h("h1", null, title),
    standing(bond),
  );
}

/** @param {Bond} bond */
function standing(bond) {
  const said = bond.over
    ? _("This bond has ended. It can be read for 30 days, then it goes.")
    : bond.view.status === "paused"
      ? _("This bond is paused: nothing new is asked of anybody.")
      : bond.me.submission_state === "paused"
        ? _("You are pausing: nothing new is asked of you.")
        : null;
  return said === null ? null : h("p", { class: "standing", role: "status", testid: "standing" }, said);
}

/** @type {import("./parts.js").PartScreen} */
const nowhere = (place, { bond }) => {
  render(place, h("p", null, NOWHERE), h("a", { class: "button", href: bond.to() }, _("To the bond")));
  return () => {};
};

/** @param {unknown} error */
function unlessRefused(error) {
  if (!(error instanceof ApiError)) throw error;
}

/** What a part says that could not be read. @param {ApiError} error */
export function problem(error) {
  return h("p", { class: "problem", role: "alert" }, explain(error));
}
