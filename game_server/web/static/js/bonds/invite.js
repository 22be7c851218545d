/**
 * A code that lets somebody ask to be let in: shown once, as a link and as a code to scan, and taken back at any time.
 * @module
 */

import { linkField, waysToSend } from "../pairing/invitation.js";
import { h } from "../ui/dom.js";
import { qrImage } from "../ui/share.js";
import { day } from "../ui/time.js";
import { _ } from "../ui/tongue.js";
import { acts } from "./safety.js";

/** @typedef {import("./parts.js").Here} Here */
/** @typedef {{invite_code: string, link: string, qr_svg: string, expires_at: string}} Invite */

const DYAD = 2;
const BLOCK = 4;

/** What this page knows of a code while it is open. */
export class Inviting {
  /** @type {Invite | null} it is told once */
  made = null;

  /** @param {Here} here @param {() => void} drawn */
  constructor(here, drawn) {
    this.here = here;
    this.drawn = drawn;
  }

  /** @returns {boolean} is there room, and is it theirs to invite? */
  get possible() {
    const { bond } = this.here;
    return bond.may("invite.create") && !(bond.view.bond_type === "dyad" && bond.members.length >= DYAD);
  }

  box() {
    if (!this.possible) return null;
    const { bond } = this.here;
    const standing = bond.view.invite_expires_at !== null && Date.parse(bond.view.invite_expires_at) > Date.now();
    const make = acts(async () => {
      await this.here.changed();
      this.drawn();
    }, async () => {
      this.made = await bond.app.api.create(bond.api("/invite"), {});
    });
    if (this.made !== null && standing) return this.#shown(this.made, make);
    return h(
      "section",
      { class: "box", testid: "invite" },
      h("h2", null, bond.others.length === 0 ? _("Invite your partner") : _("Invite somebody")),
      h("p", null, _("A link and a code let somebody ask to be let in. Nobody comes in before everybody here has said yes.")),
      standing ? h("p", { class: "quiet", testid: "code-out" }, _("A code is out until {day}. It was shown once; a new one makes it void.", { day: day(bond.view.invite_expires_at ?? "") })) : null,
      h("button", { class: standing ? "" : "primary", type: "button", testid: "make-invite", onclick: make }, standing ? _("Make a new code") : _("Make a link")),
      standing ? this.#revoke() : null,
    );
  }

  #revoke() {
    const { bond, changed } = this.here;
    const act = acts(async () => {
      await changed();
      this.drawn();
    }, async () => {
      await bond.app.api.delete(bond.api("/invite"));
      this.made = null;
    });
    return h("button", { class: "plain", type: "button", testid: "revoke-invite", onclick: act }, _("Take it back"));
  }

  /** @param {Invite} made @param {(event: Event) => unknown} again */
  #shown({ invite_code: code, link, qr_svg: qr, expires_at: until }, again) {
    return h(
      "section",
      { class: "box invitation", testid: "invite" },
      h("p", { class: "quiet" }, _("Let them scan this, or send the link. It is shown this once.")),
      qrImage(qr, _("The invitation as a code to scan")),
      h("p", { class: "code", testid: "invite-code" }, spaced(code)),
      h("p", { class: "quiet center" }, _("Good until {day}, or until somebody joins.", { day: day(until) })),
      linkField(link),
      ...waysToSend(link, again),
      this.#revoke(),
    );
  }
}

/** Read out, a code is easier in fours. @param {string} code */
function spaced(code) {
  return code.match(new RegExp(`.{1,${BLOCK}}`, "g"))?.join(" ") ?? code;
}
