/**
 * What connected partners may see, for accounts: saved as soon as it is chosen, and said as it would be seen now.
 * @module
 */

import { h, render } from "../ui/dom.js";
import { choice, explain } from "../ui/forms.js";
import { notify } from "../ui/notices.js";
import { catalog } from "../survey/catalog.js";
import { listed } from "../ui/time.js";
import { _, ngettext } from "../ui/tongue.js";
import { yesCount, yesOf } from "./answers.js";
import { powerWords, SHARING } from "./words.js";
import { wishes } from "./wishes.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./screen.js").Profile} Profile */
/** @typedef {import("../survey/questions.js").Survey} Survey */
/** @typedef {{profile_sharing_setting: string, display_name: string | null, demographics: Record<string, string | null>}} Me */
/** @typedef {{me: Me, profile: Profile, survey: Survey, partners: string[]}} Known partners: names of those who are connected */

/** @param {App} app */
export async function sharingPage(app) {
  const [me, profile, survey, connections] = await Promise.all([
    app.api.get("/api/me"),
    app.api.get("/api/profile"),
    catalog(app.api),
    app.api.get("/api/partners/connections"),
  ]);
  const partners = connections.items.flatMap(
    (/** @type {{status: string, partner_name: string | null}} */ each) =>
      each.status === "accepted" ? [each.partner_name ?? _("Your partner")] : [],
  );
  return sharingForm(app, { me, profile, survey, partners });
}

/** @param {App} app @param {Known} known */
function sharingForm(app, known) {
  let kept = known.me.profile_sharing_setting;
  const now = h("section", { class: "box", testid: "seen-now", "data-live": true });
  const draw = () => render(now, seenNow(known, kept));
  const change = async (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const place = input.form?.querySelector("#problem-profile_sharing_setting");
    if (place) place.textContent = "";
    try {
      await app.api.patch("/api/me", { profile_sharing_setting: input.value });
      kept = input.value;
      draw();
      notify(_("Saved. It holds from now on."));
    } catch (error) {
      const before = input.form?.querySelector(`input[value="${kept}"]`);
      if (before instanceof HTMLInputElement) before.checked = true;
      if (place) place.textContent = explain(error);
    }
  };
  draw();
  return [
    h(
      "form",
      { class: "box single", testid: "sharing" },
      h("p", null, _("Only people you are connected with see anything of you, and only while you are.")),
      choice("radio", "profile_sharing_setting", _("They may see"), SHARING, [kept], (event) => void change(event)),
    ),
    now,
  ];
}

/** @param {Known} known @param {string} setting */
function seenNow({ me, profile, survey, partners }, setting) {
  const told = Object.values(me.demographics).filter(Boolean).join(" · ");
  return [
    h("h2", null, _("What that is now")),
    h(
      "p",
      null,
      partners.length === 0
        ? _("You are connected with nobody, so nobody sees anything.")
        : ngettext("{names} sees:", "{names} see:", partners.length, { names: listed(partners) }),
    ),
    partners.length === 0 ? h("p", null, _("Whoever you connect with would see:")) : null,
    h(
      "ul",
      { class: "promises" },
      h("li", null, _("your name, {name}", { name: me.display_name ?? "" })),
      told === "" ? null : h("li", null, told),
      setting === "demographics_only" ? null : h("li", null, _("what both of you said Yes to: the same list that you see")),
      setting === "all_responses" ? ownYes(profile, survey) : null,
    ),
    h("p", { class: "quiet" }, _("Never your limits, a Maybe or a No, nor anything about how your desire moves.")),
    h(
      "p",
      { class: "quiet" },
      _("What they see of your answers is read anew when both of you have answered again or have played, once a day at most."),
    ),
  ];
}

/** @param {Profile} profile @param {Survey} survey */
function ownYes(profile, survey) {
  const { power } = profile;
  const count = yesCount(profile, survey);
  return [
    power === null || power.answered === false ? null : h("li", null, powerWords(power)),
    h(
      "li",
      null,
      count === 0
        ? _("no Yes yet: you have given none")
        : h(
            "details",
            null,
            h("summary", null, ngettext("your {n} Yes", "each of your {n} Yes", count)),
            wishes(survey, yesOf(profile), ""),
          ),
    ),
  ];
}
