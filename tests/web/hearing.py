"""What a screen reader is given to read in a room: what is announced, and the headings that get the focus."""

import re
from collections import Counter

from tests.web.handset import Handset

LISTENS = """
    globalThis.said = [];
    globalThis.read = [];
    globalThis.wiped = 0;
    globalThis.events = [];
    addEventListener("focusin", ({target}) => target.matches("h1, h2") && read.push(target.textContent));
    addEventListener("DOMContentLoaded", () => {
        const began = new Map();
        new MutationObserver((changes) => {
            for (const {addedNodes, removedNodes} of changes) {
                for (const node of addedNodes) { said.push(node.textContent); began.set(node, performance.now()); }
                for (const node of removedNodes) if (performance.now() - began.get(node) < 1000) wiped++;
            }
        }).observe(document.getElementById("announcer"), {childList: true, characterData: true, subtree: true});
    });
    const Line = WebSocket;
    globalThis.WebSocket = class extends Line {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", ({data}) => {
                const message = JSON.parse(data);
                if (message.t === "event") events.push(message.e.t);
            });
        }
    };
"""
"""For a page that is opened afterwards: `said`, `read`, how many were `wiped` too early, and the room's `events`."""

WORDS = {
    "started": "The game begins", "turn_began": "(Your|.+s) turn", "card_shown": "A new card",
    "card_replaced": "Another card", "completed": "Done", "level_proposed": ".+ asks: .+\\?|.+ is proposed",
    "level_declined": "The level stays|Not now: .+ would rather stay .+", "paused": "Paused", "resumed": "Going on",
    "stopped": "Stopped", "resume_wanted": ".+ fine to go on", "ended": "You stopped",
}  # fmt: skip
"""What is said of an event, whatever heading or announcement says it."""


async def heard_otherwise(phone: Handset) -> list[str]:
    """The events that this phone told not once each: how often they came, and how often they were told."""
    came = Counter(await phone.page.evaluate("events"))
    said, read = await phone.page.evaluate("[said, read]")
    heads = [text for at, text in enumerate(read) if at == 0 or read[at - 1] != text]  # the focus may come back to one
    told = [text.rstrip(".") for text in [*said, *heads]]
    counts = {kind: sum(bool(re.fullmatch(words, each)) for each in told) for kind, words in WORDS.items()}
    came["turn_began"] += came["resumed"]  # before a card, a game that goes on says again whose turn it is
    return [f"{kind}: came {came[kind]}, told {counts[kind]}" for kind in WORDS if came[kind] != counts[kind]]
