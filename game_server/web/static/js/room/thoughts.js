/**
 * Something to think about for the one who waits: never about what is being chosen.
 * @module
 */

import { _ } from "../ui/tongue.js";

/** `{name}` is the partner's. */
const THOUGHTS = Object.freeze([
  _("What did you notice about {name} first, and do you still?"),
  _("Where did you two laugh most this year?"),
  _("What does {name} do that nobody else sees?"),
  _("Which song would you put on for {name} now?"),
  _("What would you like to hear more often?"),
  _("What smells like home to you?"),
  _("When did {name} last surprise you?"),
  _("What have your hands learned about {name}?"),
  _("What are you looking forward to, the two of you?"),
  _("Which place would you show {name} again?"),
  _("What makes you feel safe here?"),
  _("What was the kindest thing somebody said to you this week?"),
  _("How do you like to be woken?"),
  _("What would you thank {name} for tonight?"),
  _("Which evening would you live again, exactly as it was?"),
  _("What do you like about your own body today?"),
]);

/** @param {number} turn @param {string} name */
export function thought(turn, name) {
  return /** @type {string} */ (THOUGHTS[turn % THOUGHTS.length]).replace("{name}", () => name);
}
