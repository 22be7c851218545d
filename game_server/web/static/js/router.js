/**
 * Addresses of the page. A pairing token may stand in the path (links for apps) or in the fragment, which no server
 * sees; links in mails are fragments too: `/#password-reset=…`, `/#confirm-email=…`,
 * `/#no-mails=…`.
 * @module
 */

/**
 * @typedef {{name: "home"} | {name: "partners"} | {name: "partner", id: string} | {name: "cards", id: string} | {name: "limits"}
 *   | {name: "survey"} | {name: "you", part?: string} | {name: "ownPages", part: "journal" | "resources", row?: string} | {name: "plan"} | {name: "phone"} | {name: "evenings"} | {name: "evening", id: string} | {name: "room", id: string} | {name: "join", token: string}
 *   | {name: "bonds"} | {name: "newBond"} | {name: "joinBond", code: string} | {name: "bond", id: string, part?: string, row?: string}
 *   | {name: "characters"} | {name: "newCharacter"} | {name: "character", id: string, part?: string, row?: string}
 *   | {name: "reset", token: string} | {name: "confirm", token: string} | {name: "unasked", token: string}
 *   | {name: "lost"}} Route
 */

const SHORTEST_TOKEN = 20;

/**
 * @param {{pathname: string, hash: string}} location
 * @returns {Route}
 */
export function parse({ pathname, hash }) {
  const [first = "", second = "", third = "", fourth = ""] = pathname.split("/").filter(Boolean).map(decoded);
  const secret = decoded(hash.replace(/^#/, ""));
  switch (first) {
    case "":
      return fromFragment(secret);
    case "j":
      return second || secret ? { name: "join", token: second || secret } : { name: "lost" };
    case "room":
      return second ? { name: "room", id: second } : { name: "home" };
    case "partners":
      if (third === "cards") return { name: "cards", id: second };
      return second ? { name: "partner", id: second } : { name: "partners" };
    case "limits":
      return { name: "limits" };
    case "survey":
      return { name: "survey" };
    case "you":
      if (second === "journal" || second === "resources") return { name: "ownPages", part: second, ...(third && { row: third }) };
      return second ? { name: "you", part: second } : { name: "you" };
    case "evenings":
      return second ? { name: "evening", id: second } : { name: "evenings" };
    case "bonds":
      if (second === "") return { name: "bonds" };
      if (second === "new") return { name: "newBond" };
      if (second === "join") return { name: "joinBond", code: secret };
      return { name: "bond", id: second, ...(third && { part: third }), ...(fourth && { row: fourth }) };
    case "characters":
      if (second === "") return { name: "characters" };
      if (second === "new") return { name: "newCharacter" };
      return { name: "character", id: second, ...(third && { part: third }), ...(fourth && { row: fourth }) };
    case "plan":
      return { name: "plan" };
    case "phone":
      return { name: "phone" };
    default:
      return { name: "lost" };
  }
}

/** @param {string} fragment @returns {Route} */
function fromFragment(fragment) {
  const [key = "", token = ""] = fragment.split("=", 2);
  if (key === "password-reset") return { name: "reset", token };
  if (key === "confirm-email") return { name: "confirm", token };
  if (key === "no-mails") return { name: "unasked", token };
  return fragment.length >= SHORTEST_TOKEN ? { name: "join", token: fragment } : { name: "home" };
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
