/**
 * Tabs of one login. A login that is remembered lies in the storage that they share; one that goes with its tab is
 * copied when the tab is duplicated, and a refresh token that is used twice ends it. So the tabs tell each other.
 * @module
 */

import { ownerOf } from "./identity.js";

/** @typedef {import("./identity.js").IdentityStore} IdentityStore */
/** @typedef {import("./identity.js").UserIdentity} UserIdentity */
/**
 * @typedef {{t: "renewed", replaced: string, identity: UserIdentity}
 *   | {t: "newest", refresh: string}
 *   | {t: "left", owner: string}} Message
 */
/** @typedef {Pick<BroadcastChannel, "postMessage" | "onmessage">} Channel */

const ANSWERS_WITHIN_MS = 150;

export class Tabs {
  /** Refresh tokens this tab has seen replaced. @type {Set<string>} */
  #replaced = new Set();
  /** Called when a message has changed who is here. */
  changed = () => {};

  /** @param {IdentityStore} identities @param {Channel} channel */
  constructor(identities, channel) {
    this.identities = identities;
    this.channel = channel;
    channel.onmessage = ({ data }) => this.#heard(data);
    identities.tell = (message) => this.#say(message);
  }

  /** Has another tab newer tokens than these? They are taken then. @param {UserIdentity} mine */
  async catchUp(mine) {
    if (mine.remember && !this.identities.sealed) return;
    this.#say({ t: "newest", refresh: mine.refresh });
    await new Promise((resolve) => setTimeout(resolve, ANSWERS_WITHIN_MS));
  }

  /** @param {Message} message */
  #say(message) {
    if (message.t === "renewed") this.#replaced.add(message.replaced);
    this.channel.postMessage(message);
  }

  /** @param {Message} message */
  #heard(message) {
    const mine = this.identities.current();
    if (mine === null) return;
    switch (message.t) {
      case "renewed":
        if (mine.kind !== "user" || mine.refresh !== message.replaced) return;
        this.#replaced.add(message.replaced);
        this.identities.save({ ...message.identity, remember: mine.remember });
        return;
      case "newest":
        if (mine.kind === "user" && this.#replaced.has(message.refresh))
          this.#say({ t: "renewed", replaced: message.refresh, identity: mine });
        return;
      case "left":
        if (ownerOf(mine) !== message.owner) return;
        this.identities.clear();
        this.changed();
    }
  }
}
