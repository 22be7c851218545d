/**
 * Who is in a bond, who would like to be, and how somebody new comes.
 * @module
 */

import { h, render } from "../ui/dom.js";
import { loading } from "../ui/loading.js";
import { box, goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";
import { called } from "./bond.js";
import { gentle } from "./commands.js";
import { Inviting } from "./invite.js";
import { memberPage } from "./member.js";
import { myselfPage } from "./myself.js";
import { requestBox, waiting } from "./requests.js";
import { roleWord, STATE_OF } from "./words.js";

/** @typedef {import("./bond.js").Member} Member */
/** @typedef {import("./parts.js").Here} Here */
/** @typedef {import("./parts.js").PartScreen} PartScreen */

/** @type {PartScreen} */
export const peoplePart = (place, here) => (here.row === null ? everybody(place, here) : somebody(place, here));

/** @type {PartScreen} */
function everybody(place, here) {
  return loading(
    place,
    () => null,
    async (draw) => {
      let requests = await waiting(here);
      const show = () => draw(list());
      const reload = async () => {
        requests = await waiting(here);
        show();
      };
      const inviting = new Inviting(here, show);
      const list = () => [
        requests.map((each) => requestBox(here, each, reload)),
        box(
          "members",
          null,
          here.bond.members.map((each) => line(here, each)),
        ),
        inviting.box(),
      ];
      here.heard(({ table }) => (table === "bond_join_requests" || table === null ? void reload().catch(gentle) : show()));
      return list();
    },
    { again: true },
  );
}

/** @param {Here} here @param {Member} member */
function line({ bond }, member) {
  const mine = member === bond.me;
  return goto({
    testid: mine ? "myself" : "member",
    key: member.user_id,
    sign: mine ? "you" : "us",
    title: mine ? _("{name} (you)", { name: called(member) }) : called(member),
    hint: member.is_founder ? _("{role} · began this bond", { role: roleWord(member.role_in_bond) }) : roleWord(member.role_in_bond),
    value: STATE_OF[member.submission_state],
    href: bond.to("people", member.user_id),
  });
}

/** @type {PartScreen} */
function somebody(place, here) {
  const draw = () => {
    const member = here.bond.member(here.row);
    if (member === null) return render(place, h("p", null, _("They are not in this bond.")));
    return render(place, member === here.bond.me ? myselfPage(here) : memberPage(here, member));
  };
  const member = here.bond.member(here.row);
  if (member !== null) here.entitle(member === here.bond.me ? _("Me in this bond") : called(member));
  here.heard(({ table }) => (table === "bond_members" || table === "bonds" || table === null ? draw() : undefined));
  draw();
  return () => {};
}
