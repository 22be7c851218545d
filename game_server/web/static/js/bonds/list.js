/**
 * One's bonds.
 * @module
 */

import { signUp } from "../account/signup.js";
import { backLink } from "../ui/back.js";
import { h } from "../ui/dom.js";
import { loading } from "../ui/loading.js";
import { box, goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";
import { bondPath, nameOf } from "./bond.js";
import { WITH_ACCOUNT } from "./frame.js";

/** @typedef {import("../app.js").Screen} Screen */

/** @type {Screen} */
export const bondsScreen = (root, app) =>
  loading(
    root,
    () => h("header", null, backLink(), h("h1", null, _("Bonds"))),
    async () => {
      if (app.identities.current()?.kind !== "user") return signUp(app, WITH_ACCOUNT);
      /** @type {{items: import("./bond.js").BondView[]}} */
      const { items } = await app.api.get("/api/bonds");
      return box(
        "bonds",
        null,
        items.map((each) => goto({ testid: "bond", key: each.id, sign: "us", title: nameOf(each), href: bondPath(each.id) })),
      );
    },
    { again: true },
  );

/** @type {Screen} */
export const newBondScreen = bondsScreen;

/** @param {string} _code @returns {Screen} */
export function joinBondScreen(_code) {
  return bondsScreen;
}
