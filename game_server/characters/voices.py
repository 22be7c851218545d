"""Who answers for a character here: which provider, by which model, and at what price."""

import msgspec

from game_server.integrations.ai.talker import Talker
from game_server.services import Services
from rooms import prices
from rooms.characters.character import Character
from rooms.characters.instructions import instructions
from rooms.characters.person import Person
from rooms.errors import NotConfigured


class Voice(msgspec.Struct, frozen=True):
    """`model` is its name, of Flowise the chatflow's id. `personas` are keyed hashes of who answers, by each of the server's
    secrets: a talk keeps the first, and begins anew where none of them is the one that it has.
    """

    talker: Talker
    model: str
    price: prices.Price
    personas: tuple[str, ...]


def of(services: Services, character: Character) -> Voice:
    """Raises NotConfigured."""
    table = prices.read(services.settings.characters_prices)
    talker, model = services.talkers.get(character.provider), _model(services, character, table)
    if talker is None or model is None:
        raise NotConfigured
    return Voice(
        talker,
        model,
        prices.price_of(table, "flowise" if character.provider == "flowise" else model),
        services.keys.marks("persona", character.provider, model, instructions(character, Person())),
    )


def _model(services: Services, character: Character, table: dict[str, prices.Price]) -> str | None:
    """What the character names, where the operator lets it."""
    settings = services.settings
    if character.provider == "flowise":
        allowed, wanted = settings.flowise_chatflows, character.flowise_chatflow_id
        if not allowed:
            return wanted
        return wanted if wanted in allowed else allowed[0] if wanted is None else None
    named = character.openai_model
    may = named in table and named not in ("*", "flowise")
    return named if may else settings.openai_model
