"""How long Hypothesis plays: briefly and repeatably by default, 10^5 histories with `--hypothesis-profile=nightly`."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("rooms", max_examples=100, stateful_step_count=40, deadline=None, derandomize=True)
settings.register_profile(
    "nightly",
    max_examples=100_000,
    stateful_step_count=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_configure(config: pytest.Config) -> None:
    """A profile named on the command line stays."""
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("rooms")
