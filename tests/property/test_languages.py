"""Whatever is translated of a workshop: each activity wholly in one language, and nothing before its time in any."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import tomli_w
from hypothesis import given, settings, strategies as st

from workshop.config import ROOT
from workshop.domain.activities import Workshop
from workshop.domain.languages import BUILT_IN
from workshop.domain.live_session import Answering
from workshop.domain.quiz_format import rename
from workshop.domain.translation import TEXTS, Texts, parse_translation
from workshop.realtime.audiences import participant_view
from workshop.realtime.views import SceneView

from .commands import WORKSHOPS, Press, answerings, sequences, states
from .test_views import NOTE, RAW, RESULTS, board, inside, plant, revealed

FRENCH = Texts(
    (ROOT / "quizzes" / "le-montage" / "quiz.fr.toml").read_text(encoding="utf-8"),
    (ROOT / "quizzes" / "_exit" / "survey.fr.toml").read_text(encoding="utf-8"),
)
MARK = "XX "
ACTIVITIES = [a["id"] for a in tomllib.loads(FRENCH.workshop)["activities"]]
subsets = st.frozensets(st.sampled_from([*ACTIVITIES, "able", "survey"]))


def marked(table: dict[str, Any]) -> dict[str, Any]:
    """A translation of a table: each text of a pupil with a mark before it, and what says where it belongs."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name in ("notes", "sheet", "sources", "room"):
            continue
        if name in TEXTS:
            found[name] = [MARK + one for one in value] if isinstance(value, list) else MARK + value
        elif name == "id":
            found[name] = value
        elif isinstance(value, dict) and name not in ("names",):
            found[name] = marked(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            found[name] = [marked(each) for each in value]
    return found


@lru_cache(maxsize=256)
def translated(chosen: frozenset[str]) -> Workshop:
    document = tomllib.loads(FRENCH.workshop)
    written = marked(document)
    written["activities"] = [a for a in written["activities"] if a["id"] in chosen]
    if not {"avant", "apres"} & chosen:
        del written["questions"]
    if "able" not in chosen:
        del written["able"]
    head = {"format": 1, "slug": document["slug"], "language": "en"}
    survey = {**marked(tomllib.loads(FRENCH.survey)), "language": "en"} if "survey" in chosen else None
    texts = Texts(tomli_w.dumps({**written, **head}), tomli_w.dumps(survey) if survey else "")
    return rename(parse_translation(FRENCH, texts, "en", "le-montage"), {})


def said(scene: SceneView) -> Iterator[str]:
    """Each text of the workshop in a scene, but what stands in no file."""
    found = [scene.title, scene.text, scene.alt, *scene.points, *(scene.ends or ())]
    found += [text for message in scene.messages for text in (message.text, message.alt)]
    for question in scene.questions:
        found += [question.text, *(choice.text for choice in question.choices)]
        if question.result:
            found += [
                question.result.explanation,
                *(text for r in question.result.rows for text in (r.text, r.takeaway)),
            ]
    built_in = {*BUILT_IN["en"].values(), "Vrai", "Faux", "Je préfère ne pas répondre"}
    yield from (text for text in found if text and not text.isdigit() and text not in built_in)


@settings(max_examples=50, deadline=None)
@given(subsets, answerings, sequences)
def test_each_activity_is_wholly_in_one_language(
    chosen: frozenset[str], answering: Answering, sequence: list[Press]
) -> None:
    french, other = WORKSHOPS["le-montage"], translated(chosen)
    for live, _ in states(french, answering, sequence):
        drawn = replace(board(live, french), translations={"en": other})
        ours, theirs = participant_view(drawn), participant_view(drawn, "en")
        assert theirs.workshop_title == MARK + ours.workshop_title
        if theirs.scene is None or ours.scene is None:
            assert theirs.scene is ours.scene
            continue
        asked = [(q.round, q.id, [c.id for c in q.choices], q.is_open) for q in ours.scene.questions]
        assert [(q.round, q.id, [c.id for c in q.choices], q.is_open) for q in theirs.scene.questions] == asked
        texts = list(said(theirs.scene))
        if theirs.scene.language == "en":
            assert all(text.startswith(MARK) for text in texts), texts
            assert theirs.scene.id in chosen | {"sortie"}
        else:
            assert not any(text.startswith(MARK) for text in texts), texts


@settings(max_examples=50, deadline=None)
@given(subsets, answerings, sequences)
def test_nothing_is_told_before_its_time_in_another_language(
    chosen: frozenset[str], answering: Answering, sequence: list[Press]
) -> None:
    french, other = WORKSHOPS["le-montage"], plant(translated(chosen))
    for live, _ in states(french, answering, sequence):
        found = list(inside(participant_view(replace(board(live, french), translations={"en": other}), "en")))
        told = {text for text in found if isinstance(text, str) and "PLANTED" in text}
        assert NOTE not in told and RAW not in found
        if revealed(live, french) is None:
            assert not told and not any(isinstance(item, RESULTS) for item in found)
