/**
 * Where the page starts.
 * @module
 */

import { IdentityStore } from "./account/identity.js";
import { App } from "./app.js";
import { keepJoinsOn } from "./pairing/joins.js";
import { goneBack } from "./shell/exit.js";
import { Lock } from "./shell/lock.js";
import { likewise, shelf } from "./ui/kept.js";

const root = document.getElementById("app");
if (root !== null && !goneBack()) {
  const [lasting, fleeting] = [shelf("localStorage"), shelf("sessionStorage")];
  const lock = new Lock(lasting, { fleeting });
  const tab = likewise(lock.tab, fleeting);
  keepJoinsOn(tab);
  new App(root, new IdentityStore(likewise(lock.vault, lasting), tab), lock).start();
}

// Nothing private stays readable when the phone shows its other apps.
document.addEventListener("visibilitychange", () => {
  document.documentElement.classList.toggle("veiled", document.visibilityState === "hidden");
});
