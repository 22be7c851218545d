"""What each vendor needs to be on: an adapter without any of it is off, and a half-set one is an error at the start."""

from collections.abc import Callable

import msgspec


class Adapter(msgspec.Struct, frozen=True):
    """`needs` are settings without which it cannot work; it is on when all are there. `may` are those that mean it too; `shared`
    are settings of another that it needs, too.
    """

    name: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    def on(self, settings: object) -> bool:
        """Is it to be used?"""
        return all(getattr(settings, name) is not None for name in self.needs)


APPLE = Adapter(
    "Apple",
    ("apple_bundle_id", "apple_issuer_id", "apple_key_id", "apple_private_key_file", "apple_roots_file"),
    ("apple_app_id", "apple_base_url"),
)
APPLE_PRODUCTION = Adapter("Apple", (*APPLE.needs, "apple_app_id"), APPLE.may)
GOOGLE = Adapter(
    "Google", ("google_package", "google_service_account_file"), ("google_push_audience", "google_push_account")
)
GOOGLE_PUSH = Adapter("Google's notifications", ("google_push_audience", "google_push_account"))
FCM = Adapter("FCM", ("fcm_service_account_file",))
APNS = Adapter("APNs", ("apns_key_file", "apns_key_id", "apns_team_id", "apns_topic"))
WEB_PUSH = Adapter("Web Push", ("vapid_key_file", "vapid_subject"))
SMTP = Adapter("mail by SMTP", ("smtp_url", "mail_from"))
CARDS = Adapter("cards by AI", ("cards_base_url", "cards_api_key", "cards_model"), ("cards_daily_budget",))
OPENAI = Adapter(
    "characters by OpenAI",
    ("openai_api_key", "openai_model"),
    ("openai_base_url",),
    shared=("openai_api_key", "openai_base_url"),
)
AI_IMAGES = Adapter(
    "pictures by OpenAI", ("openai_image_model", "openai_api_key"), shared=("openai_api_key", "openai_base_url")
)
FLOWISE = Adapter("characters by Flowise", ("flowise_url", "flowise_api_key"))
SUPABASE = Adapter("Supabase", ("supabase_url",), ("supabase_jwt_secret", "supabase_service_role_key"))
NOTION_OAUTH = Adapter("Notion by OAuth", ("notion_client_id", "notion_client_secret"))

ADAPTERS = (
    APPLE, GOOGLE, GOOGLE_PUSH, FCM, APNS, WEB_PUSH, SMTP, CARDS, OPENAI, AI_IMAGES, FLOWISE, SUPABASE, NOTION_OAUTH,
)  # fmt: skip


def half_set(settings: object, variable: Callable[[str], str]) -> list[str]:
    """A sentence for each adapter that something is set for, and something is missing."""
    # Apple's library cannot tell a production app's notifications from another's without the app's number.
    in_production = getattr(settings, "apple_environment", None) == "Production"
    found = []
    shared = _shared(settings)
    for adapter in (APPLE_PRODUCTION if one is APPLE and in_production else one for one in ADAPTERS):
        meant = (name for name in (*adapter.needs, *adapter.may) if name not in shared)
        given = [name for name in meant if getattr(settings, name) is not None]
        missing = [name for name in adapter.needs if getattr(settings, name) is None]
        if given and missing:
            found.append(
                f"{adapter.name} is half set: {variable(given[0])} needs {', '.join(map(variable, missing))} beside it"
            )
    return found


def _shared(settings: object) -> set[str]:
    """What is set for the sake of an adapter that shares it: it does not mean the other one."""
    meant = (
        one for one in ADAPTERS if any(getattr(settings, name) is not None for name in {*one.needs} - {*one.shared})
    )
    return {name for one in meant for name in one.shared}
