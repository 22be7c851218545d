"""Text that people type: types that msgspec checks while it decodes, and the forms in which we keep it.

No NUL and no control character ever gets in, nor the marks that turn the direction of a line (they fake names).
"""

from typing import Annotated
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from msgspec import Meta

from rooms.errors import Invalid, NotFound

_END = "$(?!\\n)"  # a bare $ also matches before a last line feed
_CONTROL = "\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069"
LONGEST_NAME = 64
LONGEST_EMAIL = 254

Name = Annotated[
    str, Meta(min_length=1, max_length=256, pattern=f"^[^{_CONTROL}]*{_END}", description="1 to 64 characters")
]
Word = Annotated[str, Meta(min_length=1, max_length=64, pattern=f"^[^{_CONTROL}]*{_END}")]
Email = Annotated[str, Meta(min_length=3, max_length=320, pattern=f"^[^\\x00-\\x20\\x7f]+@[^\\x00-\\x20\\x7f@]+{_END}")]
Password = Annotated[
    str, Meta(min_length=8, max_length=256, pattern="^[^\\x00]*$", description="at least 8 characters")
]
Secret = Annotated[str, Meta(min_length=1, max_length=256, pattern=f"^[\\x21-\\x7e]+{_END}", description="a token")]


def clean_name(text: str, field: str) -> str:
    """A name without the space around it. Raises Invalid when nothing, or more than 64 characters, is left."""
    name = text.strip()
    if not name:
        raise Invalid(fields={field: "Please give a name."})
    if len(name) > LONGEST_NAME:
        raise Invalid(fields={field: f"At most {LONGEST_NAME} characters."})
    return name


def clean_uuid(text: str) -> str:
    """An id from outside in its one form. Raises NotFound: what cannot be an id is nobody's."""
    try:
        return str(UUID(text))
    except ValueError as error:
        raise NotFound from error


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
