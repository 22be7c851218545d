"""Text that people type: types that msgspec checks while it decodes, and the forms in which we keep it.

No NUL and no control character ever gets in, nor the marks that turn the direction of a line (they fake names), nor a name
that cannot be seen.
"""

import unicodedata
from typing import Annotated
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from msgspec import Meta

from rooms.errors import Invalid, NotFound

END = "$(?!\\n)"  # a bare $ also matches before a last line feed
_CONTROL = "\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069"
LONGEST_NAME = 64
SHORTEST_PASSWORD = 8
LONGEST_EMAIL = 254
LARGEST_SERIAL = 2**31 - 1
LONGEST_SERIAL = len(str(LARGEST_SERIAL))
LONGEST_SESSION_ID = 128

Name = Annotated[
    str, Meta(min_length=1, max_length=256, pattern=f"^[^{_CONTROL}]*{END}", description="1 to 64 characters")
]
Word = Annotated[str, Meta(min_length=1, max_length=64, pattern=f"^[^{_CONTROL}]*{END}")]
Email = Annotated[str, Meta(min_length=3, max_length=320, pattern=f"^[^\\x00-\\x20\\x7f]+@[^\\x00-\\x20\\x7f@]+{END}")]
Password = Annotated[
    str, Meta(min_length=8, max_length=256, pattern="^[^\\x00]*$", description="at least 8 characters")
]
Secret = Annotated[str, Meta(min_length=1, max_length=256, pattern=f"^[\\x21-\\x7e]+{END}", description="a token")]


# Letters and symbols by their category, and yet nothing is drawn: fillers of Hangul, an empty Braille cell, and the like.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u303f\ufffc\U0001d159\U00013441\U00013442")
# Format marks that mean nothing at either end of a name, and would make it look like another one.
_EDGES = (
    "".join(_BLANK_LETTERS)
    + "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
)


def clean_name(text: str, field: str) -> str:
    """A name as we keep it (NFC), without what cannot be seen around it. Raises Invalid when it is too long, or draws nothing."""
    name = unicodedata.normalize("NFC", text)
    while (bare := name.strip().strip(_EDGES)) != name:
        name = bare
    if not any(_draws(character) for character in name):
        raise Invalid(fields={field: "Please give a name that can be seen."})
    if len(name) > LONGEST_NAME:
        raise Invalid(fields={field: f"At most {LONGEST_NAME} characters."})
    return name


def _draws(character: str) -> bool:
    """Is there ink? Marks need a letter to stand on; formats, tags, spaces and what is not assigned have none."""
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS


def clean_password(text: str) -> str:
    """A password in the one form that is hashed, whatever keyboard wrote it: NFC, one kind of space (RFC 8265, OpaqueString)."""
    return unicodedata.normalize(
        "NFC", "".join(" " if unicodedata.category(character) == "Zs" else character for character in text)
    )


def new_password(text: str, field: str = "password") -> str:
    """A password that somebody chooses, in that form. Raises Invalid when it is too short."""
    password = clean_password(text)
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(fields={field: f"At least {SHORTEST_PASSWORD} characters."})
    return password


def clean_uuid(text: str) -> str:
    """An id from outside in its one form. Raises NotFound: what cannot be an id is nobody's."""
    try:
        return str(UUID(text))
    except ValueError as error:
        raise NotFound from error


def clean_serial(text: str) -> int:
    """A number from outside that names a row. Raises NotFound: what cannot be one is nobody's."""
    # A plain int parameter would take digits of any script and numbers of any length, which the database then refuses.
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_SERIAL and int(text) <= LARGEST_SERIAL:
        return int(text)
    raise NotFound


def clean_session_id(text: str) -> str:
    """A session's id from outside. Raises NotFound: what cannot be one is nobody's."""
    if len(text) > LONGEST_SESSION_ID or "\x00" in text:
        raise NotFound
    return text


def clean_email(text: str, field: str = "email") -> str:
    """An e-mail address in lower case, so that one person has one account. Raises Invalid when it is none."""
    try:
        parts = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise Invalid(fields={field: "This is not an e-mail address."}) from error
    email = parts.normalized.lower()
    if len(email) > LONGEST_EMAIL or "." not in parts.domain:
        raise Invalid(fields={field: "This is not an e-mail address."})
    return email
