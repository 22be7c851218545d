/**
 * Lines of "This phone" on the page "You": each leads to where it is set.
 * @module
 */

import { goto } from "../ui/rows.js";
import { _ } from "../ui/tongue.js";
import { isInstalled } from "./install.js";
import { appName } from "./look.js";

/** @typedef {import("../app.js").App} App */

/** @param {App} app */
export function phoneRows(app) {
  return [
    goto({ testid: "to-lock", href: "/phone#lock-settings", sign: "lock", title: _("App lock"), value: app.shell.lock.on ? _("On") : _("Off") }),
    goto({ testid: "to-exit", href: "/phone#quick-exit", sign: "exit", title: _("Quick exit"), hint: _("Tap the top right corner twice") }),
    goto({ testid: "to-look", href: "/phone#looks", sign: "phone", title: _("Name and icon"), value: appName() }),
    goto({ testid: "to-install", href: "/phone#on-the-home-screen", sign: "keep", title: _("On the home screen"), value: isInstalled() ? _("Yes") : _("No") }),
  ];
}
