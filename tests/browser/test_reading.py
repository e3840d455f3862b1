"""A pupil's page as it may be asked to be: larger, wider spaced, darker, aloud; with forced colours; at 400 %."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.driving import Desk, Server
from tests.house import House

from .conftest import Open
from .console import Console
from .looking import axe, moving, too_wide
from .people import PHONE, Pupil, choices_of, close_if_open, go_to

QUESTION = "premier-geste"
CHOICES = choices_of(QUESTION)
NARROW = (320, 256)  # 1280 × 1024 at 400 %
SWITCHES = {
    "large": "Écrire plus gros",
    "spaced": "Espacer les lettres et les lignes",
    "contrast": "Renforcer les contrastes",
}
# A browser under test has no voice: this one stands for the phone's, and keeps what it is asked to say.
VOICES = """(() => {
    window.said = []; window.silenced = 0;
    const speech = {
        getVoices: () => %s, speak: told => said.push([told.lang, told.text]), cancel: () => silenced++,
        addEventListener: () => {},
    };
    Object.defineProperty(window, "speechSynthesis", {value: speech});
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
})()"""
LOCAL = "[{lang: 'fr-FR', localService: true}]"
DISTANT = "[{lang: 'fr-FR', localService: false}, {lang: 'en-GB', localService: true}]"
OWN_SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
CUT = """() => [...document.querySelectorAll("body *")].filter(e => {
    const style = getComputedStyle(e), hides = way => ["hidden", "clip"].includes(way);
    return e.getClientRects().length && e.textContent.trim() && !e.closest(".visually-hidden, svg")
        && (hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1
            || hides(style.overflowY) && e.scrollHeight > e.clientHeight + 2);
}).map(e => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`)"""


def opens_aids(pupil: Pupil) -> None:
    pupil.page.locator("#aids > summary").click()
    expect(pupil.page.get_by_role("checkbox", name=SWITCHES["large"])).to_be_visible()


def with_voices(open_page: Open, server: Server, voices: str) -> Pupil:
    pupil = Pupil.scans(open_page, server)
    pupil.page.add_init_script(VOICES % voices)
    pupil.page.reload()
    expect(pupil.sign).not_to_be_empty()
    return pupil


def kept(page: Page) -> Any:
    return page.evaluate("() => localStorage.getItem('preau_reading')")


def test_switches_are_kept_on_the_phone_and_told_to_nobody(server: Server, open_page: Open) -> None:
    pupil = Pupil.scans(open_page, server)
    sent: list[str] = []
    pupil.page.on("request", lambda asked: sent.append(f"{asked.url} {asked.headers} {asked.post_data}"))
    pupil.page.on("websocket", lambda socket: socket.on("framesent", lambda payload: sent.append(str(payload))))
    opens_aids(pupil)
    for name, label in SWITCHES.items():
        pupil.page.get_by_role("checkbox", name=label).check()
        expect(pupil.page.locator("html")).to_contain_class(name)
    assert kept(pupil.page) == "spaced large contrast"
    cookies = str(pupil.context.cookies())
    pupil.page.reload()
    expect(pupil.page.locator("html")).to_contain_class("spaced large contrast")
    expect(pupil.sign).not_to_be_empty()
    assert sent
    for word in ("spaced", "contrast"):
        assert word not in str(sent)
        assert word not in cookies
    opens_aids(pupil)
    for label in SWITCHES.values():
        pupil.page.get_by_role("checkbox", name=label).uncheck()
    assert kept(pupil.page) is None


def test_kept_switches_are_on_before_anything_is_shown(server: Server, open_page: Open) -> None:
    pupil = Pupil.scans(open_page, server)
    pupil.page.evaluate("() => localStorage.setItem('preau_reading', 'large')")
    pupil.page.add_init_script("""new MutationObserver((_, all) => {
        if (!document.body) return;
        window.classAtBody = document.documentElement.className; all.disconnect();
    }).observe(document, {childList: true, subtree: true})""")
    pupil.page.reload()
    assert pupil.page.evaluate("() => window.classAtBody") == "large"


@pytest.mark.parametrize("switch", [*SWITCHES, "spaced large contrast"])
def test_page_is_clear_and_holds_with_each_switch(switch: str, server: Server, desk: Desk, open_page: Open) -> None:
    pupil = Pupil.scans(open_page, server, reduced_motion="reduce")
    plain = pupil.page.evaluate("() => document.querySelector('#state h1').getBoundingClientRect().height")
    pupil.page.evaluate("on => localStorage.setItem('preau_reading', on)", switch)
    pupil.page.reload()
    expect(pupil.sign).not_to_be_empty()
    expect(pupil.page.locator("#aids [data-aid]")).to_have_count(4)  # brought with its style
    if switch != "contrast":
        assert pupil.page.evaluate("() => document.querySelector('#state h1').getBoundingClientRect().height") > plain
    go_to(desk, QUESTION)
    pupil.picks(CHOICES["prive"])
    found = []
    for size in (PHONE, (320, 640), NARROW):
        pupil.page.set_viewport_size({"width": size[0], "height": size[1]})
        found += [*axe(pupil.page), *too_wide(pupil.page), *moving(pupil.page), *pupil.page.evaluate(CUT)]
    close_if_open(desk)
    desk.run("reveal")
    expect(pupil.page.locator(".results")).to_be_visible()
    found += [*axe(pupil.page), *too_wide(pupil.page)]
    assert not found, "\n".join(found)


def test_panel_is_hidden_without_a_script(server: Server, open_page: Open) -> None:
    pupil = Pupil.scans(open_page, server, java_script_enabled=False)
    expect(pupil.page.get_by_text("Lire plus facilement")).to_be_hidden()


def test_screen_is_read_aloud_question_first_and_never_the_answer(server: Server, desk: Desk, open_page: Open) -> None:
    pupil = with_voices(open_page, server, LOCAL)
    opens_aids(pupil)
    listen = pupil.page.locator("[data-listen]")
    expect(listen).to_be_hidden()
    pupil.page.get_by_role("checkbox", name="Afficher un bouton pour écouter").check()
    go_to(desk, QUESTION)
    pupil.picks(CHOICES["prive"])
    expect(listen).to_have_text("Écouter")
    pupil.page.evaluate("() => window.said.splice(0)")
    listen.click()
    said = pupil.page.evaluate("() => window.said")
    assert [language for language, _ in said] == ["fr"] * len(said)
    texts = [" ".join(text.split()) for _, text in said]
    assert texts == [" ".join(str(pupil.heading.text_content()).split()), *CHOICES.values()]
    expect(listen).to_have_text("Arrêter la lecture")
    silenced = pupil.page.evaluate("() => window.silenced")
    close_if_open(desk)  # what comes next is not talked over
    expect(listen).to_have_text("Écouter")
    assert pupil.page.evaluate("() => window.silenced") > silenced


@pytest.mark.parametrize("voices", [DISTANT, "[]"])
def test_nothing_is_read_by_a_distant_voice(voices: str, server: Server, open_page: Open) -> None:
    pupil = with_voices(open_page, server, voices)
    pupil.page.evaluate("() => localStorage.setItem('preau_reading', 'aloud')")
    pupil.page.reload()
    expect(pupil.page.locator("#aids [data-aid]")).to_have_count(4)
    expect(pupil.page.locator("[data-listen]")).to_be_hidden()
    opens_aids(pupil)
    expect(pupil.page.get_by_role("checkbox", name="Afficher un bouton pour écouter")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_picked_focused_or_off_is_seen_with_forced_colours(
    scheme: str, server: Server, desk: Desk, open_page: Open
) -> None:
    pupil = Pupil.scans(open_page, server, forced_colors="active", color_scheme=scheme)
    look = """e => { const s = getComputedStyle(e);
        return {outline: s.outlineStyle, width: parseFloat(s.outlineWidth), border: s.borderColor, ink: s.color}; }"""
    off = pupil.page.get_by_role("button", name="Précédente")
    on = pupil.page.get_by_role("button", name="Suivante")
    assert off.is_disabled()
    assert off.evaluate(look)["ink"] != on.evaluate(look)["ink"], "what is off looks as if it were on"
    go_to(desk, QUESTION)
    pupil.picks(CHOICES["prive"])
    picked = pupil.form.locator("label:has(:checked)")
    other = pupil.form.locator("label.choice:not(:has(:checked))").first
    focused = picked.evaluate(look)
    assert focused["outline"] == "solid"
    assert focused["width"] >= 3
    pupil.page.evaluate("() => document.activeElement.blur()")
    assert picked.evaluate(look)["outline"] == "double"
    assert other.evaluate(look)["outline"] == "none"
    expect(picked.locator(".choice-tick")).to_be_visible()
    expect(other.locator(".choice-tick")).to_be_hidden()
    fill = "e => [getComputedStyle(e).color, getComputedStyle(e.querySelector('text')).fill]"
    shape, letter = picked.locator(".shape").evaluate(fill)
    assert shape != letter
    # The page's own colours are not those that are painted: contrast is the person's choice.
    assert [fault for fault in axe(pupil.page) if not fault.startswith("color-contrast")] == []


def test_right_answer_is_said_in_words_with_forced_colours(server: Server, desk: Desk, open_page: Open) -> None:
    pupil = Pupil.scans(open_page, server, forced_colors="active")
    go_to(desk, "ce-qui-aide")
    close_if_open(desk)
    desk.run("reveal")
    flag = pupil.page.locator(".result-flag").first
    expect(flag).to_be_visible()
    assert flag.evaluate("e => getComputedStyle(e).borderStyle") == "solid"
    bars = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e.querySelector('rect')).fill]"
    ground, bar = pupil.page.locator(".result-bars.bar, .bar").first.evaluate(bars)
    assert ground != bar


def test_pages_hold_at_400_percent(server: Server, desk: Desk, house: House, open_page: Open) -> None:
    """Nothing scrolls sideways, and what stays in place leaves most of a low screen to what is read."""
    go_to(desk, QUESTION)
    letter = open_page(house.server.addresses["teacher_url"], NARROW)
    pages = {
        "phone": Pupil.scans(open_page, server).page,
        "console": Console.is_back(open_page, server, house.cookie).page,
        "set-up": Console.is_back(open_page, server, house.cookie).page,
        "letter": letter,
    }
    pages["set-up"].goto(f"{house.server.address}/animer/nouvelle")
    stays = """() => [...document.querySelectorAll("body *")].filter(e =>
        ["sticky", "fixed"].includes(getComputedStyle(e).position) && e.checkVisibility({opacityProperty: true}))
        .reduce((sum, e) => sum + e.getBoundingClientRect().height, 0)"""
    found = []
    for name, page in pages.items():
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        found += [f"{name}: {fault}" for fault in [*too_wide(page), *axe(page)]]
        height = page.evaluate(stays)
        if height > NARROW[1] * 0.4:
            found.append(f"{name}: {height} pixels stay in place")
    assert not found, "\n".join(found)


def test_spacing_of_ones_own_cuts_nothing(server: Server, desk: Desk, house: House, open_page: Open) -> None:
    """Line height, letters and words as WCAG 1.4.12 lets a person set them."""
    go_to(desk, QUESTION)
    pages = [
        Pupil.scans(open_page, server).page,
        open_page(server.addresses["projector_url"]),
        Console.is_back(open_page, server, house.cookie).page,
        open_page(house.server.address),
    ]
    for page in pages:
        page.evaluate(
            """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
            document.adoptedStyleSheets = [sheet]; }""",
            OWN_SPACING,
        )
        assert page.evaluate(CUT) == []
        assert too_wide(page) == []
