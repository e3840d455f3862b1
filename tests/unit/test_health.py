"""When the console's line on the network is worth a facilitator's look."""

import pytest

from workshop.realtime.health import Health


@pytest.mark.parametrize(
    ("health", "concern"),
    [
        (Health(), None),
        (Health(direct=28), None),
        (Health(dropped=2, direct=26), None),  # two screens that went off
        (Health(dropped=3, direct=25), "dropped"),
        (Health(dropped=9, direct=191), None),
        (Health(dropped=20, direct=180), "dropped"),
        (Health(dropped=14, direct=14), "most_dropped"),
        (Health(dropped=28), "most_dropped"),
        (Health(direct=28, trip=799), None),
        (Health(direct=28, trip=800), "slow"),
        (Health(dropped=5, direct=20, trip=2_000), "dropped"),
        (Health(direct=26, relayed=2), None),
        (Health(direct=18, relayed=5, paged=5), "indirect"),
        (Health(direct=1, relayed=2), None),
    ],
)
def test_console_says_one_thing_when_it_is_worth_a_line(health: Health, concern: str | None) -> None:
    assert health.concern == concern
