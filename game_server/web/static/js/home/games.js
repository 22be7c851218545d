/**
 * Open games besides the one that the page leads with.
 * @module
 */

import { h } from "../ui/dom.js";
import { explain, presses } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { box, goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";
import { isAsked } from "./lead.js";
import { seenAt } from "./news.js";

/** @typedef {import("./home.js").Home} Home */
/** @typedef {import("./home.js").Listed} Listed */

/** @param {Listed} session */
export function roomPath({ session_id: id }) {
  return `/room/${encodeURIComponent(id)}`;
}

/** A button that says no to a game one was asked for. @param {Home} home @param {Listed} session */
export function decline({ app, reload }, session) {
  return presses(async () => {
    try {
      await app.api.post(`/api/sessions/${encodeURIComponent(session.session_id)}/decline`);
      await seenAt(app, roomPath(session)); // that they were asked is no news any more
    } catch (error) {
      notify(explain(error));
    }
    await reload();
  });
}

/** @param {Home} home @param {Listed[]} sessions */
export function openGames(home, sessions) {
  return box("open-games", _("Open games"), sessions.map((each) => openGame(home, each)));
}

/** @param {Home} home @param {Listed} session */
function openGame(home, session) {
  const asked = isAsked(session);
  return goto(
    { testid: "open-game", key: session.session_id, href: roomPath(session), sign: "play", title: titleOf(session, asked), hint: standOf(session) },
    asked ? h("button", { class: "plain", testid: "decline-game", onclick: decline(home, session) }, _("Not tonight")) : null,
  );
}

/** @param {Listed} session @param {boolean} asked */
function titleOf({ status, partner_name: name }, asked) {
  if (asked) return name ? _("{name} would like to play", { name }) : _("A partner would like to play");
  if (name) return _("With {name}", { name });
  return status === "waiting" ? _("Waiting for a partner") : _("With your partner");
}

/** @param {Listed} session */
function standOf({ status, current_step: step, target_activities: target }) {
  return status === "waiting" ? _("Not started") : _("Card {step} of {target}", { step, target });
}
