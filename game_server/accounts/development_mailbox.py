"""Where mails go without an SMTP server: one `.eml` file each in `<data_dir>/mailbox`, for whoever runs the server.

A file's name says when, what, and by keyed hashes to whom and about whom, so that the mails of an erased person are found.
"""

import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from game_server.process.keys import Keys
from game_server.settings import Settings
from storage.mail import Letter

_NOBODY = "-"
_TAG = 24


def directory(settings: Settings) -> Path:
    """The mailbox; its files sort by time."""
    return settings.data_dir / "mailbox"


def address_tags(keys: Keys, address: str) -> list[str]:
    """What stands for an address in a file's name: now, and under the other secrets."""
    return [mark[:_TAG] for mark in keys.marks("mailbox address", address)]


def person_tags(keys: Keys, person: str) -> list[str]:
    """What stands for the person a mail is about: now, and under the other secrets."""
    return [mark[:_TAG] for mark in keys.marks("mailbox person", person)]


def address_note(keys: Keys, address: str) -> str:
    """What an erasure leaves of an address, for `forget`."""
    return ",".join(address_tags(keys, address))


def file_name(keys: Keys, letter: Letter) -> str:
    """The file of a letter, always the same one."""
    about = person_tags(keys, letter.about)[0] if letter.about else _NOBODY
    when = f"{letter.created_at:%Y%m%dT%H%M%S}-{letter.id:06}"
    return f"{when}-{letter.template}.{address_tags(keys, letter.recipient)[0]}.{about}.eml"


def put(settings: Settings, name: str, message: EmailMessage) -> None:
    """Write a mail, whole or not at all. Raises OSError."""
    mailbox = directory(settings)
    mailbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = mailbox / f".{name}.{os.getpid()}"
    draft.write_bytes(message.as_bytes())
    draft.chmod(0o600)
    draft.replace(mailbox / name)


def forget(settings: Settings, keys: Keys, person: str, address: str | None) -> None:
    """Delete what went to the noted address and what is about this person. Raises OSError.

    Files from before their names said so are looked into; of those, invitations go in any case: the link in one is long void, and
    nobody can tell any more whose name it carries.
    """
    about, addresses = person_tags(keys, person), address.split(",") if address else []
    for file in (
        *directory(settings).glob("*.eml"),
        *directory(settings).glob(".*.eml.*"),
    ):  # drafts of a killed process too
        parts = file.name.lstrip(".").split(".")
        tags = parts[1:3] if parts[3:4] == ["eml"] else []
        if not tags:
            theirs = "connection_request" in file.name or any(tag in addresses for tag in _goes_to(file, keys))
        else:
            theirs = tags[0] in addresses or tags[1] in about
        if theirs:
            file.unlink(missing_ok=True)


def _goes_to(file: Path, keys: Keys) -> list[str]:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return address_tags(keys, str(message["To"] or ""))
