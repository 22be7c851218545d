/**
 * Where the page starts.
 * @module
 */

import { IdentityStore } from "./account/identity.js";
import { App } from "./app.js";
import { goneBack } from "./shell/exit.js";
import { Lock } from "./shell/lock.js";
import { likewise, shelf } from "./ui/kept.js";

const root = document.getElementById("app");
if (root !== null && !goneBack()) {
  const lasting = shelf("localStorage");
  const lock = new Lock(lasting);
  new App(root, new IdentityStore(likewise(lock.vault, lasting), shelf("sessionStorage")), lock).start();
}

// Nothing private stays readable when the phone shows its other apps.
document.addEventListener("visibilitychange", () => {
  document.documentElement.classList.toggle("veiled", document.visibilityState === "hidden");
});
