/**
 * The screens of one character: their own page, what is changed about them, their pictures, and the talk with them.
 * @module
 */

import { signUp } from "../account/signup.js";
import { ApiError } from "../api.js";
import { render } from "../ui/dom.js";
import { loading } from "../ui/loading.js";
import { _ } from "../ui/tongue.js";
import { apiOf, GONE, isOurs, LIST } from "./character.js";
import { editPart } from "./edit.js";
import { notHere, WITH_ACCOUNT } from "./gallery.js";
import { headed } from "./heading.js";
import { offers } from "./offers.js";
import { ownPage } from "./page.js";
import { picturesPart } from "./pictures.js";
import { talkPart } from "./talk/screen.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./character.js").Character} Character */
/** @typedef {import("./offers.js").Offers} Offers */
/** @typedef {{id: string, part?: string, row?: string}} Address */
/**
 * @typedef {object} Here
 * @property {App} app
 * @property {Character | null} character null: only what was said with them is still there
 * @property {Offers} offered
 * @property {string | null} row
 */
/** Fills the screen, its heading too, and answers how to leave it. @typedef {(root: HTMLElement, here: Here) => () => void} PartScreen */

/** By its address below the character's. @type {Readonly<Record<string, PartScreen>>} */
const PARTS = { edit: editPart, pictures: picturesPart, talk: talkPart };

/** @param {Address} address @returns {Screen} */
export function characterScreen(address) {
  return (root, app) => {
    let leave = () => {};
    const part = address.part === undefined ? ownPage : Object.hasOwn(PARTS, address.part) ? PARTS[address.part] : undefined;
    const stop = loading(
      root,
      () => headed(LIST, _("‹ Characters"), _("Character")),
      async () => {
        if (app.identities.current()?.kind !== "user") return signUp(app, WITH_ACCOUNT);
        const here = await opened(app, address);
        if (here.offered.providers.length === 0) return notHere();
        const lonely = here.character === null && address.part !== "talk";
        const closed = here.character !== null && isOurs(here.character) && address.part === "edit";
        if (part === undefined || lonely || closed) throw new ApiError(404, "not_found", "");
        stop();
        render(root);
        leave = part(root, here);
        return null;
      },
      { again: true },
    );
    return () => {
      stop();
      leave();
    };
  };
}

/** Throws ApiError. @param {App} app @param {Address} address @returns {Promise<Here>} */
async function opened(app, { id, row }) {
  const [character, offered] = await Promise.all([id === GONE ? null : app.api.get(apiOf({ id })), offers(app.api)]);
  return { app, character, offered, row: row ?? null };
}
