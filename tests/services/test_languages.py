"""The texts of every language are kept with the class that lives them, first names and short variant included."""

import shutil
from pathlib import Path

import pytest

from tests.services.conftest import KINDS, PEOPLE, ClassRoom
from workshop import clock
from workshop.config import ROOT
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.realtime.audiences import participant_view, projector_view
from workshop.realtime.hub import Hub
from workshop.services import following_up, planning
from workshop.services.planning import Plan
from workshop.services.viewing import load_board
from workshop.storage import live_sessions
from workshop.storage.quiz_files import read_quiz


def seen(room: ClassRoom, language: str) -> tuple[str, str, list[str]]:
    """The title, the first question and its choices, as a phone in this language shows them."""
    view = participant_view(load_board(room.row(), clock.now(), pupils=True), language)
    db.session.rollback()
    assert view.scene is not None
    first = view.scene.questions[0]
    return view.workshop_title, first.text, [choice.text for choice in first.choices]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name in ("le-montage", "_exit"):
        shutil.copytree(ROOT / "quizzes" / name, tmp_path / "library" / name)
    return tmp_path / "library" / "le-montage"


def opened(hub: Hub, owner_id: int, folder: Path, **more: object) -> ClassRoom:
    plan = Plan(read_quiz(folder / "quiz.fr.toml"), Answering.PHONES, 28, 40, PEOPLE, {"cible": "Zoé"}, **more)  # type: ignore[arg-type]
    return ClassRoom(hub, planning.set_up(plan, owner_id, clock.now()), owner_id)


def test_phones_of_one_class_read_the_same_question_in_their_own_languages(room: ClassRoom) -> None:
    assert [seen(room, code)[0] for code in ("fr", "fr-falc", "en", "ar", "uk", "xx")] == [
        "Juste un montage", "Juste un montage", "Just an edited photo", "مجرد صورة معدّلة", "Просто фотомонтаж",
        "Juste un montage",
    ]  # fmt: skip
    assert [seen(room, code)[2] for code in ("fr", "en", "ar")] == [
        ["Vrai", "Faux"],
        ["True", "False"],
        ["صحيح", "خطأ"],
    ]
    room.command("start")
    room.go_to("premier-geste")
    questions = {code: seen(room, code) for code in ("fr", "fr-falc", "en", "ar", "uk")}
    assert len({text for _, text, _ in questions.values()}) == 3
    assert questions["ar"][1:] == questions["uk"][1:] == questions["fr"][1:], "what is not translated is in French"
    assert projector_view(load_board(room.row(), clock.now())).workshop_title == "Juste un montage"


def test_a_class_keeps_the_translations_that_it_began_with(hub: Hub, owner_id: int, library: Path) -> None:
    room = opened(hub, owner_id, library)
    before = seen(room, "en")
    (library / "quiz.en.toml").write_text("not even a file", encoding="utf-8")
    live_sessions._translated.clear()
    assert seen(room, "en") == before
    later = opened(hub, owner_id, library)
    assert later.row().quiz_digest != room.row().quiz_digest
    assert seen(later, "en") == seen(later, "fr")


def test_first_names_chosen_for_a_class_are_in_every_language(hub: Hub, owner_id: int, library: Path) -> None:
    room = opened(hub, owner_id, library)
    room.command("start")
    room.go_to("premier-geste")
    for code in ("fr", "fr-falc", "en"):
        assert any("Zoé" in choice for choice in seen(room, code)[2])


def test_the_short_variant_is_short_in_every_language(hub: Hub, owner_id: int, library: Path) -> None:
    room = opened(hub, owner_id, library, short=True)
    french = live_sessions.workshop_of(room.row())
    for translated in live_sessions.translations_of(room.row()).values():
        assert [a.id for a in translated.activities] == [a.id for a in french.activities]


@pytest.mark.parametrize(("without", "language"), [((), "en"), (("ce-qui-aide",), "fr")])
def test_a_follow_up_is_in_one_language_or_in_french(
    hub: Hub, owner_id: int, library: Path, without: tuple[str, ...], language: str
) -> None:
    path = library / "quiz.en.toml"
    parts = path.read_text(encoding="utf-8").split("[[activities]]")
    path.write_text("[[activities]]".join(p for p in parts if not any(f'"{one}"' in p for one in without)), "utf-8")
    room = opened(hub, owner_id, library)
    room.command("start")
    room.go_to("apres")
    room.command("end", confirmed=True)
    follow_up = ClassRoom(hub, following_up.launch(room.live_id, 7, clock.now()), owner_id)
    text = seen(follow_up, "en")[1]
    assert text.startswith("In a private group" if language == "en" else "Dans un groupe privé")


def test_a_workshop_in_one_language_is_read_in_it_by_all(hub: Hub, owner_id: int) -> None:
    plan = Plan(read_quiz(KINDS), Answering.PHONES, None, 40, PEOPLE, {})
    room = ClassRoom(hub, planning.set_up(plan, owner_id, clock.now()), owner_id)
    assert live_sessions.translations_of(room.row()) == {}
    assert seen(room, "ar") == seen(room, "fr")
