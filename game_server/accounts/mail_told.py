"""What is said at once to whoever waits for a mail, or will never get one from here; in the language that they ask for."""

from game_server.http.bodies import AnyRequest
from game_server.languages import choice
from game_server.languages.catalogues import catalogue

NO_MAILS = "No mail is sent from here: nobody can confirm this address, or get a new password by mail. Keep your password well."
NO_RESET = "No mail is sent from here, so that a new password cannot be asked for. Ask whoever runs this server."
ON_ITS_WAY = "If that address has an account, a mail is on its way."
LOOK = "Please look at your mail: it says how to go on. Then sign in."

SAID = (NO_MAILS, NO_RESET, ON_ITS_WAY, LOOK)
"""All of it, for the catalogues."""


def told(request: AnyRequest, english: str) -> str:
    """One of these, for who asks."""
    return catalogue("server", choice.of_header(request.headers.get("Accept-Language"))).say(english)
