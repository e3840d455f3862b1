"""Promise 3: no surface takes an exact tally of a question on lived experience; it fails in types, and when run."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import assume, given, settings, strategies as st
from jinja2 import UndefinedError

from tests.unit.small_workshop import LIVED, WORKSHOP, run
from workshop.config import ROOT
from workshop.domain.disclosure import DisclosedTally, is_safe
from workshop.domain.errors import NotAllowed
from workshop.domain.impact import Held, impact
from workshop.domain.lived_sums import Lived, lived_sums
from workshop.domain.review import Asked, vote
from workshop.domain.tally import Tally
from workshop.realtime.audiences import facilitator_view, participant_view, projector_view
from workshop.realtime.views import DisclosedRow, DisclosedView, QuestionView, ResultView
from workshop.services.tallying import tally_of
from workshop.storage.live_sessions import disclosed_of
from workshop.storage.models import RoundRow

from .test_views import board

KEY = ("petit", "vecu", "vecu", LIVED.choice_ids)
raw_counts = st.tuples(*[st.integers(0, 30)] * len(LIVED.choices)).map(
    lambda counts: dict(zip(LIVED.choice_ids, counts, strict=True))
)
shown = st.sampled_from(
    [
        (participant_view, "@vecu close reveal"),
        (projector_view, "@vecu close reveal"),
        (facilitator_view, "@vecu close"),
        (facilitator_view, "@vecu close reveal"),
        (facilitator_view, "@vecu close end"),
    ]
)


def raw(counts: dict[str, int]) -> Tally:
    return Tally(counts, {"phone": sum(counts.values())})


@given(raw_counts)
def test_exact_counts_pass_for_protected_ones_nowhere(counts: dict[str, int]) -> None:
    values = list(counts.values())
    assume(any(value % 5 for value in values) or not is_safe(values, sum(values)))
    with pytest.raises(ValueError, match="not a protected tally"):
        DisclosedTally(sum(values), tuple(counts.items()))
    # As it would lie in the database, for any screen, page or file that reads it there.
    stored = RoundRow(disclosed={"respondents": sum(values), "rounded": [list(pair) for pair in counts.items()]})
    with pytest.raises(ValueError, match="not a protected tally"):
        disclosed_of(stored)


@settings(max_examples=60)
@given(raw_counts, shown)
def test_no_screen_draws_a_raw_tally(counts: dict[str, int], screen: tuple[Callable[[object], object], str]) -> None:
    view, commands = screen
    stored = board(run(commands), WORKSHOP)
    [place] = stored.disclosed
    view(stored)
    with pytest.raises(AttributeError):
        view(replace(stored, disclosed={place: raw(counts)}))  # type: ignore[dict-item]  # what must not be done


@given(raw_counts)
def test_no_sum_takes_a_raw_tally(counts: dict[str, int]) -> None:
    told = Lived(KEY, raw(counts))  # type: ignore[arg-type]  # what must not be done
    with pytest.raises(AttributeError):
        lived_sums([(name, told) for name in "abc"])
    with pytest.raises(AttributeError):
        impact([Held(name, "", "theme", "4e", "", 28, lived=(told,)) for name in "abc"])


@given(raw_counts)
def test_no_result_and_no_finding_is_made_of_a_question_on_lived_experience(counts: dict[str, int]) -> None:
    with pytest.raises(NotAllowed):
        tally_of(RoundRow(is_experience=True), LIVED)
    with pytest.raises(NotAllowed):
        tally_of(RoundRow(is_experience=False), LIVED)
    result = ResultView(sum(counts.values()), 0, 0, None, (), None, None, ())
    with pytest.raises(ValueError, match="exact counts"):
        QuestionView("1", "vecu", "?", "experience", False, False, (), False, 1, result)
    with pytest.raises(ValueError, match="lived experience"):
        Asked(LIVED, "?", last=vote(raw(counts)))


@given(raw_counts)
def hand_over_to_a_template(disclosed: Callable[[object], str], counts: dict[str, int]) -> None:
    told = DisclosedTally(28, (("oui", 10), ("non", 20)))
    assert "entre 6 et 14" in disclosed(DisclosedView(28, (DisclosedRow("oui", "A", "Oui", 6, 14),)))
    for tally in (raw(counts), told):
        with pytest.raises(UndefinedError):
            disclosed(tally)


def test_template_that_is_handed_a_tally_fails(app: Flask) -> None:
    with app.test_request_context():
        hand_over_to_a_template(app.jinja_env.get_template("components/results.html").module.disclosed)


# Each line marked is refused; the others are there to see that it is for that reason.
TYPED = """
from workshop.domain.disclosure import DisclosedTally
from workshop.domain.lived_sums import Key, Lived, lived_sums
from workshop.domain.tally import Tally
from workshop.realtime.results import disclosed_view
from workshop.realtime.views import DisclosedView

key: Key = ("petit", "vecu", "vecu", ("oui", "non"))
raw = Tally({"oui": 3, "non": 9}, {"phone": 12})
told = DisclosedTally(12, (("oui", 5), ("non", 10)))
board: dict[int, DisclosedTally] = {1: told}
Lived(key, told)
disclosed_view(told, ())
board[1] = raw  # refused
DisclosedTally(12, raw.voices)  # refused
Lived(key, raw)  # refused
lived_sums([("4e B", raw)])  # refused
disclosed_view(raw, ())  # refused
shown: DisclosedView | None = raw  # refused
"""


@pytest.mark.timeout(300)  # the first time, mypy reads the libraries too
def test_raw_tally_does_not_type_check(tmp_path: Path) -> None:
    file = tmp_path / "raw.py"
    file.write_text(TYPED, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", str(file)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = {int(line.split(":")[1]) for line in checked.stdout.splitlines() if "error:" in line}
    lines = TYPED.splitlines()
    assert found == {number for number, line in enumerate(lines, start=1) if "# refused" in line}, checked.stdout
