/**
 * "Keep it close": how the page stands on this phone. On the home screen, under which name, locked, and how to leave in a hurry.
 * @module
 */

import { h, render } from "../ui/dom.js";
import { icon } from "../ui/icon.js";
import { _ } from "../ui/tongue.js";
import { canAsk, install, isInstalled, whenInstallChanges } from "./install.js";
import { lockSection } from "./locksettings.js";
import { choose, look } from "./look.js";
import { hasPasskeys } from "./passkey.js";

/** @typedef {import("../app.js").Screen} Screen */
/** @typedef {import("./look.js").Look} Look */

/** @type {Screen} */
export const phoneScreen = (root, app) => {
  let passkeys = false;
  let here = true;
  const draw = () => {
    if (!here) return;
    render(
      root,
      h(
        "header",
        null,
        h("a", { class: "back", href: "/you" }, _("‹ Back")),
        h("h1", null, _("Keep it close")),
        h("p", { class: "quiet" }, _("Put it on your home screen. It opens faster, and can tell you when it is your turn.")),
      ),
      looks(draw),
      h("div", { id: "on-the-home-screen" }, adding()),
      lockSection(app, passkeys, draw),
      inAHurry(app),
    );
  };
  const quiet = whenInstallChanges(draw);
  draw();
  void hasPasskeys().then((has) => {
    passkeys = has;
    draw();
  });
  return () => {
    here = false;
    quiet();
  };
};

/** @param {() => void} draw */
function looks(draw) {
  return h(
    "fieldset",
    { class: "looks", id: "looks", testid: "looks" },
    h("legend", null, _("How should it look there?")),
    h("div", { class: "appicons" }, oneLook("attuned", "Attuned", "/static/icon.svg", draw), oneLook("lists", "Lists", "/static/icon-discreet.svg", draw)),
    h("small", null, _("Choose before you add it. One that is there already may have to be added anew.")),
  );
}

/** @param {Look} value @param {string} name @param {string} src @param {() => void} draw */
function oneLook(value, name, src, draw) {
  const onchange = () => void choose(value).then(draw);
  return h(
    "label",
    { "data-key": value },
    h("input", { type: "radio", name: "look", value, testid: `look-${value}`, checked: look() === value, onchange }),
    h("img", { src, alt: "", width: 60, height: 60 }),
    h("span", null, name),
  );
}

function adding() {
  if (isInstalled()) return h("p", { class: "quiet", testid: "installed" }, _("It is on your home screen."));
  if (canAsk()) return h("button", { type: "button", class: "primary", testid: "install", onclick: () => void install() }, _("Add to home screen"));
  return h(
    "div",
    { class: "card-like", testid: "install-by-hand" },
    h("h2", null, _("Add to home screen")),
    h("p", null, _("On an iPhone or iPad: Safari, Share, then “Add to Home Screen”.")),
    h("p", null, _("Elsewhere: the browser’s menu, then “Install” or “Add to Home screen”.")),
  );
}

/** @param {import("../app.js").App} app */
function inAHurry(app) {
  const kept = app.identities.current();
  const stays = kept !== null && (kept.kind === "anonymous" || kept.remember) && !app.shell.lock.on;
  return h(
    "section",
    { class: "card-like", id: "quick-exit", testid: "quick-exit" },
    h("h2", null, icon("exit"), _("Leave in a hurry")),
    h("p", null, _("Tap the top right corner twice, or press Escape twice. A plain list is shown, and going back does not return.")),
    stays ? h("p", { class: "quiet" }, _("You stay signed in: whoever opens this page again comes in as you. Lock it if that must not be.")) : null,
    h("button", { type: "button", testid: "leave-now", onclick: () => app.shell.leaveInAHurry() }, _("Try it now")),
  );
}
