"""What the mails say. Discreet: whoever sees a subject over somebody's shoulder learns nothing."""

from datetime import timedelta
from html import escape

import msgspec

from game_server.languages.catalogues import Language, catalogue

PRODUCT = "Attuned"
NO_MORE = "No more requests to this address"
NAMELESS = "Somebody you know"


class Template(msgspec.Struct, frozen=True):
    """A mail's fixed words. `{name}` is a display name, `{link}` the one link, on a line or button of its own.

    A receipt leaves no trace: it is deleted when it is sent, and never put into the development mailbox. What others cause is
    `refusable`: the mail says how to get no more of it.
    """

    subject: str
    greeting: str
    footer: str
    button: str = ""
    params: tuple[str, ...] = ("link",)
    receipt: bool = False
    refusable: bool = False
    language: Language = "en"

    def in_language(self, language: Language) -> "Template":
        """The same mail in another language."""
        return msgspec.structs.replace(
            self,
            subject=_say(language, self.subject),
            greeting=_say(language, self.greeting),
            footer=_say(language, self.footer),
            button=_say(language, self.button),
            language=language,
        )

    def check(self, params: dict[str, str]) -> None:
        """Raises ValueError unless exactly this template's parameters are there."""
        if set(params) != set(self.params):
            raise ValueError(f"this mail takes {', '.join(self.params)}")

    def text(self, params: dict[str, str], refuse: str) -> str:
        """The plain half; `refuse` is where to get no more of it."""
        link = f"{self.button}:\n{params['link']}\n\n" if "link" in params else ""
        end = f"\n{_say(self.language, NO_MORE)}:\n{refuse}\n" if self.refusable else ""
        return f"{self._filled(params, html=False)}\n\n{link}{self.footer}\n{end}"

    def html(self, params: dict[str, str], refuse: str) -> str:
        """The same words as a page without scripts, styles of others, or pictures."""
        link, no_more = escape(params.get("link", ""), quote=True), escape(refuse, quote=True)
        button = f'<p><a href="{link}">{escape(self.button)}</a></p><p>{link}</p>' if link else ""
        said = escape(_say(self.language, NO_MORE))
        end = f'<p><small><a href="{no_more}">{said}</a></small></p>' if self.refusable else ""
        return (
            f'<!doctype html><html lang="{self.language}"><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title>"
            f'<body style="font-family:sans-serif;max-width:36em"><p>{self._filled(params, html=True)}</p>'
            f"{button}<p><small>{escape(self.footer)}</small></p>{end}</body></html>\n"
        )

    def _filled(self, params: dict[str, str], *, html: bool) -> str:
        name = " ".join(params.get("name", "").split())[:64] or _say(self.language, NAMELESS)
        before, placeholder, after = self.greeting.partition("{name}")
        if html:
            before, name, after = escape(before), escape(name), escape(after)
        return before + (name if placeholder else "") + after


def _say(language: Language, english: str) -> str:
    return catalogue("server", language).say(english)


class Made(msgspec.Struct, frozen=True):
    """What an asked-for mail has become: the letter, its params, and for how long it is of use."""

    template: str
    params: dict[str, str]
    good_for: timedelta


LETTERS = {
    "confirm_email": Template(
        subject="Please confirm your e-mail address",
        greeting=f"Welcome to {PRODUCT}. Please confirm that this address is yours.",
        button="Confirm this address",
        footer="The link works once, within seven days, and asks for your password: the one you say there is yours from then on."
        " If you did not sign up, leave it alone.",
    ),
    "password_reset": Template(
        subject="Your new password",
        greeting=f"Somebody, hopefully you, asked for a new password for your {PRODUCT} account.",
        button="Choose a new password",
        footer="The link works once, within 30 minutes, and signs you out everywhere. If it was not you, ignore this mail.",
    ),
    "known_sign_up": Template(
        subject="You have an account already",
        greeting=f"Somebody, hopefully you, signed up for {PRODUCT} with this address, which has an account: nothing was changed."
        " Sign in with the password you have, or choose a new one.",
        button="Choose a new password",
        footer="The link works once, within 30 minutes, and signs you out everywhere. If it was not you, ignore this mail.",
    ),
    "no_password": Template(
        subject="Signing in with this address",
        greeting=f"Somebody, hopefully you, signed up for {PRODUCT} or asked for a new password with this address. Your account"
        " has no password: sign in the way you did before. Nothing was changed.",
        footer="If it was not you, ignore this mail.",
        params=(),
    ),
    "connection_request": Template(
        subject="Somebody would like to connect with you",
        greeting=f"{{name}} would like to connect with you on {PRODUCT}.",
        button="Look at the request",
        footer="The link works once, for a few minutes. If you do not know this person, ignore this mail: they learn nothing.",
        params=("name", "link"),
        refusable=True,
    ),
    "erased": Template(
        subject="As you asked",
        greeting=f"Everything that {PRODUCT} kept about you is deleted, as you asked.",
        footer="Encrypted backups forget it within 35 days. This is the last mail to this address.",
        params=(),
        receipt=True,
    ),
}
