/**
 * Where the page starts.
 * @module
 */

import { IdentityStore } from "./account/identity.js";
import { App } from "./app.js";
import { shelf } from "./ui/kept.js";

const root = document.getElementById("app");
if (root !== null) new App(root, new IdentityStore(shelf("localStorage"), shelf("sessionStorage"))).start();

// Nothing private stays readable when the phone shows its other apps.
document.addEventListener("visibilitychange", () => {
  document.documentElement.classList.toggle("veiled", document.visibilityState === "hidden");
});
