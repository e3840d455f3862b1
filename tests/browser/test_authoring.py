"""Writing a workshop in a browser: from a copy to a class that lives it, kept as it is typed, seen on three screens."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.house import PEOPLE, House

from .conftest import Open
from .looking import axe, tab_to, too_wide

SCREENS = ("Téléphone", "Écran de la classe", "Votre console")


@pytest.fixture
def page(house: House, open_page: Open) -> Page:
    return signed_in(house, open_page)


def signed_in(house: House, open_page: Open, **options: object) -> Page:
    found = open_page("about:blank", **options)
    found.context.add_cookies([{"name": "preau_desk", "value": house.cookie, "url": house.server.address}])
    found.goto(f"{house.server.address}/ateliers")
    return found


def copies(page: Page) -> str:
    """The address of a new copy, with every field that a facilitator would look at."""
    page.get_by_role("button", name="Copier « Juste un montage »").click()
    expect(page.get_by_role("status")).to_contain_text("votre copie")
    return page.url


def is_kept(page: Page) -> None:
    expect(page.locator("body")).not_to_have_class(re.compile("is-unsaved"))
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Enregistré à \d+ h \d\d"))


def test_copy_is_changed_published_and_lived_by_a_class(page: Page, house: House) -> None:
    home = copies(page)
    page.get_by_role("link", name="Tu ouvres le groupe").click()
    question = page.get_by_label("La question", exact=True)
    phone = page.frame_locator(f'iframe[title="Aperçu\u00a0: {SCREENS[0]}"]')
    expect(phone.locator("h1")).to_contain_text("Honnêtement")
    question.fill("Tu lis tout. Et là, tu fais quoi ?")
    is_kept(page)
    for screen in SCREENS:
        frame = page.frame_locator(f'iframe[title="Aperçu\u00a0: {screen}"]')
        expect(frame.locator("h1")).to_contain_text("Et là, tu fais quoi")
    page.get_by_role("link", name="Au résultat").click()
    expect(phone.locator(".results")).to_be_visible()
    question.fill("")
    expect(page.get_by_text("À remplir.")).to_have_count(0)  # no reproach under a hand that still types
    page.get_by_label("Titre", exact=True).focus()
    page.get_by_label("Titre", exact=True).press_sequentially("!")
    expect(page.locator('[data-faults="text"]')).to_have_text("À remplir.")
    question.fill("Tu lis tout. Et là, tu fais quoi ?")
    is_kept(page)
    page.reload()
    expect(question).to_have_value("Tu lis tout. Et là, tu fais quoi ?")
    page.goto(home)
    page.get_by_role("button", name="Publier").click()
    page.get_by_role("link", name="Préparer une séance").click()
    expect(page.locator("input[name=quiz]:checked + .quiz-title")).to_have_text("Juste un montage (copie)")
    for name, text in PEOPLE.items():
        page.locator(f"input[name={name}]").fill(text)
    page.get_by_role("button", name="Ouvrir l’accueil").click()
    expect(page).to_have_url(re.compile(r"/animer/\d+$"))
    expect(page.locator(".stage h1")).to_have_text("Juste un montage (copie)")


def test_later_of_two_tabs_is_told_and_loses_nothing(page: Page) -> None:
    address = f"{copies(page)}/activites/premier-geste"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label("Titre", exact=True).fill("Dans le premier onglet")
    is_kept(page)
    other.get_by_label("Titre", exact=True).fill("Dans le second")
    alert = other.get_by_role("alert")
    expect(alert).to_contain_text("changée entre-temps")
    expect(other.get_by_label("Titre", exact=True)).to_have_value("Dans le second")
    other.get_by_role("button", name="Garder ce que j’ai tapé").click()
    expect(other.get_by_label("Titre", exact=True)).to_have_value("Dans le second")
    expect(other.get_by_role("alert")).to_have_count(0)
    other.goto(address.replace("/activites/premier-geste", "/historique"))
    other.get_by_role("button", name=re.compile("Y revenir")).first.click()
    other.goto(address)
    expect(other.get_by_label("Titre", exact=True)).to_have_value("Dans le premier onglet")


def test_what_is_typed_waits_for_a_server_that_does_not_answer(page: Page) -> None:
    page.goto(f"{copies(page)}/activites/premier-geste")
    page.route("**/activites/premier-geste", lambda route: route.abort())
    page.get_by_label("Titre", exact=True).fill("Tapé hors ligne")
    expect(page.locator("[data-saved]")).to_contain_text("toujours ici")
    page.unroute_all()
    is_kept(page)
    page.reload()
    expect(page.get_by_label("Titre", exact=True)).to_have_value("Tapé hors ligne")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_activity_is_added_written_and_moved_by_keyboard_alone(house: House, open_page: Open, script: bool) -> None:
    page = signed_in(house, open_page, java_script_enabled=script)
    home = copies(page)
    tab_to(page, page.get_by_label("Ajouter"))
    page.keyboard.type("Vrai")
    tab_to(page, page.get_by_role("button", name="Ajouter", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("vrai-ou-faux"))
    title = page.get_by_label("Titre", exact=True)
    tab_to(page, title)
    page.keyboard.type("Vrai, ou pas")
    page.keyboard.press("Enter")  # the form is saved, and no row goes up or away
    page.wait_for_load_state()
    expect(title).to_have_value("Vrai, ou pas")
    page.goto(home)
    up = page.get_by_role("button", name="Monter : Vrai, ou pas")
    before = page.locator(".step-what b").all_inner_texts().index("Vrai, ou pas")
    up.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator(".step-what b").nth(before - 1)).to_have_text("Vrai, ou pas")


def test_pages_are_clear_and_narrow(page: Page, house: House) -> None:
    home = copies(page)
    found: list[str] = []
    places = ("", "/presentation", "/activites/premier-geste", "/activites/on-a-quoi-demain", "/activites/ce-qui-aide",
              "/questions/groupe-prive", "/images", "/historique", "/supprimer")  # fmt: skip
    for place in (f"{house.server.address}/ateliers", *(home + place for place in places)):
        page.goto(place)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        for width in (320, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            found += [f"{place}, {width}: {fault}" for fault in axe(page) + too_wide(page)]
    assert not found, "\n".join(found)
