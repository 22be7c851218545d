/**
 * Name and body, told once before the first game and changed here.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, problemPlace, text } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { _ } from "../ui/tongue.js";
import { anatomyChoices, nameField, OPTIONAL, optionalFields, toldAs } from "./demographics.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {Record<string, string | null>} Told by the keys of OPTIONAL */
/** @typedef {{name: string, anatomy: import("./demographics.js").Anatomy, told: Told | null}} About told null: without an account */

/** @param {App} app */
export async function namePage(app) {
  const about = await read(app);
  const act = async (/** @type {FormData} */ data, /** @type {HTMLFormElement} */ sent) => {
    const owner = app.identities.owner();
    await app.api.post("/api/me/demographics", toldAs(data));
    const withdrawn = withdrawnFrom(about.told ?? {}, data);
    if (withdrawn !== null) await app.api.patch("/api/me", { demographics: withdrawn });
    if (owner !== app.identities.owner()) return; // they left meanwhile
    app.identities.describe(text(data, "name"), true);
    notify(_("Saved. It holds from now on, in open games too."));
    app.goOn(sent, "/you");
  };
  return form(
    { class: "box", testid: "about-me" },
    act,
    nameField(about.name),
    anatomyChoices("", about.anatomy),
    about.told === null ? null : optionalFields(about.told),
    h("p", { class: "quiet" }, _("Your name is on the cards, and whoever you play with sees it. Your body is used to choose cards, and shown to nobody.")),
    problemPlace(),
    h("button", { class: "primary", testid: "save-about-me" }, _("Save")),
  );
}

/** @param {App} app @returns {Promise<About>} */
async function read(app) {
  if (app.identities.current()?.kind !== "user") {
    const { name, anatomy } = await app.api.get("/api/profile");
    return { name: name ?? "", anatomy, told: null };
  }
  const { display_name: name, anatomy, demographics } = await app.api.get("/api/me");
  return { name: name ?? "", anatomy, told: demographics };
}

/**
 * What was told before and is empty now: left out it would stay, so it is taken back.
 * @param {Told} before
 * @param {FormData} data
 * @returns {Record<string, null> | null} null: nothing
 */
export function withdrawnFrom(before, data) {
  const gone = OPTIONAL.map(([key]) => key).filter((key) => before[key] && text(data, key) === "");
  return gone.length === 0 ? null : Object.fromEntries(gone.map((key) => [key, null]));
}
