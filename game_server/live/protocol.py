"""What a phone and a live room say to each other before either speaks: the subprotocol, and the ticket that travels with it."""

PROTOCOL = "attuned.v1"
TICKET = "ticket."


def answered(offered: list[str]) -> str | None:
    """The subprotocol to answer with: ours when it was offered, otherwise one that is no ticket, never the ticket."""
    if PROTOCOL in offered:
        return PROTOCOL
    return next((name for name in offered if not name.startswith(TICKET)), None)
