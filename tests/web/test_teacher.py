"""The teacher's page: who may read it, what is in it and what is not, and the files that are handed over."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from io import BytesIO
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import event

from tests.services.test_reviewing import live_an_hour
from tests.services.test_sharing import OTHER, TABLET, sits
from workshop import clock
from workshop.config import ROOT
from workshop.domain.live_session import Answering
from workshop.extensions import db
from workshop.services import teacher_links
from workshop.services.hands import enter_cards, enter_hands
from workshop.services.made_up import make_ended_class
from workshop.services.planning import Plan
from workshop.services.sharing import share
from workshop.services.signed_files import exchange_key
from workshop.storage.quiz_files import read_quiz
from workshop.storage.transaction import transaction
from workshop.web.security import MAX_FORM

from .conftest import ClassRoom, csrf_of, signed_in

LIVED = "vu passer en ligne"
DAYS = timedelta(days=90)
OUTLINE = re.compile(rb"0 0 m ([\d.]+) 0 l \1 3\.4 l 0 3\.4 l\s+h\s+S")  # of the earlier vote, in a paper's page


@pytest.fixture
def ended(room: ClassRoom) -> ClassRoom:
    live_an_hour(room)
    db.session.remove()
    return room


def make_link(room: ClassRoom, lasts: timedelta = DAYS) -> str:
    token = teacher_links.links.make(room.live_id, clock.now(), lasts)
    db.session.remove()
    return token


def opened(app: Flask, room: ClassRoom) -> FlaskClient:
    client = app.test_client()
    assert client.get(f"/lien/{make_link(room)}").headers["Location"] == f"/bilan/{room.live_id}"
    return client


def texts(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page))).replace("\u202f", " ").replace("\xa0", " ")


@contextmanager
def counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def listen(*arguments: object) -> None:
        if arguments[2] != "BEGIN":
            seen.append(str(arguments[2]))

    engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    yield seen
    event.remove(engine, "before_cursor_execute", listen)


def test_link_is_traded_for_a_cookie_and_leaves_the_address_at_once(app: Flask, ended: ClassRoom) -> None:
    token, client = make_link(ended), app.test_client()
    for _ in range(2):  # as often as wanted
        answer = client.get(f"/lien/{token}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/bilan/{ended.live_id}")
        assert "HttpOnly" in answer.headers["Set-Cookie"]
        assert token not in answer.headers["Set-Cookie"]
    page = client.get(f"/bilan/{ended.live_id}")
    assert page.status_code == 200
    assert token not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"


def test_page_says_what_the_class_knows_before_and_after(app: Flask, ended: ClassRoom) -> None:
    said = texts(opened(app, ended).get(f"/bilan/{ended.live_id}").text)
    assert "Bonnes réponses juste après : 7 sur 12, avant : 4." in said
    assert "Bonnes réponses juste après : 10 sur 12, avant : 5." in said
    assert "Au premier vote" not in said  # there was one vote in the debate
    assert "8 sur 12 étaient du côté « Tout à fait d’accord »" in said
    assert (
        "Les 12 mêmes téléphones, avant et après : 3 ont trouvé la bonne réponse entre-temps, 0 l’ont quittée." in said
    )


def test_page_answers_in_its_order(app: Flask, ended: ClassRoom) -> None:
    said = texts(opened(app, ended).get(f"/bilan/{ended.live_id}").text)
    order = [
        "Si vous n’avez que dix minutes, faites ceci", "Ce que la classe sait", "Les idées fausses les plus répandues",
        "Le débat, et ce que la classe ferait", "À qui parler", "Si un élève se confie à vous",
        "Ce qui est gardé de cette séance", "Minute par minute",
    ]  # fmt: skip
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def test_ten_minutes_are_for_the_most_widespread_misconception(app: Flask, ended: ClassRoom) -> None:
    page = opened(app, ended).get(f"/bilan/{ended.live_id}").text
    [ten] = re.findall(r'<section class="ten".*?</section>', page, re.DOTALL)
    assert "Je n’ai mis qu’un message" in ten
    assert "5 réponses sur 12 vont encore dans ce sens" in texts(ten)
    assert 'href="#fiche-un-message-chacun"' in ten
    assert 'id="fiche-un-message-chacun"' in page


def test_nothing_of_lived_experience_is_on_the_page_nor_in_the_files(
    app: Flask, desk: FlaskClient, ended: ClassRoom
) -> None:
    """Five saw it often and seven did not: the question is not even named."""
    teacher = opened(app, ended)
    pdf = teacher.get(f"/bilan/{ended.live_id}.pdf").data
    pages = [
        teacher.get(f"/bilan/{ended.live_id}").text,
        desk.get(f"/animer/{ended.live_id}/bilan.html").text,
        "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages),
    ]
    _, workshop = ended.state()
    lived = workshop.activity("deja-vu")
    planted = [
        lived.title,
        LIVED,
        "Je préfère ne pas répondre",
        *(choice.text for choice in lived.questions[0].choices),
    ]
    for page in pages:
        assert [text for text in planted if text in texts(page)] == []
    assert any(LIVED in text for text in [lived.questions[0].text])


def test_few_pupils_are_told_no_count(app: Flask, room: ClassRoom) -> None:
    live_an_hour(room, 9)
    db.session.remove()
    page = opened(app, room).get(f"/bilan/{room.live_id}").text
    assert "Moins de 10 réponses" in texts(page)
    assert "<table>" not in page
    assert not re.search(r"\d+ sur \d+", texts(page).replace("7 jours sur 7", ""))


def test_no_rate_of_gain_no_test_and_no_ranking(app: Flask, ended: ClassRoom) -> None:
    said = texts(opened(app, ended).get(f"/bilan/{ended.live_id}").text)
    assert not re.search(r"%|gain|p-value|significati|classement|moyenne|intervalle|autres classes", said)


def refusals(app: Flask, first: ClassRoom, second: ClassRoom) -> dict[str, tuple[FlaskClient, str]]:
    """Every way of not being let in: a browser, and the address that it asks for."""
    expired = make_link(first, timedelta(days=-1))
    revoked = make_link(first)
    teacher_links.links.revoke(first.live_id)
    gone = opened(app, first)
    teacher_links.links.revoke(first.live_id)
    late = opened(app, first)
    with transaction():
        db.session.execute(db.text("UPDATE link SET expires_at = '2020-01-01 00:00:00' WHERE kind = 'teacher'"))
    other, good = opened(app, second), make_link(second)
    other.get(f"/lien/{good}")
    secret = next(part for part in other.get_cookie(f"preau_teacher_{second.live_id}").value.split(";"))  # type: ignore[union-attr]
    forged = app.test_client()
    forged.set_cookie(f"preau_teacher_{first.live_id}", secret)
    altered = good[:-1] + ("A" if good[-1] != "A" else "B")
    new = app.test_client
    db.session.remove()
    return {
        "expired link": (new(), f"/lien/{expired}"),
        "revoked link": (new(), f"/lien/{revoked}"),
        "altered link": (new(), f"/lien/{altered}"),
        "link that never was": (new(), "/lien/x"),
        "cookie of a revoked link": (gone, f"/bilan/{first.live_id}"),
        "cookie of an expired link": (late, f"/bilan/{first.live_id}"),
        "teacher of another class": (other, f"/bilan/{first.live_id}"),
        "cookie of another class under this one's name": (forged, f"/bilan/{first.live_id}"),
        "nobody": (new(), f"/bilan/{first.live_id}"),
        "no such class": (new(), "/bilan/999999"),
        "its paper": (other, f"/bilan/{first.live_id}.pdf"),
    }


def test_whoever_is_not_let_in_is_told_the_same_with_the_same_work(
    app: Flask, make_class: Callable[..., ClassRoom]
) -> None:
    first, second = make_class(), make_class()
    for room in (first, second):
        room.command("end", confirmed=True)
    told = {}
    for name, (client, address) in refusals(app, first, second).items():
        with counted() as queries:
            answer = client.get(address)
        told[name] = (answer.status_code, answer.data, answer.headers["Content-Type"], len(queries))
    assert len(set(told.values())) == 1, {name: (found[0], found[3]) for name, found in told.items()}
    [(status, _, _, queries_made)] = set(told.values())
    assert (status, queries_made) == (410, 1)


def test_paper_is_tagged_french_and_holds_the_figures(app: Flask, ended: ClassRoom) -> None:
    answer = opened(app, ended).get(f"/bilan/{ended.live_id}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert re.search(r"filename=bilan-\d{4}-\d\d-\d\d\.pdf", answer.headers["Content-Disposition"])
    paper = PdfReader(BytesIO(answer.data))
    catalog = paper.trailer["/Root"]
    assert catalog["/Lang"] == "fr"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/StructTreeRoot"]
    assert "pdfuaid" in catalog["/Metadata"].get_data().decode()
    assert str(paper.metadata and paper.metadata.title).startswith("Juste un montage")
    fonts = {
        str(font.get_object()["/BaseFont"]) for page in paper.pages for font in page["/Resources"]["/Font"].values()
    }
    assert {name.split("+")[1] for name in fonts} == {
        "AtkinsonHyperlegibleNextRegular", "AtkinsonHyperlegibleNextBold", "BricolageGrotesqueBold",
    }  # fmt: skip
    said = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in paper.pages[:2]))
    assert "juste après : 7 sur 12, avant : 4." in said
    assert "juste après : 10 sur 12, avant : 5." in said


@pytest.mark.parametrize(
    ("slug", "sheets"),
    [("le-montage", 4), ("on-a-tape-son-nom", 4), ("c-etait-pour-toi", 3)],
)
def test_letter_prints_on_two_pages_and_each_sheet_on_one(app: Flask, owner_id: int, slug: str, sheets: int) -> None:
    live_id = make_up(slug, owner_id)
    paper = PdfReader(BytesIO(signed_in(app, owner_id).get(f"/animer/{live_id}/bilan.pdf").data))
    assert [page.extract_text().startswith("Fiche") for page in paper.pages] == [False] * 2 + [True] * sheets


def make_up(slug: str, owner_id: int) -> int:
    people = {"adult": "Mme Riou", "person": "M. Garnier", "place": "bureau 12"}
    quiz = read_quiz(ROOT / "quizzes" / slug / "quiz.fr.toml")
    live_id = make_ended_class(Plan(quiz, Answering.PHONES, 28, 40, people, {}), owner_id, 28, clock.now(), Random(3))
    db.session.remove()
    return live_id


def test_what_people_typed_is_no_markup_on_paper(app: Flask, desk: FlaskClient, ended: ClassRoom) -> None:
    typed = '#panic("x") *gras* _é_ <script> $x$ @ref \\ [a]'
    with transaction():
        set_school = db.text("UPDATE live_session SET school = :typed WHERE id = :id")
        db.session.execute(set_school, {"typed": typed, "id": ended.live_id})
    answer = desk.get(f"/animer/{ended.live_id}/bilan.pdf")
    assert answer.status_code == 200
    assert typed in PdfReader(BytesIO(answer.data)).pages[0].extract_text()


def test_file_needs_nothing_else(desk: FlaskClient, ended: ClassRoom) -> None:
    answer = desk.get(f"/animer/{ended.live_id}/bilan.html")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=bilan")
    page = answer.text
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https:" not in page
    assert not re.search(r"<(?:script|link|img|iframe|object|form)\b|@import", page)
    assert {found[:5] for found in re.findall(r'url\("?([^)"]*)', page)} == {"data:"}
    assert {found[0] for found in re.findall(r'(?:href|src)="([^"]*)"', page)} <= {"#", "t"}  # within it, and tel:
    assert "Bonnes réponses juste après : 7 sur 12, avant : 4." in texts(page)
    assert "Ce document" in page


def test_file_and_paper_say_what_the_page_says(app: Flask, desk: FlaskClient, ended: ClassRoom) -> None:
    body = re.compile(r'<article class="letter".*</section>', re.DOTALL)
    page = body.search(desk.get(f"/animer/{ended.live_id}/bilan").text)
    file = body.search(desk.get(f"/animer/{ended.live_id}/bilan.html").text)
    assert page
    assert file
    assert page[0] == file[0]
    paper = PdfReader(BytesIO(desk.get(f"/animer/{ended.live_id}/bilan.pdf").data))
    written = re.sub(r"\W+", "", "".join(found.extract_text() for found in paper.pages))
    for finding in re.findall(r'<p class="finding">(.*?)</p>', page[0]):
        assert re.sub(r"\W+", "", unescape(finding)) in written, finding


def test_colleague_may_neither_read_nor_hand_over(stranger: FlaskClient, ended: ClassRoom) -> None:
    for path in ("bilan", "bilan.pdf", "bilan.html", "enseignant"):
        assert stranger.get(f"/animer/{ended.live_id}/{path}").status_code == 403


def test_class_that_goes_on_has_no_letter_and_says_so(desk: FlaskClient, room: ClassRoom) -> None:
    for path in ("bilan", "bilan.pdf", "bilan.html", "enseignant"):
        answer = desk.get(f"/animer/{room.live_id}/{path}")
        assert answer.status_code == 409
        assert "Il n’y a pas de bilan" in answer.text


def test_end_screen_leads_to_the_letter(desk: FlaskClient, ended: ClassRoom) -> None:
    assert f'href="/animer/{ended.live_id}/enseignant"' in desk.get(f"/animer/{ended.live_id}").text


def test_laptop_hands_over_files_and_makes_no_link(desk: FlaskClient, ended: ClassRoom) -> None:
    page = desk.get(f"/animer/{ended.live_id}/enseignant").text
    assert "disparaît avec la classe" in texts(page)
    assert 'value="make"' not in page
    token = csrf_of(desk.get("/animer").text)
    answer = desk.post(f"/animer/{ended.live_id}/enseignant", data={"csrf_token": token, "action": "make"})
    assert answer.status_code == 403


def test_laptop_keeps_a_key_and_signs_with_it(desk: FlaskClient, ended: ClassRoom) -> None:
    file = f"/animer/{ended.live_id}/seance.preau"
    assert desk.get(file).headers["Location"] == "/animer/echange"
    token = csrf_of(desk.get("/animer/echange").text)
    refused = desk.post("/animer/echange", data={"csrf_token": token, "key": "not a key"})
    assert refused.status_code == 400
    key = exchange_key("the hosted instance's", 7)
    assert desk.post("/animer/echange", data={"csrf_token": token, "key": f" {key} "}).status_code == 303
    page = desk.get("/animer/echange").text
    assert "Une clé est gardée ici" in page
    assert key not in page
    kept = ended.hub.app.config["PREAU"].data / "exchange-key"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (key, 0o600)
    answer = desk.get(file)
    assert answer.status_code == 200
    assert "seance-" in answer.headers["Content-Disposition"]
    assert len(answer.data) < MAX_FORM / 2


@pytest.fixture
def mixed(make_class: Callable[..., ClassRoom]) -> ClassRoom:
    """Ten phones, a tablet for three in turns, another for a group of four, cards and hands."""
    room = make_class(Answering.MIXED)
    room.join(10)
    share(room.code, TABLET, "turns", 3)
    share(room.code, OTHER, "group", 4)
    for step in ("une-seule-image", "ce-qui-aide", "apres"):
        room.go_to(step)
        for round_id, question in room.open_questions():
            first, second, *_ = question.choice_ids
            for phone in room.phones:
                room.answer(phone, round_id, first)
            for seat in (1, 2, 3):
                room.answer(sits(room, seat), round_id, second)
            room.answer(sits(room, key=OTHER), round_id, first)
            enter_hands(room.live_id, round_id, {first: 5, second: 2})
            if not question.multiple:
                enter_cards(room.live_id, round_id, {first: 4, second: 6})
        room.command("close")
    room.command("end", confirmed=True)
    db.session.remove()
    return room


def test_class_that_answered_by_several_ways_is_told_so_in_one_phrase(
    app: Flask, desk: FlaskClient, mixed: ClassRoom
) -> None:
    reader = opened(app, mixed)
    page = texts(reader.get(f"/bilan/{mixed.live_id}").text)
    paper = PdfReader(BytesIO(reader.get(f"/bilan/{mixed.live_id}.pdf").data))
    sheet = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in paper.pages[:2]))
    for told in (page, sheet):
        assert "réponses sur 12 appareils (partagés ou non), par cartes et à main levée" in told
        # Hands and a group's one voice are not so many pupils.
        assert re.search(r"Les bonnes réponses ont eu [\d, et]+ voix, sur 19\.", told)
        assert "sur 19 élèves" not in told
        assert "le nombre d’élèves est celui de la réponse la plus levée" in told
    summary = texts(desk.get(f"/animer/{mixed.live_id}").text)
    ways = (
        "10 sur leur propre appareil, 10 par carte, 7 à main levée, 3 à tour de rôle sur un appareil, 1 pour un groupe"
    )
    assert f"31 voix : {ways}" in summary
    assert "31 voix 31 voix" not in summary, "said twice"


def test_question_that_nobody_answered_has_no_row_of_zeros(desk: FlaskClient, ended: ClassRoom) -> None:
    summary = texts(desk.get(f"/animer/{ended.live_id}").text)
    assert "Personne n’a répondu." in summary
    assert "sur 0" not in summary


def test_row_that_nobody_chose_before_has_no_mark_on_paper(app: Flask, ended: ClassRoom) -> None:
    """An empty outline was drawn as an upright stroke, which reads as one voice."""
    reader = opened(app, ended)
    page = reader.get(f"/bilan/{ended.live_id}").text
    compared = [int(count) for count in re.findall(r'<td class="earlier">(\d+)</td>', page)]
    assert 0 in compared
    sheet = PdfReader(BytesIO(reader.get(f"/bilan/{ended.live_id}.pdf").data)).pages[:2]
    drawn = b"".join(one.get_contents().get_data() for one in sheet)  # type: ignore[union-attr]  # a page with words
    assert len(OUTLINE.findall(drawn)) == sum(count > 0 for count in compared)
