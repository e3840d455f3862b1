"""The same examples on every machine: a failure here is a failure everywhere."""

import pytest
from hypothesis import HealthCheck, settings

from workshop.config import Config

settings.register_profile(
    "deterministic",
    derandomize=True,
    database=None,
    deadline=None,  # a busy machine is no fault
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deterministic")


@pytest.fixture
def config(sqlite_config: Config) -> Config:
    """One database is enough here: tests/services runs on both."""
    return sqlite_config
