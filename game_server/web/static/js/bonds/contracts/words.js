/**
 * What a contract is, in every view of it.
 * @module
 */

import { moment, day } from "../../ui/time.js";
import { _ } from "../../ui/tongue.js";

/** @typedef {"draft" | "pending_signature" | "active" | "withdrawn" | "expired" | "superseded"} Status */
/**
 * @typedef {object} Contract
 * @property {string} id
 * @property {number} version of the row
 * @property {string} title
 * @property {string} content
 * @property {number} version_number
 * @property {Status} status
 * @property {string | null} created_by
 * @property {string | null} signed_at
 * @property {string | null} expires_at
 * @property {string} line_id
 * @property {string | null} content_sha256
 * @property {string | null} ended_at
 * @property {string} created_at
 * @property {string} updated_at
 */
/** @typedef {{user_id: string | null, status: "pending" | "signed" | "declined", signed_at: string | null, reason?: string | null}} Signature */

export const NO_FORCE = _("No legal force. Either of you ends it at once, alone and without a reason.");

/** @type {Readonly<Record<Status, string>>} */
export const STATES = {
  draft: _("Draft"),
  pending_signature: _("To be signed"),
  active: _("In force"),
  withdrawn: _("Ended"),
  expired: _("Run out"),
  superseded: _("Replaced by a newer one"),
};

/** @param {Contract} contract */
export function standing({ status, signed_at: signed, ended_at: ended, expires_at: expires }) {
  switch (status) {
    case "draft":
      return _("A draft. It binds nobody.");
    case "pending_signature":
      return _("Its words stand still while each of you decides. It is in force when everybody has signed.");
    case "active":
      return expires === null ? _("In force since {day}.", { day: day(signed ?? "") }) : _("In force since {day}, until {end}.", { day: day(signed ?? ""), end: moment(expires) });
    case "withdrawn":
      return _("It was ended on {day}. Nobody has to say why.", { day: day(ended ?? "") });
    case "expired":
      return _("Its time was over on {day}.", { day: day(expires ?? ended ?? "") });
    case "superseded":
      return _("A newer version took its place on {day}.", { day: day(ended ?? "") });
  }
}
