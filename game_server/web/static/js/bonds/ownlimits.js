/**
 * One's own limits that came of a Never in a bond. They outlive the bond, and only their person takes them out.
 * @module
 */

import { h } from "../ui/dom.js";
import { form, problemPlace } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { doing } from "../ui/rows.js";
import { openSheet, told } from "../ui/sheet.js";
import { _ } from "../ui/tongue.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {{id: string, words: string | null, keys: string[], feeds: "draw" | "text", bond_id: string | null}} OwnLimit */

/** Throws ApiError. @param {Api} api @returns {Promise<OwnLimit[]>} */
export async function ownLimits(api) {
  return (await api.get("/api/me/limits")).items;
}

/** @param {Api} api @param {OwnLimit[]} limits @param {() => Promise<void>} reload */
export function ownLimitsBox(api, limits, reload) {
  if (limits.length === 0) return null;
  return h(
    "section",
    { class: "box", testid: "own-limits" },
    h("h2", null, _("My nevers")),
    h("p", { class: "quiet" }, _("Only you see this list. It holds in every bond and every game, also when a bond is over.")),
    h(
      "ul",
      { class: "rows" },
      limits.map((each) =>
        doing({
          testid: `own-limit-${each.id}`,
          sign: "limits",
          title: each.words ?? _("A limit whose words are lost"),
          hint: each.feeds === "draw" ? _("in texts and in every game") : _("in the texts of its bond"),
          onclick: (event) => takeOut(api, each, reload, event),
        }),
      ),
    ),
  );
}

/** @param {Api} api @param {OwnLimit} limit @param {() => Promise<void>} reload @param {Event} event */
function takeOut(api, limit, reload, { currentTarget }) {
  const about = { testid: "limit-sheet", title: _("Take this limit out?"), no: _("Keep my limit") };
  openSheet(/** @type {Element} */ (currentTarget), about, (close) => [
    told(_("What it does"), [
      _("{name} may come up again, as your profile says", { name: limit.words ?? _("What it kept away") }),
      _("in its bond your Never is a No from then on"),
    ]),
    form(
      { class: "stack" },
      async () => {
        await api.delete(`/api/me/limits/${encodeURIComponent(limit.id)}`);
        close();
        notify(_("The limit is taken out."));
        await reload();
      },
      problemPlace(),
      h("button", { class: "grave", testid: "take-out-limit" }, _("Take it out")),
    ),
  ]);
}
