"""Which apps may open our links instead of the browser: asked for by Apple's and Google's servers, and by phones.

Both want exactly this address, this content type, no redirect and no cookie. An app that is not set up is not there: 404.
"""

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from game_server.http.links import LANDING
from game_server.settings import Settings
from rooms.errors import NotFound

HEADERS = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
OPENS_LINKS = "delegate_permission/common.handle_all_urls"


def routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The two files, as these settings make them."""
    apple, android = _apple(settings), _android(settings)

    @get("/.well-known/apple-app-site-association", include_in_schema=False, sync_to_thread=False)
    def read_apple() -> Response[bytes]:
        return _answer(apple)

    @get("/.well-known/assetlinks.json", include_in_schema=False, sync_to_thread=False)
    def read_android() -> Response[bytes]:
        return _answer(android)

    return [read_apple, read_android]


def _apple(settings: Settings) -> bytes | None:
    bundle = settings.apple_bundle_id or settings.apns_topic
    if bundle is None or settings.apns_team_id is None:
        return None
    links = {"appIDs": [f"{settings.apns_team_id}.{bundle}"], "components": [{"/": f"{LANDING}*"}]}
    return msgspec.json.encode({"applinks": {"details": [links]}})


def _android(settings: Settings) -> bytes | None:
    if settings.google_package is None or not settings.google_fingerprints:
        return None
    app = {
        "namespace": "android_app",
        "package_name": settings.google_package,
        "sha256_cert_fingerprints": settings.google_fingerprints,
    }
    return msgspec.json.encode([{"relation": [OPENS_LINKS], "target": app}])


def _answer(file: bytes | None) -> Response[bytes]:
    if file is None:
        raise NotFound
    return Response(file, media_type="application/json", headers=HEADERS)
