/**
 * Who may see what: nobody gets past the first screen without being an adult, signed in or anonymous, with a name.
 *
 * The address stays the same meanwhile, so a link that somebody was sent goes on by itself once they are known.
 * @module
 */

import { welcomeScreen } from "./account/welcome.js";
import { confirmScreen, resetScreen } from "./account/letters.js";
import { demographicsScreen } from "./account/demographics.js";
import { limitsScreen } from "./account/limits.js";
import { renewIfOld } from "./account/anonymous.js";
import { Api } from "./api.js";
import { homeScreen } from "./home/home.js";
import { joinScreen } from "./pairing/join.js";
import { partnerScreen } from "./pairing/partner.js";
import { partnersScreen } from "./pairing/partners.js";
import { profileScreen } from "./profile/screen.js";
import { roomScreen } from "./room/screen.js";
import { parse } from "./router.js";
import { Saving } from "./survey/saving.js";
import { surveyScreen } from "./survey/screen.js";
import { h, render } from "./ui/dom.js";

/** @typedef {import("./account/identity.js").IdentityStore} IdentityStore */
/** @typedef {import("./router.js").Route} Route */
/**
 * A screen fills `root` and answers how to leave it.
 * @typedef {(root: HTMLElement, app: App) => () => void} Screen
 */

export class App {
  /** @type {() => void} */
  #leave = () => {};

  /**
   * @param {HTMLElement} root
   * @param {IdentityStore} identities
   */
  constructor(root, identities) {
    this.root = root;
    this.identities = identities;
    this.api = new Api(identities, () => this.show());
    this.saving = new Saving({
      send: (body) => this.api.patch("/api/survey/progress", body),
      shelf: () => identities.shelf(),
      after: (act, ms) => {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
      dice: Math.random,
    });
  }

  start() {
    addEventListener("popstate", () => this.show());
    addEventListener("hashchange", () => this.show());
    document.addEventListener("click", (event) => this.#followLink(event));
    addEventListener("online", () => void this.saving.flush());
    document.addEventListener("visibilitychange", () => void this.saving.flush());
    void renewIfOld(this.api);
    this.show();
  }

  /**
   * @param {string} path
   * @param {{replace?: boolean}} [options] replace: the present address shall not be come back to
   */
  navigate(path, { replace = false } = {}) {
    if (replace) history.replaceState(null, "", path);
    else history.pushState(null, "", path);
    this.show();
  }

  /** Show what belongs to the address and the person now. */
  show() {
    this.#leave();
    this.#leave = () => {};
    const place = h("div", { class: "screen" });
    render(this.root);
    this.root.append(place);
    this.#leave = this.#screen(parse(location))(place, this);
    scrollTo(0, 0);
    this.root.focus({ preventScroll: true });
  }

  /**
   * @param {Route} route
   * @returns {Screen}
   */
  #screen(route) {
    if (route.name === "reset") return resetScreen(route.token);
    if (route.name === "confirm") return confirmScreen(route.token);
    if (route.name === "lost") return lostScreen;
    const identity = this.identities.current();
    if (identity === null) {
      this.saving.forget();
      return welcomeScreen(route.name === "join");
    }
    if (!identity.completed) return demographicsScreen;
    switch (route.name) {
      case "home":
        return homeScreen;
      case "partners":
        return partnersScreen;
      case "partner":
        return partnerScreen(route.id);
      case "limits":
        return limitsScreen;
      case "survey":
        return surveyScreen;
      case "you":
        return profileScreen;
      case "join":
        return joinScreen(route.token);
      case "room":
        return roomScreen(route.id);
    }
  }

  /** Links inside the page change the screen, not the page. @param {MouseEvent} event */
  #followLink(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (
      link === null ||
      link.origin !== location.origin ||
      link.target ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey
    )
      return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    this.navigate(link.pathname + link.hash);
  }
}

/** @type {Screen} */
const lostScreen = (root) => {
  render(
    root,
    h("h1", null, "Nothing here"),
    h("p", null, "This address leads nowhere. A link may have lost its end on the way."),
    h("a", { class: "button primary", href: "/" }, "To the start"),
  );
  return () => {};
};
