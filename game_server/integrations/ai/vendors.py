"""Which AIs that talk are on here."""

from collections.abc import Callable, Mapping
from datetime import datetime

from game_server import adapters
from game_server.integrations.ai.talker import Talker
from game_server.settings import Settings, SettingsError
from rooms.characters.character import Provider


def open_talkers(settings: Settings, now: Callable[[], datetime]) -> Mapping[Provider, Talker]:
    """Those that the settings switch on. Raises SettingsError where their library is not to be had."""
    talkers: dict[Provider, Talker] = {}
    try:
        if adapters.OPENAI.on(settings):
            from game_server.integrations.ai.responses import Responses  # noqa: PLC0415 - its library is an extra

            talkers["openai_responses"] = Responses(
                settings.openai_base_url, key=str(settings.openai_api_key), keeps=settings.openai_keeps_answers, now=now
            )
        if adapters.FLOWISE.on(settings):
            from game_server.integrations.ai.flowise import Flowise  # noqa: PLC0415 - the same

            talkers["flowise"] = Flowise(str(settings.flowise_url), key=str(settings.flowise_api_key), now=now)
    except ModuleNotFoundError as error:
        raise SettingsError(
            [f"characters are set to be answered for, and {error.name} is not installed: install attuned[ai]"]
        ) from None
    return talkers
