/**
 * Leaving a bond, or ending it. Each asks once, and says before what goes and what stays.
 * @module
 */

import { h, render } from "../ui/dom.js";
import { form, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { openSheet, told } from "../ui/sheet.js";
import { _, ngettext } from "../ui/tongue.js";
import { forgetBond } from "./bond.js";
import { acts } from "./safety.js";

/** @typedef {import("./parts.js").Here} Here */
/** @typedef {import("./parts.js").PartScreen} PartScreen */

/** @type {PartScreen} */
export const leavePart = (place, here) => {
  const draw = () => render(place, leavingBox(here), endingBox(here));
  here.heard(draw);
  draw();
  return () => {};
};

/** @param {Here} here */
function leavingBox(here) {
  const { bond } = here;
  const alone = bond.others.length === 0;
  return h(
    "section",
    { class: "box", testid: "leaving-bond" },
    h("h2", null, _("Leave")),
    h("p", null, alone && !bond.over ? _("You are the only one here, so there is nobody to leave. You may end the bond instead.") : _("At once, alone, and without a reason. Nobody is asked, and no message goes out.")),
    alone && !bond.over
      ? null
      : h("button", { type: "button", testid: "leave-bond", onclick: (/** @type {Event} */ event) => leaveSheet(here, event) }, _("Leave this bond")),
  );
}

/** @param {Here} here @param {Event} event */
function leaveSheet({ app, bond }, { currentTarget }) {
  openSheet(/** @type {Element} */ (currentTarget), { testid: "leave-sheet", title: _("Leave “{name}”?", { name: bond.name }), no: _("Stay") }, () => [
    told(_("What goes"), [
      _("this bond, for you: you see nothing of it any more"),
      _("tasks that are open for you, and contracts you signed: they end"),
      _("pictures and words by which you showed that a task was done"),
      bond.me.is_founder ? _("looking after the bond: it passes on, first to whoever may look after it") : null,
    ]),
    told(_("What stays"), [
      _("your journal and check-ins: they come home with you, unshared"),
      _("your limits, everywhere"),
      _("what you wrote for all of you: the others keep it"),
    ]),
    form(
      { class: "stack" },
      async (_data, sent) => {
        await app.api.post(bond.api("/leave"));
        forgetBond();
        notify(_("You have left. Take care of yourself."));
        app.goOn(sent, "/bonds", { replace: true });
      },
      problemPlace(),
      h("button", { class: "grave", testid: "leave-yes" }, _("Leave")),
    ),
  ]);
}

/** @param {Here} here */
function endingBox(here) {
  const { bond } = here;
  if (bond.over) return null;
  const { dissolve_needed: needed, dissolve_votes: votes } = bond.view;
  const mine = bond.me.dissolve_voted_by_me === true;
  return h(
    "section",
    { class: "box", testid: "ending-bond" },
    h("h2", null, _("End the bond for everybody")),
    h("p", null, needed === 1 ? _("Each of you can end it. It can be read for 30 days more, then it is erased.") : ngettext("It ends when {n} of you wants it to.", "It ends when {n} of you want it to.", needed)),
    votes > 0 ? h("p", { testid: "votes" }, ngettext("{n} of you would like it to end.", "{n} of you would like it to end.", votes)) : null,
    mine
      ? h("button", { type: "button", testid: "take-vote-back", onclick: acts(here.changed, () => bond.app.api.post(bond.api("/dissolve"), { vote: false })) }, _("Take that back"))
      : h("button", { class: "plain", type: "button", testid: "end-bond", onclick: (/** @type {Event} */ event) => endSheet(here, event) }, needed === 1 ? _("End it") : _("I would like it to end")),
  );
}

/** @param {Here} here @param {Event} event */
function endSheet({ bond, changed }, { currentTarget }) {
  const alone = bond.view.dissolve_needed === 1;
  const title = alone ? _("End “{name}”?", { name: bond.name }) : _("Say that you would like it to end?");
  openSheet(/** @type {Element} */ (currentTarget), { testid: "end-sheet", title, no: _("Leave it as it is") }, (close) => [
    told(_("What goes"), [
      _("everything that is open here: tasks, contracts, plans"),
      _("the bond itself, after 30 days in which it can be read and taken along"),
    ]),
    told(_("What stays"), [
      _("everybody’s journal and check-ins: they go home, unshared"),
      _("everybody’s limits"),
      alone ? null : _("nobody is told who would like it to end, only how many"),
    ]),
    form(
      { class: "stack" },
      async () => {
        await bond.app.api.post(bond.api("/dissolve"), { vote: true });
        close();
        await changed();
      },
      problemPlace(),
      h("button", { class: "grave", testid: "end-yes" }, alone ? _("End it") : _("Say so")),
    ),
  ]);
}
