"""The push services that the settings name, opened once; and which tokens they can have.

A key file that cannot be used is said at the start, with the name of its setting.
"""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from game_server import adapters
from game_server.integrations.push import key_file, subscription
from game_server.integrations.push.apns import Apns, Topic
from game_server.integrations.push.fcm import Fcm
from game_server.integrations.push.key_file import KeyUnusable
from game_server.integrations.push.public_address import ANYWHERE_HERE
from game_server.integrations.push.subscription import NotASubscription
from game_server.integrations.push.vendor import Vendor
from game_server.integrations.push.web_push import Vapid, WebPush
from game_server.integrations.service_account import AccountUnusable, ServiceAccount, read_account
from game_server.settings import Settings, SettingsError, variable
from rooms.errors import Invalid
from storage.devices import Platform

log = structlog.get_logger()

TOKENS = {"ios": re.compile(r"[A-Za-z0-9_.:-]{1,200}"), "android": re.compile(r"[\x21-\x7e]{1,1024}")}
"""No stricter than what our requests can carry: which of them are a phone's only the vendor knows, and says."""


def open_vendors(
    settings: Settings, *, now: Callable[[], datetime], fresh_id: Callable[[], UUID]
) -> dict[Platform, Vendor]:
    """The vendor of each platform that is set up; close them. Raises SettingsError with every file that cannot be used."""
    problems: list[str] = []
    account, topic, vapid = _account(settings, problems), _topic(settings, problems), vapid_of(settings, problems)
    if problems:
        raise SettingsError(problems)
    found: dict[Platform, Vendor] = {}
    if account:
        found["android"] = Fcm(settings.fcm_base_url, account, now)
    if topic:
        found["ios"] = Apns(settings.apns_base_url, topic, now=now, fresh_id=fresh_id)
    if vapid:
        found["web"] = WebPush(vapid, now, _stand_in(settings))
    if vapid and settings.web_push_stand_in:
        log.warning(
            "web_push_stand_in", meaning="For tests: browsers may name this address of our own as push service."
        )
    return found


def checked(platform: Platform, token: str, settings: Settings, *, here: bool) -> str:
    """A token as it is kept, in its one form; `here`: whoever registers it is on this machine. Raises Invalid, which names the
    field `token`.
    """
    if platform == "web":
        try:
            return subscription.read(token, _stand_in(settings) if here else settings.web_push_stand_in).text()
        except NotASubscription as error:
            raise Invalid(fields={"token": str(error)}) from error
    if not TOKENS[platform].fullmatch(token) or not token.strip("."):
        raise Invalid(fields={"token": "That is not a device's token."})
    return token


def _stand_in(settings: Settings) -> str | None:
    """What may be sent to besides the internet. Where nobody but this machine can reach us, whoever names a port of it could
    reach that themselves: so an install to try things on needs no setting.
    """
    return settings.web_push_stand_in or (ANYWHERE_HERE if settings.only_here else None)


def vapid_of(settings: Settings, problems: list[str]) -> Vapid | None:
    """Who we are to browsers' push services, None where that is not set; what is wrong goes to `problems`."""
    if settings.vapid_key_file is None or settings.vapid_subject is None:
        return None
    try:
        return Vapid(key_file.p256(settings.vapid_key_file), settings.vapid_subject)
    except KeyUnusable as error:
        problems.append(f"{variable('vapid_key_file')}: {error}")
        return None


def _topic(settings: Settings, problems: list[str]) -> Topic | None:
    if not adapters.APNS.on(settings):
        return None
    names = {name: str(getattr(settings, f"apns_{name}")) for name in ("topic", "team_id", "key_id")}
    try:
        return Topic(key=key_file.p256(settings.apns_key_file), **names)
    except KeyUnusable as error:
        problems.append(f"{variable('apns_key_file')}: {error}")
        return None


def _account(settings: Settings, problems: list[str]) -> ServiceAccount | None:
    if settings.fcm_service_account_file is None:
        return None
    try:
        account = read_account(settings.fcm_service_account_file)
    except AccountUnusable as error:
        problems.append(f"{variable('fcm_service_account_file')}: {error}")
        return None
    if not account.project_id:
        problems.append(f"{variable('fcm_service_account_file')}: the service account's JSON names no project_id")
    return account
