/**
 * Something to think about for the one who waits: never about what is being chosen.
 * @module
 */

/** `{name}` is the partner's. */
const THOUGHTS = Object.freeze([
  "What did you notice about {name} first, and do you still?",
  "Where did you two laugh most this year?",
  "What does {name} do that nobody else sees?",
  "Which song would you put on for {name} now?",
  "What would you like to hear more often?",
  "What smells like home to you?",
  "When did {name} last surprise you?",
  "What have your hands learned about {name}?",
  "What are you looking forward to, the two of you?",
  "Which place would you show {name} again?",
  "What makes you feel safe here?",
  "What was the kindest thing somebody said to you this week?",
  "How do you like to be woken?",
  "What would you thank {name} for tonight?",
  "Which evening would you live again, exactly as it was?",
  "What do you like about your own body today?",
]);

/** @param {number} turn @param {string} name */
export function thought(turn, name) {
  return /** @type {string} */ (THOUGHTS[turn % THOUGHTS.length]).replace("{name}", name);
}
