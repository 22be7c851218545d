/**
 * Somebody else in a bond: how they are, by what they slow and stop, what they need afterwards, and what the founder gives them.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { box, doing } from "../ui/rows.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";
import { called } from "./bond.js";
import { acts } from "./safety.js";
import { roleWord, STATE_SAID } from "./words.js";

/** @typedef {import("./bond.js").Member} Member */
/** @typedef {import("./parts.js").Here} Here */

/** @param {Here} here @param {Member} member */
export function memberPage(here, member) {
  return [safetyCard(member), about(here, member), rights(here, member), parting(here, member)];
}

/** The first that one should know of anybody. @param {Member} member */
export function safetyCard(member) {
  const { slow, stop, nonverbal } = member.safewords ?? {};
  const name = called(member);
  const lines = /** @type {const} */ ([
    [_("To slow down"), slow],
    [_("To stop"), stop],
    [_("Without words"), nonverbal],
    [_("Afterwards"), member.aftercare_needs],
  ]).filter(([, words]) => Boolean(words));
  return h(
    "section",
    { class: "box safety-card", testid: "safety-card", "data-key": `safety-${member.user_id}` },
    h("h2", null, _("{name}’s safety card", { name })),
    lines.length === 0
      ? h("p", { class: "quiet" }, _("{name} has written nothing here yet. “Stop” always means stop.", { name }))
      : h(
          "dl",
          { class: "facts-of" },
          lines.map(([label, words]) => h("div", null, h("dt", null, label), h("dd", null, words))),
        ),
  );
}

/** @param {Here} here @param {Member} member */
function about({ bond }, member) {
  const name = called(member);
  const leads = bond.permissions.you.leads.includes(member.user_id);
  const led = bond.permissions.you.led_by.includes(member.user_id);
  return h(
    "section",
    { class: "box", testid: "about-member" },
    h("p", null, STATE_SAID[member.submission_state].replace("{name}", name)),
    h("p", null, _("In this bond: {role}.", { role: roleWord(member.role_in_bond) })),
    leads ? h("p", null, _("{name} lets you lead.", { name })) : null,
    led ? h("p", null, _("You let {name} lead.", { name })) : null,
    member.kink_identity === null ? null : h("p", { class: "said" }, member.kink_identity),
  );
}

/** @param {Here} here @param {Member} member */
function rights(here, member) {
  const { bond, changed } = here;
  if (!bond.may("members.edit")) return null;
  const line = (/** @type {"can_invite" | "can_manage"} */ right, /** @type {string} */ title, /** @type {string} */ hint) =>
    h(
      "button",
      {
        type: "button",
        testid: right,
        "aria-pressed": member[right],
        onclick: acts(changed, () => bond.app.api.patch(bond.api(`/members/${encodeURIComponent(member.user_id)}`), { [right]: !member[right] })),
      },
      title,
      h("small", null, hint),
    );
  return h(
    "section",
    { class: "box", testid: "rights" },
    h("h2", null, _("What {name} may do", { name: called(member) })),
    line("can_invite", _("Invite others"), member.can_invite ? _("given: tap to take it back") : _("not given: tap to give it")),
    line("can_manage", _("Look after the bond"), member.can_manage ? _("given: tap to take it back") : _("settings, name, removing somebody")),
  );
}

/** @param {Here} here @param {Member} member */
function parting(here, member) {
  const { bond } = here;
  const name = called(member);
  const remove = bond.may("members.remove") && !member.is_founder;
  return box("member-parting", null, [
    bond.may("transfer") ? doing({ testid: "transfer", sign: "key", title: _("Hand the bond on to {name}", { name }), onclick: (event) => handOn(here, member, event) }) : null,
    remove ? doing({ testid: "remove-member", sign: "exit", title: _("Remove {name} from this bond", { name }), onclick: (event) => takeOut(here, member, event) }) : null,
  ]);
}

/** @param {Here} here @param {Member} member @param {Event} event */
function handOn({ bond, changed }, member, { currentTarget }) {
  const name = called(member);
  openSheet(/** @type {Element} */ (currentTarget), { testid: "transfer-sheet", title: _("Hand the bond on to {name}?", { name }), no: _("Leave it as it is") }, (close) => [
    told(_("What it means"), [_("{name} gives and takes rights here from then on", { name }), _("you stay a member, with the rights you have"), _("only {name} can hand it back", { name })]),
    form(
      { class: "stack" },
      async () => {
        await bond.app.api.post(bond.api("/transfer"), { user_id: member.user_id });
        close();
        await changed();
      },
      problemPlace(),
      h("button", { class: "grave", testid: "transfer-yes" }, _("Hand it on")),
    ),
  ]);
}

/** @param {Here} here @param {Member} member @param {Event} event */
function takeOut({ app, bond, changed }, member, { currentTarget }) {
  const name = called(member);
  openSheet(/** @type {Element} */ (currentTarget), { testid: "remove-sheet", title: _("Remove {name}?", { name }), no: _("Leave it as it is") }, (close) => [
    told(_("What goes"), [
      _("{name} sees nothing of this bond any more, at once", { name }),
      _("open tasks for {name}, and contracts they signed, end", { name }),
      _("their journal and check-ins go with them, unshared"),
    ]),
    told(_("What stays"), [_("what was written for all of you, without their name"), _("everybody’s limits")]),
    form(
      { class: "stack" },
      async (_data, sent) => {
        await app.api.delete(bond.api(`/members/${encodeURIComponent(member.user_id)}`));
        close();
        notify(_("{name} is not in this bond any more.", { name }));
        await changed();
        if (!sent.isConnected) app.navigate(bond.to("people"), { replace: true });
      },
      problemPlace(),
      h("button", { class: "grave", testid: "remove-yes" }, _("Remove {name}", { name })),
    ),
  ]);
}
