/**
 * Where the page starts: its words first, since modules say them while they are read.
 * @module
 */

import { chosen, preferred, speak } from "./ui/tongue.js";

// Nothing private stays readable when the phone shows its other apps.
document.addEventListener("visibilitychange", () => {
  document.documentElement.classList.toggle("veiled", document.visibilityState === "hidden");
});

async function start() {
  await speak(preferred(chosen(), navigator.languages));
  const [{ IdentityStore }, { App }, { shelf }] = await Promise.all([
    import("./account/identity.js"),
    import("./app.js"),
    import("./ui/kept.js"),
  ]);
  const root = document.getElementById("app");
  if (root !== null) new App(root, new IdentityStore(shelf("localStorage"), shelf("sessionStorage"))).start();
}

void start();
