/**
 * What can be done with a whole character: take another like it, make it the favourite, let it go. What goes and what stays is said before.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, problemPlace } from "../ui/forms.js";
import { attempts } from "../ui/attempt.js";
import { notify } from "../ui/notices.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { apiOf, LIST, nameOf, pathOf } from "./character.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./character.js").Character} Character */

/** A press: another one like it comes, and is shown. @param {App} app @param {Character} character */
export function duplicate(app, character) {
  return attempts(".screen", async (place) => {
    const made = await app.api.create(apiOf(character, "duplicate"), {});
    notify(_("{name} is yours now. Change whatever you like.", { name: nameOf(made) }));
    app.goOn(place, pathOf(made.id));
  });
}

/** A press: this one is the favourite from now on. @param {App} app @param {Character} character @param {() => Promise<unknown>} reload */
export function makeFavourite(app, character, reload) {
  return attempts(".screen", async () => {
    await app.api.post(apiOf(character, "primary"));
    notify(_("{name} is your favourite now.", { name: nameOf(character) }));
    await reload();
  });
}

/** A press: asks first. @param {App} app @param {Character} character @returns {(event: Event) => void} */
export function askToDelete(app, character) {
  const name = nameOf(character);
  return ({ currentTarget }) =>
    void openSheet(
      /** @type {Element} */ (currentTarget),
      { testid: "delete-sheet", title: _("Let {name} go?", { name }), no: _("Keep them") },
      (close) => [
        told(_("What goes"), [
          _("everything you wrote about them"),
          character.avatar_urls.length === 0 ? null : _("their pictures"),
          _("nobody can bring them back, we cannot either"),
        ]),
        told(_("What stays"), [_("what you talked about, to be read, until you delete it")]),
        form(
          { class: "stack" },
          async () => {
            await app.api.delete(apiOf(character));
            close();
            notify(_("{name} is gone.", { name }));
            app.navigate(LIST, { replace: true });
          },
          problemPlace(),
          h("button", { class: "grave", testid: "delete-yes" }, _("Delete {name}", { name })),
        ),
      ],
    );
}
