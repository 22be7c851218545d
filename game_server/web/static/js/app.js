/**
 * Who may see what: nobody gets past the first screen without being an adult, signed in or anonymous, with a name.
 *
 * The address stays the same meanwhile, so a link that somebody was sent goes on by itself once they are known.
 * @module
 */

import { welcomeScreen } from "./account/welcome.js";
import { confirmScreen, resetScreen, unaskedScreen } from "./account/letters.js";
import { demographicsScreen } from "./account/demographics.js";
import { IDENTITY_KEY } from "./account/identity.js";
import { limitsScreen } from "./account/limits.js";
import { signOut } from "./account/login.js";
import { Tabs } from "./account/tabs.js";
import { renewIfOld } from "./account/anonymous.js";
import { Api, ApiError } from "./api.js";
import { newBondScreen } from "./bonds/begin.js";
import { bondScreen } from "./bonds/frame.js";
import { joinBondScreen } from "./bonds/join.js";
import { ownPagesScreen } from "./bonds/own.js";
import { bondsScreen } from "./bonds/list.js";
import { Outbox } from "./bonds/messages/outbox.js";
import { cardsScreen } from "./cards/screen.js";
import { characterScreen } from "./characters/frame.js";
import { charactersScreen } from "./characters/gallery.js";
import { newCharacterScreen } from "./characters/wizard.js";
import { eveningScreen } from "./history/evening.js";
import { eveningsScreen } from "./history/screen.js";
import { homeScreen } from "./home/home.js";
import { seenAt } from "./home/news.js";
import { tabs } from "./home/tabs.js";
import { joinScreen } from "./pairing/join.js";
import { partnerScreen } from "./pairing/partner.js";
import { partnersScreen } from "./pairing/partners.js";
import { planScreen } from "./plan/screen.js";
import { profileScreen } from "./profile/screen.js";
import { settle } from "./reach/browser.js";
import { roomScreen } from "./room/screen.js";
import { parse } from "./router.js";
import { phoneScreen } from "./shell/screen.js";
import { Shell } from "./shell/shell.js";
import { Saving } from "./survey/saving.js";
import { surveyScreen } from "./survey/screen.js";
import { h, render } from "./ui/dom.js";
import { notify } from "./ui/notices.js";
import { serverNow } from "./ui/servertime.js";
import { _ } from "./ui/tongue.js";
import { uuid } from "./ui/uuid.js";

/** @typedef {import("./account/identity.js").IdentityStore} IdentityStore */
/** @typedef {import("./account/identity.js").UserIdentity} UserIdentity */
/** @typedef {import("./router.js").Route} Route */
/**
 * A screen fills `root` and answers how to leave it.
 * @typedef {(root: HTMLElement, app: App) => () => void} Screen
 */

const GOODBYE_AGAIN_MS = 15_000;

export class App {
  /** @type {() => void} */
  #leave = () => {};
  /** Whose screen is shown. */
  #owner = "";
  /** Where they are. */
  #path = "";
  /** What the first screen begins with when it comes next: somebody has an account, or wants one. @type {"login" | "register" | null} */
  first = null;

  /**
   * @param {HTMLElement} root
   * @param {IdentityStore} identities
   * @param {import("./shell/lock.js").Lock} lock
   */
  constructor(root, identities, lock) {
    this.root = root;
    this.identities = identities;
    this.shell = new Shell(this, lock);
    this.api = new Api(identities, () => this.show());
    this.saving = new Saving({
      send: (body) => this.api.patch("/api/survey/progress", body),
      shelf: () => identities.shelf(),
      owner: () => identities.owner(),
      after: (act, ms) => {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
      dice: Math.random,
    });
    this.outbox = new Outbox({
      send: (bond, body, key) => this.api.createAs(`/api/bonds/${encodeURIComponent(bond)}/messages`, body, key),
      shelf: () => identities.shelf(),
      owner: () => identities.owner(),
      after: (act, ms) => {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
      dice: Math.random,
      now: serverNow,
      newKey: uuid,
    });
  }

  start() {
    const tabs = new Tabs(this.identities, new BroadcastChannel("attuned.login"));
    tabs.changed = () => this.#recognise();
    this.api.catchUp = (mine) => tabs.catchUp(mine);
    this.identities.notKept = () =>
      notify(_("This browser keeps nothing just now: you are known here until this page is closed."));
    this.identities.tidy();
    this.shell.heard = () => this.#recognise();
    this.shell.start();
    addEventListener("storage", ({ key, newValue }) => {
      if (key === IDENTITY_KEY) this.identities.leaveTo(newValue);
      if (key === IDENTITY_KEY || key === null) this.#recognise();
    });
    addEventListener("popstate", () => this.show());
    addEventListener("hashchange", () => this.show());
    document.addEventListener("click", (event) => this.#followLink(event));
    addEventListener("online", () => this.#send());
    document.addEventListener("visibilitychange", () => this.#send());
    void renewIfOld(this.api);
    this.show();
  }

  /** What waits in the browser goes to the server. */
  #send() {
    void this.saving.flush();
    void this.outbox.flush();
  }

  /**
   * @param {string} path
   * @param {{replace?: boolean}} [options] replace: the present address shall not be come back to
   */
  navigate(path, { replace = false } = {}) {
    if (replace) history.replaceState(null, "", path);
    else history.pushState({ from: location.pathname }, "", path);
    this.show();
  }

  /**
   * Go on to another address, when the form that was sent is still what the person looks at: an answer that comes late
   * takes nobody away from where they went meanwhile.
   * @param {Element} form
   * @param {string} path
   * @param {{replace?: boolean}} [options]
   */
  goOn(form, path, options) {
    if (form.isConnected) this.navigate(path, options);
  }

  /** Forget whoever is here, at once; the server is told as soon as it can be. */
  async signOut() {
    const leaving = signOut(this.api);
    this.navigate("/");
    const open = await leaving;
    if (open === null) return;
    notify(_("You are signed out on this browser. The server cannot be told yet: leave this page open until it can."));
    this.#tellLater(open);
  }

  /** @param {UserIdentity} gone whose login is still open on the server */
  #tellLater(gone) {
    const again = async () => {
      clearTimeout(timer);
      removeEventListener("online", again);
      try {
        await this.api.endLogin(gone);
        notify(_("The server knows now that you have signed out."));
      } catch (error) {
        if (error instanceof ApiError && error.passing) this.#tellLater(gone);
      }
    };
    const timer = setTimeout(again, GOODBYE_AGAIN_MS);
    addEventListener("online", again);
  }

  /** Another tab may have changed who is here. */
  #recognise() {
    if (this.shell.lock.locked) return; // nobody is to be recognised
    if (this.identities.owner() !== this.#owner) this.show();
  }

  /** Leave the screen that is shown, and show no other. */
  part() {
    this.#leave();
    this.#leave = () => {};
  }

  /** Show what belongs to the address and the person now. */
  show() {
    const route = parse(location);
    const instead = this.shell.instead(route);
    const owner = this.shell.locked ? this.#owner : this.identities.owner(); // whoever is locked out has not left
    if (owner !== this.#owner) {
      this.saving.forget();
      this.outbox.forget();
      void this.outbox.flush();
      void settle(this);
    }
    if (owner === this.#owner && this.#path !== location.pathname) void seenAt(this, this.#path); // came while they were there
    this.#owner = owner;
    this.#path = location.pathname;
    this.part();
    const place = h("div", { class: "screen" });
    render(this.root);
    this.root.append(place);
    if (instead === null && this.identities.current()?.completed) this.root.append(tabs(route.name) ?? "");
    this.#leave = (instead ?? this.#screen(route))(place, this);
    if (instead === null) void seenAt(this, this.#path);
    scrollTo(0, 0);
    this.root.focus({ preventScroll: true });
    partOf(place, location.hash)?.scrollIntoView();
  }

  /**
   * @param {Route} route
   * @returns {Screen}
   */
  #screen(route) {
    if (route.name === "reset") return resetScreen(route.token);
    if (route.name === "confirm") return confirmScreen(route.token);
    if (route.name === "unasked") return unaskedScreen(route.token);
    if (route.name === "lost") return lostScreen;
    const identity = this.identities.current();
    if (identity === null) return welcomeScreen(route.name === "join" || route.name === "joinBond");
    if (!identity.completed) return demographicsScreen;
    switch (route.name) {
      case "home":
        return homeScreen;
      case "partners":
        return partnersScreen;
      case "partner":
        return partnerScreen(route.id);
      case "cards":
        return cardsScreen(route.id);
      case "limits":
        return limitsScreen;
      case "survey":
        return surveyScreen;
      case "you":
        return profileScreen;
      case "plan":
        return planScreen;
      case "evenings":
        return eveningsScreen;
      case "evening":
        return eveningScreen(route.id);
      case "phone":
        return phoneScreen;
      case "bonds":
        return bondsScreen;
      case "newBond":
        return newBondScreen;
      case "joinBond":
        return joinBondScreen(route.code);
      case "bond":
        return bondScreen(route);
      case "ownPages":
        return ownPagesScreen(route);
      case "characters":
        return charactersScreen;
      case "newCharacter":
        return newCharacterScreen;
      case "character":
        return characterScreen(route);
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

/** What a link to a part of a screen leads to; what else stands behind a # are tokens. @param {HTMLElement} place @param {string} hash */
function partOf(place, hash) {
  return hash === "" ? null : place.querySelector(`[id="${CSS.escape(hash.slice(1))}"]`);
}

/** @type {Screen} */
const lostScreen = (root) => {
  render(
    root,
    h("h1", null, _("Nothing here")),
    h("p", null, _("This address leads nowhere. A link may have lost its end on the way.")),
    h("a", { class: "button primary", href: "/" }, _("To the start")),
  );
  return () => {};
};
