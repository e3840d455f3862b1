"""A story: the class's votes decide the next scene, and only at a tie does whoever leads."""

import pytest

from workshop.domain.errors import IllegalCommand, NotLeading, TiedVote
from workshop.domain.live_session import Answering, Command, LiveSession, Phase, Step, decide, next_step

from .small_workshop import NOW, TOLD, lobby

TOLD_AT = {activity.id: place for place, activity in enumerate(TOLD.activities)}


def tell(words: str, live: LiveSession, *leading: str) -> LiveSession:
    """The state after these commands in the workshop that has a story; `leading` are the most voted choices."""
    for word in words.split():
        name, _, place = word.partition(":")
        command = Command(name, live.version, True, int(place) if place else None)
        live = decide(live, TOLD, command, NOW, leading).live
    return live


def at_the_story(**changes: object) -> LiveSession:
    live = tell("start", lobby(TOLD, **changes))
    while live.position < TOLD_AT["histoire"]:
        live = tell("skip", live)
    return live


def test_story_opens_only_its_first_scene_and_goes_where_the_vote_leads() -> None:
    live = at_the_story()
    assert (live.path, [r.question_id for r in live.open_rounds]) == (("histoire/debut",), ["debut"])
    live = tell("close reveal", live)
    assert next_step(live, TOLD) == Step("follow")
    live = tell("follow", live, "dire")
    assert (live.phase, [r.question_id for r in live.open_rounds]) == (Phase.OPEN, ["suite"])
    assert "histoire" not in live.shown
    live = tell("close reveal follow", live, "non")
    assert live.path == ("histoire/debut", "histoire/suite", "histoire/fin-b")
    assert (live.phase, live.open_rounds, next_step(live, TOLD)) == (Phase.OPEN, (), Step("reveal"))
    live = tell("reveal", live)
    assert (live.phase, next_step(live, TOLD)) == (Phase.REVEALED, Step("next"))


def test_tie_is_decided_by_whoever_leads_among_the_leading_choices() -> None:
    live = tell("close reveal", at_the_story())
    for nobody in (("dire", "taire"), ()):
        with pytest.raises(TiedVote):
            tell("follow", live, *nobody)
    with pytest.raises(NotLeading):
        tell("follow:3", live, "dire", "taire")
    assert tell("follow:2", live, "dire", "taire").path[-1] == "histoire/fin-a"
    # Two choices that lead to the same scene are no tie: nobody is asked for anything.
    assert tell("follow", live, "taire", "rire").path[-1] == "histoire/fin-a"


def test_story_can_be_followed_only_once_its_result_is_shown() -> None:
    live = at_the_story()
    for before in (live, tell("close", live), tell("close reveal follow", live, "taire")):
        with pytest.raises(IllegalCommand):
            tell("follow", before, "dire")
    with pytest.raises(IllegalCommand):
        tell("vote_again", tell("close reveal", live))


def test_story_is_gone_back_to_as_it_was_left() -> None:
    live = tell("close reveal follow", at_the_story(answering=Answering.HANDS), "dire")
    left = tell("skip back", live)
    assert (left.phase, left.path, left.open_rounds, next_step(left, TOLD)) == (
        Phase.CLOSED, live.path, (), Step("reveal"),
    )  # fmt: skip
    over = tell("close reveal follow", live, "oui")
    assert tell("next back", over).phase is Phase.OPEN
    assert tell("reveal next back", over).phase is Phase.REVEALED
    assert tell("reveal next back last", over).overlay == "last:histoire"
