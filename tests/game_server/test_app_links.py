"""The two files by which phones let our links open an app."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from game_server import errors
from game_server.settings import Settings, SettingsError
from game_server.web import app_links
from rooms.errors import Refused

PRINT = ":".join(["AB"] * 32)
APPLE, ANDROID = "/.well-known/apple-app-site-association", "/.well-known/assetlinks.json"


def answered(path: str, **settings):
    app = Litestar(
        route_handlers=app_links.routes(Settings(**settings)),
        exception_handlers={Refused: errors.refused},
        openapi_config=None,
    )
    with TestClient(app) as client:
        return client.get(path, follow_redirects=False)


@pytest.mark.parametrize(
    ("path", "settings", "said"),
    [
        (
            APPLE,
            {"apns_team_id": "TEAM123456", "apple_bundle_id": "org.example.app"},
            {"applinks": {"details": [{"appIDs": ["TEAM123456.org.example.app"], "components": [{"/": "/j/*"}]}]}},
        ),
        (
            APPLE,
            {"apns_team_id": "TEAM123456", "apns_topic": "org.example.app"},
            {"applinks": {"details": [{"appIDs": ["TEAM123456.org.example.app"], "components": [{"/": "/j/*"}]}]}},
        ),
        (
            ANDROID,
            {"google_package": "org.example.app", "google_fingerprints": (PRINT,)},
            [
                {
                    "relation": ["delegate_permission/common.handle_all_urls"],
                    "target": {
                        "namespace": "android_app",
                        "package_name": "org.example.app",
                        "sha256_cert_fingerprints": [PRINT],
                    },
                }
            ],
        ),
    ],
)
def test_an_app_that_is_set_up_is_named_as_its_vendor_wants_it(path, settings, said):
    answer = answered(path, **settings)
    assert (answer.status_code, answer.json()) == (200, said)
    assert answer.headers["content-type"] == "application/json"
    assert "set-cookie" not in answer.headers
    assert "location" not in answer.headers


@pytest.mark.parametrize("path", [APPLE, ANDROID])
@pytest.mark.parametrize("settings", [{}, {"apns_team_id": "TEAM123456"}, {"google_package": "org.example.app"}])
def test_an_app_that_is_not_set_up_is_not_there(path, settings):
    answer = answered(path, **settings)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("text", ["abcd", PRINT[:-3], PRINT.replace("A", "g", 1), PRINT.replace(":", "")])
def test_what_is_no_fingerprint_is_said_at_the_start(text):
    with pytest.raises(SettingsError, match="ATTUNED_GOOGLE_FINGERPRINTS"):
        Settings.from_environment({"ATTUNED_GOOGLE_FINGERPRINTS": f"{PRINT},{text}"})
