/**
 * One's bonds, and those that one waits for.
 * @module
 */

import { signUp } from "../account/signup.js";
import { backLink } from "../ui/back.js";
import { h } from "../ui/dom.js";
import { loading } from "../ui/loading.js";
import { polling } from "../ui/polling.js";
import { box, goto } from "../ui/rows.js";
import { listed } from "../ui/time.js";
import { _ } from "../ui/tongue.js";
import { askedBox, askedFor } from "./asked.js";
import { bondPath, called, nameOf, WITH_ACCOUNT } from "./bond.js";
import { brought, broughtBox } from "./brought.js";
import { gentle } from "./commands.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./asked.js").Request} Request */
/** @typedef {import("./bond.js").BondView} BondView */
/** @typedef {import("./brought.js").Brought} Brought */

const POLL_MS = 5000;

/** @type {Screen} */
export const bondsScreen = (root, app) => {
  const heading = () => h("header", null, backLink(), h("h1", null, _("Bonds")));
  /** Whoever is let in sees so by themselves: no line leads to a bond that they are not in. @type {(() => void) | null} */
  let stop = null;
  let here = true;
  const wait = (/** @type {boolean} */ waits, /** @type {() => Promise<void>} */ reload) => {
    if (waits && here) stop ??= polling(POLL_MS, () => reload().catch(gentle));
    else {
      stop?.();
      stop = null;
    }
  };
  const leave = loading(
    root,
    heading,
    async (draw) => {
      if (app.identities.current()?.kind !== "user") return signUp(app, WITH_ACCOUNT);
      /** @returns {Promise<HTMLElement>} */
      const read = async () => {
        /** @type {{items: BondView[]}} */
        const { items } = await app.api.get("/api/bonds");
        const asked = await askedFor(
          app,
          items.map(({ id }) => id),
        );
        const elsewhere = await brought(app);
        wait(asked.some(({ status }) => status === "pending") || elsewhere.some(({ status }) => status === "accepted"), reload);
        return page(app, { bonds: items, asked, elsewhere }, reload);
      };
      const reload = async () => draw(await read());
      return read();
    },
    { again: true },
  );
  return () => {
    here = false;
    stop?.();
    leave();
  };
};

/** @param {App} app @param {{bonds: BondView[], asked: Request[], elsewhere: Brought[]}} all @param {() => Promise<void>} reload */
function page(app, { bonds, asked, elsewhere }, reload) {
  const none = bonds.length + asked.length + elsewhere.length === 0;
  return h(
    "div",
    { class: "you two", testid: "bonds" },
    none ? firstBox() : null,
    asked.map((each) => askedBox(app, each, reload)),
    elsewhere.map((each) => broughtBox(app, each, reload)),
    box(
      "own-bonds",
      null,
      bonds.map((each) => goto({ testid: "bond", key: each.id, sign: "us", title: nameOf(each), hint: whoIsIn(app, each), value: standOf(each), href: bondPath(each.id) })),
    ),
    box("more-bonds", null, [
      none ? null : goto({ testid: "new-bond", sign: "heart", title: _("Begin a bond"), href: "/bonds/new" }),
      goto({ testid: "have-code", sign: "key", title: _("I have a code"), hint: _("Somebody invited you"), href: "/bonds/join" }),
    ]),
  );
}

function firstBox() {
  return h(
    "section",
    { class: "box", testid: "no-bonds" },
    h("h2", null, _("What lasts between you")),
    h("p", null, _("A bond is what you keep together for years: what you agreed on, what you plan, what you say to each other, and what each of you needs.")),
    h("p", { class: "quiet" }, _("It remembers and shows. It never orders, punishes or counts against anybody, and each of you can pause or leave at any moment.")),
    h("a", { class: "button primary", testid: "new-bond", href: "/bonds/new" }, _("Begin a bond")),
  );
}

/** @param {App} app @param {BondView} bond */
function whoIsIn(app, { members }) {
  const mine = app.identities.current();
  const others = members.filter((each) => !(mine?.kind === "user" && each.user_id === mine.id) && each.paused_by_me === undefined);
  return others.length === 0 ? _("Only you so far") : _("With {names}", { names: listed(others.map(called)) });
}

/** @param {BondView} bond */
function standOf({ status }) {
  return status === "paused" ? _("paused") : status === "dissolved" ? _("ended") : null;
}
