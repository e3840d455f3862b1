"""From a school to a class that starts: by keyboard alone, without a script, for a screen reader, at 320 pixels."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.house import House
from tests.unit.directory import BERLIOZ, COLINIERE, HEADER, line
from workshop.web.planning.papers import NAMES

from .conftest import Open
from .looking import axe, tab_to, too_wide


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request: pytest.FixtureRequest, house: House, open_page: Open) -> Page:
    found = open_page("about:blank", java_script_enabled=request.param)
    found.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    found.goto(f"{house.server.address}/agenda")
    return found


def press(page: Page, name: str, role: str = "button") -> None:
    """By the keyboard: the Tab key until it is there, then Enter."""
    tab_to(page, page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label).first)
    page.keyboard.type(text)


def test_school_contact_and_visit_are_written_down_and_the_class_is_started_by_keyboard_alone(page: Page) -> None:
    press(page, "Planifier une intervention", "link")
    press(page, "Ajouter", "link")
    write(page, "Nom", "Collège des Tilleuls")
    write(page, "Commune", "Nantes")
    press(page, "Enregistrer")
    press(page, "Ajouter un contact", "link")
    write(page, "Nom", "M. Garnier")
    tab_to(page, page.get_by_label("Les élèves peuvent aller lui parler"))
    page.keyboard.press("Space")
    write(page, "Où la trouver", "bureau 12")
    press(page, "Enregistrer")
    press(page, "Planifier une intervention", "link")
    page.get_by_label("Date").fill("2026-11-23")  # a picker's keys depend on the browser's language
    page.get_by_label("Heure").fill("10:00")
    write(page, "Classe", "4e B")
    write(page, "Adulte présent dans la salle", "Mme Riou")
    press(page, "Enregistrer")
    expect(page.get_by_role("heading", level=1)).to_have_text("4e B")
    visit = page.url
    for name in NAMES:
        page.goto(f"{visit}/papiers/{name}")
        sheets = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
        assert len(sheets) <= 2, f"{name} is handed out on one sheet, both sides"
    page.goto(visit)
    press(page, "Voir la semaine", "link")
    expect(page.locator(".visit")).to_contain_text(["Collège des Tilleuls"])
    press(page, "Démarrer la séance", "link")
    press(page, "Ouvrir l’accueil")
    expect(page.get_by_role("alert")).to_be_visible()
    tab_to(page, page.get_by_label("C’est vérifié"))
    page.keyboard.press("Space")
    press(page, "Ouvrir l’accueil")
    expect(page).to_have_url(re.compile(r"/animer/\d+$"))
    page.goto(page.url.split("/animer")[0] + "/agenda?semaine=2026-W48")
    expect(page.get_by_role("link", name="Ouvrir la console").first).to_be_visible()
    # What was planned goes again, so that the other way of this test finds an empty week.
    page.locator(".visit h3 a").first.click()
    press(page, "Supprimer…", "link")
    press(page, "Supprimer")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator(".visit")).to_have_count(0)


def test_pages_of_the_planning_are_clear_and_narrow(house: House, open_page: Open, tmp_path: Path) -> None:
    page = open_page("about:blank")
    page.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    wrong = line("0440030A", "Lycée Monge", "Lycée", "Nantes", "044")
    file = tmp_path / "annuaire.csv"
    file.write_text("\n".join([HEADER, BERLIOZ, COLINIERE, wrong, wrong]), encoding="utf-8-sig")
    found: list[str] = []

    def look(name: str) -> None:
        for width in (320, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            found.extend(f"{name}, {width}: {fault}" for fault in axe(page) + too_wide(page))

    def go(place: str) -> None:
        page.goto(house.server.address + place)

    def press(control: Locator) -> None:
        with page.expect_navigation():  # the page that goes has no document to look at
            control.click()

    go("/etablissements/annuaire")
    press(page.get_by_role("button", name="Vérifier le fichier"))
    look("import without a file")
    page.get_by_label("Fichier CSV").set_input_files(file)
    press(page.get_by_role("button", name="Vérifier le fichier"))
    expect(page.get_by_role("cell", name=re.compile("lettre serait U"))).to_have_count(2)
    look("report")
    press(page.get_by_role("button", name="Importer"))
    look("schools")
    press(page.get_by_role("link", name=re.compile("Berlioz")).first)
    look("school without contacts")
    school = page.url.removeprefix(house.server.address)
    go(f"{school}/contacts/nouveau")
    look("contact")
    page.get_by_label("Nom").fill("M. Garnier-Delacroix-de-La-Rochefoucauld")
    page.get_by_label("Adresse").fill("une.adresse.tres.longue.que.rien.ne.coupe@ac-nantes.fr")
    page.get_by_label("Les élèves peuvent").check()
    press(page.get_by_role("button", name="Enregistrer"))
    look("school")
    go(f"{school}/interventions/nouvelle")
    press(page.get_by_role("button", name="Enregistrer"))
    look("intervention refused")
    page.get_by_label("Date").fill("2026-12-05")
    page.get_by_label("Heure").fill("10:00")
    press(page.get_by_role("button", name="Enregistrer"))
    look("intervention")
    own = page.url.removeprefix(house.server.address)
    for place in (f"{own}/modifier", f"{own}/supprimer", f"{school}/modifier", f"{school}/supprimer",
                  "/agenda?semaine=2026-W49", f"/animer/nouvelle?intervention={own.rsplit('/', 1)[1]}"):  # fmt: skip
        go(place)
        look(place)
    press(page.get_by_role("button", name="Ouvrir l’accueil"))
    look("set-up refused")
    assert not found, "\n".join(found)
