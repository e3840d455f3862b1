"""Real servers, and commands as a user types them."""

from collections.abc import Iterator

import pytest

from tests.driving import leaving_nothing


@pytest.fixture(autouse=True)
def _leave_nothing() -> Iterator[None]:
    with leaving_nothing():
        yield
