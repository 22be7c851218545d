"""What is told, in the words of a language."""

from game_server.languages.catalogues import Language, catalogue
from rooms.notifications import kinds
from rooms.notifications.kinds import Style, Words


def words(kind: str, style: Style, language: Language) -> Words:
    """What is shown of it."""
    english, say = kinds.words(kind, style), catalogue("server", language).say
    return Words(say(english.title), say(english.body))
