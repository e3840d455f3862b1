"""A pupil's phone in a real browser: what it says is true, and it comes back by itself."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.driving import Desk, Server
from tests.start.commands import manage

from .conftest import Open
from .people import PHONE, SAVED, Pupil, choices_of, go_to

GESTURES = choices_of("premier-geste")
LIVED = choices_of("deja-vu")


@pytest.fixture
def pupil(open_page: Open, server: Server) -> Pupil:
    return Pupil.scans(open_page, server)


def test_answer_is_said_to_be_kept_only_once_it_is(own_server: Server, open_page: Open) -> None:
    desk, pupil, server = Desk(own_server), Pupil.scans(open_page, own_server), own_server
    go_to(desk, "premier-geste")
    expect(pupil.form).to_be_visible()
    server.kill()
    pupil.taps(GESTURES["prive"])
    pupil.is_told("Envoi…")
    expect(pupil.page.locator("[data-banner]")).to_contain_text("Elle revient toute seule")
    pupil.is_told("Pas encore reçue")  # after a few seconds without a word
    expect(pupil.page.get_by_text(SAVED)).to_have_count(0)
    server.start(demo=False)
    pupil.is_told(SAVED)
    expect(pupil.page.locator("[data-banner]")).to_be_hidden()
    [kept] = pupil.kept_by_the_server().values()
    assert kept["choices"] == ["prive"]
    desk.leave()


def test_answers_go_by_the_form_where_no_socket_passes(server: Server, desk: Desk, open_page: Open) -> None:
    """As behind a school's filter, or hosted without a class kept on its process."""
    page = open_page("about:blank", PHONE)
    page.route("**/socket.io/**", lambda route: route.abort())
    page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    go_to(desk, "premier-geste")
    page.goto(server.addresses["participant_url"])
    pupil = Pupil(page, server)
    for times, choice in ((1, "rien"), (2, "prive")):
        pupil.picks(GESTURES[choice])
        [kept] = pupil.kept_by_the_server().values()
        assert (kept["seq"], kept["choices"]) == (times, [choice])
    page.reload()
    pupil.picks(GESTURES["adulte"])
    [kept] = pupil.kept_by_the_server().values()
    assert (kept["seq"], kept["choices"]) == (3, ["adulte"])
    desk.run("close")
    page.locator("[data-banner]").get_by_role("link", name="Actualiser").click()
    pupil.sees("Le vote est fermé.")


def test_filter_that_lets_a_websocket_hang_is_passed_by_polling(server: Server, desk: Desk, open_page: Open) -> None:
    page = open_page("about:blank", PHONE)
    page.route_web_socket("**/socket.io/**", lambda socket: None)  # taken, and never answered
    page.goto(server.addresses["participant_url"])
    pupil = Pupil(page, server)
    expect(pupil.sign).not_to_be_empty()
    go_to(desk, "premier-geste")
    pupil.picks(GESTURES["rien"])


def test_inverted_pronouns_never_break_at_their_hyphen(desk: Desk, pupil: Pupil) -> None:
    """« as- / tu » is not French: whatever the width, they stay on one line."""
    lines = """() => {
        const walk = document.createTreeWalker(document.querySelector("#state h1"), NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
            const at = walk.currentNode.textContent.indexOf("as-tu"), range = document.createRange();
            if (at < 0) continue;
            range.setStart(walk.currentNode, at);
            range.setEnd(walk.currentNode, at + 5);
            return range.getClientRects().length;
        }
    }"""
    go_to(desk, "deja-vu")
    pupil.sees("as-tu vu passer en ligne")
    for width in range(240, 480, 4):
        pupil.page.set_viewport_size({"width": width, "height": 740})
        assert pupil.page.evaluate(lines) == 1, width


def test_answer_can_change_until_the_vote_closes(desk: Desk, pupil: Pupil) -> None:
    go_to(desk, "premier-geste")
    pupil.picks(GESTURES["rien"])
    expect(pupil.receipt).to_contain_text("Tu peux en changer tant que le vote est ouvert.")
    pupil.picks(GESTURES["maths"])
    expect(pupil.picked).to_have_count(1)
    expect(pupil.picked).to_contain_text(GESTURES["maths"])
    [kept] = pupil.kept_by_the_server().values()
    assert (kept["seq"], kept["choices"]) == (2, ["maths"])
    desk.run("close")
    pupil.sees("Le vote est fermé.")
    expect(pupil.form).to_have_count(0)


def test_reload_shows_what_was_answered(desk: Desk, pupil: Pupil) -> None:
    go_to(desk, "premier-geste")
    pupil.picks(GESTURES["adulte"])
    name = pupil.sign.text_content()
    pupil.page.reload()
    pupil.is_told(SAVED)
    expect(pupil.picked).to_contain_text(GESTURES["adulte"])
    expect(pupil.sign).to_have_text(str(name))


def test_two_taps_at_once_keep_the_last(desk: Desk, pupil: Pupil) -> None:
    go_to(desk, "premier-geste")
    expect(pupil.form).to_be_visible()
    pupil.page.evaluate("""() => {
        for (const id of ["rien", "reagir", "prive", "maths"]) document.querySelector(`input[value=${id}]`).click();
    }""")
    pupil.is_told(SAVED)
    [kept] = pupil.kept_by_the_server().values()
    assert (kept["seq"], kept["choices"]) == (4, ["maths"])
    expect(pupil.picked).to_contain_text(GESTURES["maths"])


def test_two_tabs_of_one_phone_are_one_voice(server: Server, desk: Desk, pupil: Pupil) -> None:
    go_to(desk, "premier-geste")
    tab = Pupil(pupil.context.new_page(), server)
    tab.page.goto(server.addresses["participant_url"])
    expect(tab.sign).to_have_text(str(pupil.sign.text_content()))
    pupil.taps(GESTURES["rien"])
    tab.taps(GESTURES["adulte"])
    for one in (pupil, tab):
        one.is_told(SAVED)
    desk.run("close", "reveal")
    pupil.sees("1 sur 1")


def test_lived_experience_leaves_nothing_on_the_phone(desk: Desk, pupil: Pupil) -> None:
    go_to(desk, "deja-vu")
    expect(pupil.page.locator(".notice-care")).to_contain_text("Cache ton écran. Tu peux passer.")
    pupil.picks(LIVED["souvent"])
    expect(pupil.receipt).to_contain_text("Elle ne s’affiche plus ici.")
    for _ in range(2):
        expect(pupil.picked).to_have_count(0)
        assert pupil.page.locator("#state input:checked").count() == 0
        assert "souvent" not in pupil.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
        [kept] = pupil.kept_by_the_server().values()
        assert "choices" not in kept
        pupil.page.reload()
        pupil.is_told(SAVED)
    pupil.picks("Je préfère ne pas répondre")
    expect(pupil.picked).to_have_count(0)


def test_help_opens_with_the_keyboard_and_names_this_school(pupil: Pupil) -> None:
    panel = pupil.page.locator(".help-panel")
    expect(panel).to_be_hidden()
    pupil.page.keyboard.press("Tab")  # the link to the content comes first
    pupil.page.keyboard.press("Tab")
    expect(pupil.page.locator("#help summary")).to_be_focused()
    pupil.page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    for words in ("M. Garnier, CPE", "bureau 12", "jusqu’à 17 h", "Mme Lopez, infirmière", "Mme Riou", "3018", "119"):
        expect(panel).to_contain_text(words)
    pupil.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(pupil.page.locator("#help summary")).to_be_focused()


def test_help_stays_open_when_the_class_goes_on(desk: Desk, pupil: Pupil) -> None:
    pupil.opens_help()
    desk.run("start")
    pupil.sees("Le groupe")
    expect(pupil.page.locator(".help-panel")).to_be_visible()


def test_comeback_code_takes_the_sign_to_another_browser(
    server: Server, desk: Desk, pupil: Pupil, open_page: Open
) -> None:
    go_to(desk, "premier-geste")
    pupil.picks(GESTURES["reagir"])
    name = str(pupil.sign.text_content())
    code = str(pupil.page.locator("[data-mine=comeback]").text_content())
    other = Pupil.scans(open_page, server)
    expect(other.sign).not_to_have_text(name)
    other.page.get_by_text("Je change d’appareil ou de navigateur").click()
    other.page.get_by_label("J’ai un code de retour").fill(code.lower())
    other.page.get_by_role("button", name="Reprendre mon signe").click()
    expect(other.sign).to_have_text(name)
    other.is_told(SAVED)
    expect(other.picked).to_have_count(0)
    expect(pupil.page.locator("[data-refusal]")).to_contain_text("autre")
    other.picks(GESTURES["maths"])
    desk.run("close", "reveal")
    other.sees("1 sur 1")


def test_phone_comes_back_after_the_server_died(own_server: Server, open_page: Open) -> None:
    desk, pupil, server = Desk(own_server), Pupil.scans(open_page, own_server), own_server
    go_to(desk, "premier-geste")
    pupil.picks(GESTURES["maths"])
    name = str(pupil.sign.text_content())
    server.kill()
    expect(pupil.page.locator("[data-banner]")).to_be_visible()
    server.start(demo=False)
    expect(pupil.page.locator("[data-banner]")).to_be_hidden()
    pupil.is_told(SAVED)
    expect(pupil.picked).to_contain_text(GESTURES["maths"])
    expect(pupil.sign).to_have_text(name)
    Desk.again(desk).run("close")
    pupil.sees("Le vote est fermé.")
    desk.leave()


def test_phone_left_open_believes_a_server_brought_back_from_a_backup(
    own_server: Server, open_page: Open, tmp_path: Path
) -> None:
    """Versions are lower than what it showed, and what it answered since is not there: it says neither."""
    desk, pupil, server = Desk(own_server), Pupil.scans(open_page, own_server), own_server
    go_to(desk, "premier-geste")
    expect(pupil.form).to_be_visible()
    assert manage("backup", tmp_path / "classe.zip", "--data", server.data).returncode == 0
    pupil.picks(GESTURES["maths"])
    desk.run("close", "reveal", "next")
    expect(pupil.form).to_have_count(0)
    server.stop()
    expect(pupil.page.locator("[data-banner]")).to_be_visible()
    assert manage("restore", tmp_path / "classe.zip", "--data", server.data).returncode == 0
    server.start(demo=False)
    expect(pupil.form).to_contain_text(GESTURES["maths"])
    expect(pupil.picked).to_have_count(0)
    expect(pupil.receipt).to_be_hidden()
    pupil.picks(GESTURES["prive"])
    [kept] = pupil.kept_by_the_server().values()
    assert kept["choices"] == ["prive"]
    Desk.again(desk).run("close")
    pupil.sees("Le vote est fermé.")
    desk.leave()


def test_phone_comes_back_when_the_network_does(desk: Desk, pupil: Pupil) -> None:
    """A network lost while a vote closes and another opens: the phone shows what is true now, and answers it."""
    go_to(desk, "premier-geste")
    pupil.picks(GESTURES["maths"])
    pupil.context.set_offline(True)
    desk.run("close")
    pupil.page.wait_for_timeout(500)
    pupil.sees_nothing_of("Le vote est fermé")
    desk.run("vote_again")
    pupil.context.set_offline(False)
    pupil.sees("second vote")
    expect(pupil.picked).to_have_count(0)
    pupil.picks(GESTURES["prive"])
    desk.run("close", "reveal")
    pupil.sees("1er vote")


def test_pause_keeps_what_was_tapped(desk: Desk, pupil: Pupil) -> None:
    go_to(desk, "premier-geste")
    pupil.picks(GESTURES["maths"])
    desk.run("pause")
    pupil.sees("C’est la pause")
    desk.run("resume")
    expect(pupil.picked).to_contain_text(GESTURES["maths"])
    pupil.is_told(SAVED)


def test_phone_without_script_answers_by_its_form(server: Server, desk: Desk, open_page: Open) -> None:
    pupil = Pupil.scans(open_page, server, java_script_enabled=False)
    pupil.page.get_by_role("button", name="Je suis là").click()
    expect(pupil.sign).not_to_be_empty()
    go_to(desk, "premier-geste")
    pupil.page.get_by_role("link", name="Actualiser").click()
    pupil.taps(GESTURES["prive"])
    pupil.sends()
    pupil.is_told(SAVED)
    expect(pupil.picked).to_contain_text(GESTURES["prive"])
    desk.run("close")
    pupil.taps(GESTURES["rien"])
    pupil.sends()  # the page does not know yet that the vote is closed
    expect(pupil.page.locator("[data-refusal]")).to_contain_text("fermé")
    desk.run("reveal")
    pupil.page.get_by_role("link", name="Actualiser").click()
    pupil.sees("1 sur 1")
