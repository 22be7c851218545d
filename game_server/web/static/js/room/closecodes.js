/**
 * What each close code of a room's socket means for this page. Any other code: reconnect.
 * @module
 */

/** @typedef {"reconnect" | "stop" | "new_ticket"} CloseAction new_ticket: once more with another ticket, then stop */

/** @type {Readonly<Record<number, {name: string, action: CloseAction}>>} */
export const CLOSE_CODES = {
  1003: { name: "binary", action: "stop" },
  1008: { name: "flooding", action: "stop" },
  1009: { name: "too_large", action: "stop" },
  1012: { name: "restarting", action: "reconnect" },
  1013: { name: "try_later", action: "reconnect" },
  4001: { name: "dead", action: "reconnect" },
  4008: { name: "slow", action: "reconnect" },
  4401: { name: "bad_ticket", action: "new_ticket" },
  4403: { name: "not_yours", action: "stop" },
  4408: { name: "no_hello", action: "new_ticket" },
  4409: { name: "replaced", action: "stop" },
  4410: { name: "session_over", action: "stop" },
  4426: { name: "upgrade_required", action: "stop" },
};

/** @param {number} code @returns {CloseAction} */
export function actionOn(code) {
  return CLOSE_CODES[code]?.action ?? "reconnect";
}
