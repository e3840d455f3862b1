"""The pages that write a workshop: whose they are, what they keep, what they say when something is missing."""

import html
import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from workshop import clock
from workshop.extensions import db
from workshop.services import accounts, drafting, publishing
from workshop.storage.models import Account
from workshop.storage.transaction import transaction

from .conftest import csrf_of, signed_in
from .filled import filled

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
CHOICE = "activites/premier-geste"


@pytest.fixture
def draft_id(app: Flask, desk: FlaskClient) -> int:
    """A copy of « Juste un montage », made by the button."""
    made = send(desk, "/ateliers", "/ateliers/copier", slug="le-montage", language="fr")
    return int(made.headers["Location"].rsplit("/", 1)[1])


def send(client: FlaskClient, page: str, address: str, **fields: object) -> TestResponse:
    """A button of a page, with the page's token."""
    token = csrf_of(client.get(page).text)
    db.session.remove()
    return client.post(address, data={"csrf_token": token, **fields})


def typed(client: FlaskClient, address: str, json_wanted: bool = False, **fields: str) -> TestResponse:
    """The form of a part with some of its fields typed over."""
    form = {**filled(client.get(address).text), **{name.replace("__", "-"): text for name, text in fields.items()}}
    db.session.remove()
    return client.post(address, data=form, headers={"Accept": "application/json"} if json_wanted else {})


def ordinary(draft_id: int, owner_id: int) -> list[str]:
    db.session.rollback()
    return [str(row["id"]) for row in drafting.owned(draft_id, owner_id).document["activities"]]


def test_library_shows_what_there_is_and_what_can_be_done_with_it(desk: FlaskClient, draft_id: int) -> None:
    page = desk.get("/ateliers").text
    assert page.count("Juste un montage") >= 2
    assert "Animer" in page
    assert "{" not in re.sub(r"<[^>]+>", "", page), "first names are put into the summaries"


@pytest.mark.parametrize("address", ["", "/presentation", f"/{CHOICE}", f"/{CHOICE}/telephone", "/historique",
                                     "/images", "/supprimer", "/retirer", "/livret.pdf",
                                     "/questions/groupe-prive"])  # fmt: skip
def test_pages_are_their_authors_alone(
    phone: FlaskClient, desk: FlaskClient, stranger: FlaskClient, draft_id: int, address: str
) -> None:
    place = f"/ateliers/{draft_id}{address}"
    assert phone.get(place).headers["Location"] == "/connexion"
    assert stranger.get(place).status_code == 403
    send(desk, f"/ateliers/{draft_id}", f"/ateliers/{draft_id}/partager", shared="1")
    readable = address in ("", f"/{CHOICE}/telephone", "/livret.pdf")
    assert stranger.get(place).status_code == (200 if readable else 403)
    assert stranger.get(place.replace(str(draft_id), "999", 1)).status_code == 404


@pytest.mark.parametrize(
    ("address", "fields"),
    [("", {"do": "add", "kind": "slide"}), ("/publier", {}), ("/partager", {"shared": "1"}), ("/retirer", {}),
     ("/remettre", {}),
     ("/supprimer", {}), ("/historique/1", {}), ("/images", {}), ("/images/x.png/retirer", {}),
     (f"/{CHOICE}", {"whole": "1", "mark": "", "do": "force"}), ("/presentation", {"whole": "1"}),
     ("/questions/groupe-prive", {"whole": "1"})],
)  # fmt: skip
def test_nobody_else_changes_anything(
    desk: FlaskClient, stranger: FlaskClient, draft_id: int, owner_id: int, address: str, fields: dict[str, str]
) -> None:
    send(desk, f"/ateliers/{draft_id}", f"/ateliers/{draft_id}/partager", shared="1")
    before = drafting.owned(draft_id, owner_id)
    assert send(stranger, "/ateliers", f"/ateliers/{draft_id}{address}", **fields).status_code == 403
    assert desk.post(f"/ateliers/{draft_id}{address}", data=fields).status_code == 400, "without the token"
    db.session.rollback()
    after = drafting.owned(draft_id, owner_id)
    assert (after.source, after.shared, after.published) == (before.source, True, None)


def test_colleague_copies_what_is_shared_and_the_copy_is_theirs(
    desk: FlaskClient, stranger: FlaskClient, draft_id: int
) -> None:
    refused = send(stranger, "/ateliers", "/ateliers/copier", draft=str(draft_id))
    assert refused.status_code == 403
    send(desk, f"/ateliers/{draft_id}", f"/ateliers/{draft_id}/partager", shared="1")
    made = send(stranger, f"/ateliers/{draft_id}", "/ateliers/copier", draft=str(draft_id))
    assert "Modifier" not in stranger.get(f"/ateliers/{draft_id}").text
    assert "Présentation, objectifs" in stranger.get(made.headers["Location"]).text


def test_activities_are_put_in_order_by_buttons(desk: FlaskClient, draft_id: int, owner_id: int) -> None:
    home = f"/ateliers/{draft_id}"
    before = ordinary(draft_id, owner_id)
    send(desk, home, home, do=f"down:{before[1]}")
    assert ordinary(draft_id, owner_id)[1:3] == [before[2], before[1]]
    made = send(desk, home, home, do="add", kind="slide", after=before[0])
    assert made.headers["Location"] == f"{home}/activites/ecran"
    send(desk, home, home, do="copy:ecran")
    send(desk, home, home, do="remove:ecran")
    assert ordinary(draft_id, owner_id)[1] == "ecran-bis"
    page = desk.get(home).text
    assert "42" in page
    assert "40 annoncées" in page
    send(desk, home, home, do="minutes")
    assert "annoncées" not in desk.get(home).text
    assert send(desk, home, home, do="add", kind="nonsense").status_code == 400
    assert send(desk, home, home, do="up:gone").status_code == 404


def test_whatever_is_typed_is_kept_and_what_is_wrong_is_said_beside_it(
    desk: FlaskClient, draft_id: int, owner_id: int
) -> None:
    address = f"/ateliers/{draft_id}/{CHOICE}"
    sent = typed(desk, address, minutes="dix", text="", choices__0__text="", title="<b>Titre</b> « é »")
    assert sent.status_code == 303
    page = desk.get(address).text
    assert 'value="dix"' in page
    assert "&lt;b&gt;Titre&lt;/b&gt;" in page
    for field, message in (("minutes", "Un nombre entier, de 1 à 60."), ("text", "À remplir."),
                           ("choices-0-text", "À remplir.")):  # fmt: skip
        assert re.search(rf'data-faults="{field}"><p class="field-(?:error|todo)">{message}', page), field
    assert "choses à compléter" in desk.get(f"/ateliers/{draft_id}").text
    refused = send(desk, f"/ateliers/{draft_id}", f"/ateliers/{draft_id}/publier")
    assert refused.status_code == 409
    assert "Il reste quelque chose" in refused.text
    assert desk.get(f"/ateliers/{draft_id}/livret.pdf").status_code == 409


def test_rows_are_added_and_removed_without_losing_what_was_typed(
    desk: FlaskClient, draft_id: int, owner_id: int
) -> None:
    address = f"/ateliers/{draft_id}/{CHOICE}"
    added = typed(desk, address, do="add:choices", choices__1__text="Je change")
    assert added.headers["Location"] == f"{address}#choices-5"
    form = filled(desk.get(address).text)
    assert (form["choices-1-text"], form["choices-5-text"]) == ("Je change", "")
    typed(desk, address, do="up:choices-1")
    assert filled(desk.get(address).text)["choices-0-text"] == "Je change"
    typed(desk, address, do="add:choices-0-sources")
    typed(desk, address, do="remove:choices-5", **{"choices-0-sources-0-title": "Une page"})
    form = filled(desk.get(address).text)
    assert form["choices-0-sources-0-title"] == "Une page"
    assert "choices-5-text" not in form
    before = drafting.owned(draft_id, owner_id).source
    for nonsense in ("add:evil", "remove:choices", "up:choices-77", "add:", "x:y", "add:choices-0-sources-0-title"):
        assert typed(desk, address, do=nonsense).status_code == 303, nonsense
    db.session.rollback()
    assert drafting.owned(draft_id, owner_id).source == before


def test_saving_by_itself_answers_with_the_hour_and_what_is_missing(desk: FlaskClient, draft_id: int) -> None:
    said = typed(desk, f"/ateliers/{draft_id}/{CHOICE}", json_wanted=True, text="").json
    assert said is not None
    assert said["ok"]
    assert re.fullmatch(r"Enregistré à \d+ h \d\d", said["said"])
    assert said["faults"] == {"text": ["À remplir."]}
    assert len(said["mark"]) == 16


def test_advice_stands_beside_the_field_with_its_reason(desk: FlaskClient, draft_id: int) -> None:
    address = f"/ateliers/{draft_id}/{CHOICE}"
    said = typed(desk, address, json_wanted=True, text="Que ferais-tu, toi, " + "et encore toi, " * 12 + "ici ?").json
    assert said is not None
    advice = said["advice"]["text"][0]
    assert said["faults"] == {}
    assert advice in html.unescape(desk.get(address).text)


def test_later_of_two_tabs_is_told_and_loses_nothing(desk: FlaskClient, draft_id: int) -> None:
    address = f"/ateliers/{draft_id}/{CHOICE}"
    first, second = filled(desk.get(address).text), filled(desk.get(address).text)
    db.session.remove()
    assert desk.post(address, data={**first, "title": "Du premier"}).status_code == 303
    late = desk.post(address, data={**second, "title": "Du second"})
    assert late.status_code == 409
    assert 'value="Du second"' in late.text
    assert "changée entre-temps" in late.text
    said = desk.post(address, data={**second, "title": "Du second"}, headers={"Accept": "application/json"})
    assert (said.status_code, json.loads(said.text)["error"]) == (409, "changed_meanwhile")
    assert 'value="Du premier"' in desk.get(address).text
    kept = desk.post(address, data={**filled(late.text), "do": "force"})
    assert kept.status_code == 303
    assert 'value="Du second"' in desk.get(address).text
    state = re.findall(
        rf'action="(/ateliers/{draft_id}/historique/\d+)"', desk.get(f"/ateliers/{draft_id}/historique").text
    )[0]
    send(desk, f"/ateliers/{draft_id}/historique", state)
    assert 'value="Du premier"' in desk.get(address).text


def test_activity_that_went_meanwhile_gives_back_what_was_typed(desk: FlaskClient, draft_id: int) -> None:
    address = f"/ateliers/{draft_id}/{CHOICE}"
    form = filled(desk.get(address).text)
    send(desk, f"/ateliers/{draft_id}", f"/ateliers/{draft_id}", do="remove:premier-geste")
    gone = desk.post(address, data={**form, "title": "Tapé trop tard"})
    assert gone.status_code == 404
    assert "Tapé trop tard" in gone.text
    assert desk.get(address).status_code == 404


def test_form_that_did_not_come_whole_is_refused_and_one_too_long_is_given_back(
    desk: FlaskClient, stranger: FlaskClient, phone: FlaskClient, draft_id: int, owner_id: int
) -> None:
    address = f"/ateliers/{draft_id}/{CHOICE}"
    form = filled(desk.get(address).text)
    before = drafting.owned(draft_id, owner_id).source
    assert desk.post(address, data={name: form[name] for name in ("csrf_token", "mark")}).status_code == 400
    long = desk.post(address, data={**form, "notes-say": "x" * 300_000})
    assert long.status_code == 413
    assert "x" * 300_000 in long.text
    assert desk.post(address, data={**form, "notes-say": "é" * 300_000}).status_code == 413
    assert phone.post(address, data={"x": "x" * 100_000}).status_code == 413
    assert drafting.owned(draft_id, owner_id).source == before


def test_published_workshop_is_set_up_and_withdrawn_by_a_second_gesture(
    desk: FlaskClient, stranger: FlaskClient, draft_id: int, owner_id: int
) -> None:
    home = f"/ateliers/{draft_id}"
    slug = drafting.owned(draft_id, owner_id).slug
    typed(desk, f"{home}/presentation", title="Le nôtre")
    assert send(desk, home, f"{home}/publier").status_code == 303
    chosen = desk.get(f"/animer/nouvelle?atelier={slug}").text
    assert re.search(r'value="[0-9a-f]{64}" checked>\s*<span class="quiz-title">Le nôtre', chosen)
    assert "Le nôtre" not in stranger.get("/animer/nouvelle").text
    picture = sorted(drafting.owned(draft_id, owner_id).media)[0]
    served = desk.get(f"/quizzes/{slug}/{picture}")
    assert (served.status_code, served.mimetype) == (200, "image/svg+xml")
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert "Publié" in desk.get("/ateliers").text
    assert "gardent la version" in desk.get(f"{home}/retirer").text
    assert send(desk, f"{home}/retirer", f"{home}/retirer").status_code == 303
    assert "Le nôtre" not in desk.get("/animer/nouvelle").text
    assert "ne s’annule pas" in desk.get(f"{home}/supprimer").text
    assert send(desk, f"{home}/supprimer", f"{home}/supprimer").headers["Location"] == "/ateliers"
    assert desk.get(home).status_code == 404
    assert desk.get(f"/quizzes/{slug}/{picture}").status_code == 200


def test_administrator_withdraws_it_by_a_second_gesture_and_its_author_is_told(
    app: Flask, desk: FlaskClient, stranger: FlaskClient, draft_id: int, owner_id: int
) -> None:
    admin = signed_in(app, accounts.create_account("Zoé", "zoe@example.org", None, True, clock.now()))
    with transaction():
        db.session.get_one(Account, owner_id).is_admin = False
    home = f"/ateliers/{draft_id}"
    slug = drafting.owned(draft_id, owner_id).slug
    typed(desk, f"{home}/presentation", title="Le nôtre")
    send(desk, home, f"{home}/publier")
    assert admin.get(f"{home}/retirer").status_code == 403
    send(desk, home, f"{home}/partager", shared="1")
    assert "Administrer" not in stranger.get(home).text
    assert f'href="{home}/retirer"' in admin.get(home).text
    asked = admin.get(f"{home}/retirer").text
    assert "gardent la version qu’elles ont eue" in asked and "lira votre nom" in asked
    assert "Le nôtre" in stranger.get("/animer/nouvelle").text
    assert send(admin, f"{home}/retirer", f"{home}/retirer").status_code == 303
    for anybody in (desk, stranger, admin):
        assert "Le nôtre" not in anybody.get(f"/animer/nouvelle?atelier={slug}").text
        assert "Zoé a retiré cet atelier de la bibliothèque le" in anybody.get(home).text
    assert "Retiré par Zoé le" in desk.get("/ateliers").text
    assert "Votre texte est intact" in desk.get(home).text
    assert "Votre texte est intact" not in stranger.get(home).text
    typed(desk, f"{home}/presentation", title="Le nôtre, corrigé")
    assert send(desk, home, f"{home}/publier").status_code == 303
    assert "une fois l’atelier remis dans la bibliothèque" in desk.get(home).text
    assert "Le nôtre" not in desk.get("/animer/nouvelle").text
    for refused in (desk, stranger):
        assert send(refused, "/ateliers", f"{home}/remettre").status_code == 403
        assert "Remettre" not in refused.get(home).text
    assert send(admin, home, f"{home}/remettre").status_code == 303
    assert "Le nôtre, corrigé" in stranger.get("/animer/nouvelle").text
    assert "a retiré cet atelier" not in desk.get(home).text


def test_pictures_of_a_draft_are_brought_and_seen_by_those_who_may_read_it(
    monkeypatch: pytest.MonkeyPatch,
    desk: FlaskClient,
    stranger: FlaskClient,
    phone: FlaskClient,
    draft_id: int,
    owner_id: int,
) -> None:
    page = f"/ateliers/{draft_id}/images"
    monkeypatch.setattr(publishing, "MAX_PICTURE", 1_000)  # the test client leaves a file open for a longer one
    for wrong, status in ((b"<svg/>", 400), (PNG + b"0" * publishing.MAX_PICTURE, 413)):
        refused = send(desk, page, page, picture=(io.BytesIO(wrong), "photo.png"))
        assert refused.status_code == status
        assert 'role="alert"' in refused.text
    assert send(desk, page, page, picture=(io.BytesIO(PNG), "photo.png")).status_code == 303
    [name] = [name for name in drafting.owned(draft_id, owner_id).media if name.startswith("image-")]
    address = f"/quizzes/brouillon-{draft_id}/{name}"
    seen = desk.get(address)
    assert (seen.data, seen.mimetype) == (PNG, "image/png")
    assert seen.headers["Cache-Control"].startswith("private")
    assert stranger.get(address).status_code == phone.get(address).status_code == 403
    assert f'value="{name}"' in desk.get(f"/ateliers/{draft_id}/{CHOICE}").text
    send(desk, page, f"{page}/{name}/retirer")
    assert desk.get(address).status_code == 404


def test_first_names_are_added_with_a_role_that_is_a_plain_word(
    desk: FlaskClient, draft_id: int, owner_id: int
) -> None:
    address = f"/ateliers/{draft_id}/presentation"
    typed(desk, address, do="add:names")
    form = filled(desk.get(address).text)
    row = max(int(name.split("-")[1]) for name in form if name.startswith("names-"))
    typed(desk, address, **{f"names-{row}-key": "Grande Sœur", f"names-{row}-name": "Alix"})
    db.session.rollback()
    assert drafting.owned(draft_id, owner_id).document["names"]["grande_soeur"] == "Alix"
    typed(desk, address, **{f"names-{row}-key": "autre chose"})
    db.session.rollback()
    assert "grande_soeur" in drafting.owned(draft_id, owner_id).document["names"]


def test_blank_workshop_says_what_it_lacks_in_a_facilitators_words(desk: FlaskClient) -> None:
    made = send(desk, "/ateliers", "/ateliers/nouveau", title="  Le  mien ")
    home = made.headers["Location"]
    page = desk.get(home).text
    assert "<h1>Le mien</h1>" in page
    send(desk, home, home, do="add", kind="before")
    for kind in ("choice", "estimate", "scenario", "conversation", "categorise", "order", "scale", "true_false"):
        send(desk, home, home, do="add", kind=kind)
    said = re.sub(r"<[^>]+>", "", desk.get(home).text)
    for word in (
        "guillemets",
        "true",
        "false",
        "kind",
        "champ",
        "identifiant",
        "[",
        "before",
        "leads_to",
        "misconception",
    ):
        assert word not in said, word


def test_booklet_is_made_for_files_and_for_what_is_written(
    desk: FlaskClient, phone: FlaskClient, draft_id: int
) -> None:
    for address in ("/ateliers/le-montage/livret.pdf", f"/ateliers/{draft_id}/livret.pdf"):
        paper = desk.get(address)
        assert paper.mimetype == "application/pdf"
        assert paper.data.startswith(b"%PDF-")
        assert phone.get(address).status_code == 303
    assert desk.get("/ateliers/nulle-part/livret.pdf").status_code == 404
