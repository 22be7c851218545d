"""What only a person has, and no AI is told: addresses, accounts, numbers to call."""

import re


def without_private(text: str) -> str:
    """The text with an ellipsis in the place of each."""
    return _PRIVATE.sub("…", text)


_PRIVATE = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"  # mail
    r"|\b(?:https?://|www\.)\S+"  # pages
    r"|(?<![\w@])@\w{2,}"  # accounts
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"  # ids
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"  # IBAN
    r"|(?<![\w.])\+?\d[\d ()/.-]{6,}\d\b",  # telephones
    re.IGNORECASE,
)
