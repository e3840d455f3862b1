"""Each phone hears its own language, in its snapshot, in what it is refused, and in the name of its sign."""

from collections.abc import Callable

import pytest
import requests

from tests.driving import WAIT, Desk, Phone, Server, Wire, until

SAID = {
    "fr": ('lang="fr"', "À qui parler", "Le vote est fermé."),
    "fr-falc": ('lang="fr"', "À qui parler", "On n’a pas pu prendre"),
    "en": ('lang="en"', "Who to talk to", "Voting is closed."),
    "ar": ('lang="ar" dir="rtl"', "مع من نتحدث", "أُغلق التصويت"),
    "uk": ('lang="uk"', "З ким поговорити", "Голосування закрито"),
}


def arrive(server: Server, language: str) -> Phone:
    page = requests.get(f"{server.address}/r/{server.code}", cookies={"preau_language": language}, timeout=WAIT)
    assert page.ok and f"<html {SAID[language][0]}" in page.text and SAID[language][1] in page.text
    return Phone(server, {**page.cookies.get_dict(), "preau_language": language})


def test_one_class_in_five_languages(server: Server, desk: Desk) -> None:
    phones = {language: arrive(server, language) for language in SAID}
    names = {phone.mine["identity"]["name"] for phone in phones.values()}
    assert len(names) == 5
    desk.run("start", "next")
    for language, phone in phones.items():
        html = phone.wait_for_version(desk.version)["html"]
        assert phone.answer(phone.rounds[0], "prive")[0] == "saved"
        french = "Tu ouvres le groupe" in html
        assert french == (language not in ("en",)), language
        assert ('lang="fr"' in html) == (language in ("ar", "uk")), "what is in French is marked, on another page"
        assert ('dir="ltr"' in html) == (language == "ar")
    round_ = phones["fr"].rounds[0]
    desk.run("close")
    for language, phone in phones.items():
        phone.wait_for_version(desk.version)
        event, payload = phone.answer(round_, "rien", seq=2)
        assert (event, payload["error"]) == ("refused", "round_closed")
        assert SAID[language][2] in payload["message"]
    desk.run("reveal")
    assert ">5 <small>sur 5</small>" in desk.wire.states[-1]["html"], (
        "five voices for one choice, whatever the language"
    )
    for phone in phones.values():
        phone.leave()


@pytest.mark.parametrize("language", SAID)
def test_hello_and_what_comes_before_it_are_refused_in_the_language_of_the_phone(server: Server, language: str) -> None:
    wire = Wire(server, {"preau_language": language})
    told = wire.client.call("hello", {"code": "INCONNU99", "key": "k" * 32}, timeout=WAIT)
    wire.client.emit("answer", {"round": "1", "seq": 1, "choices": ["a"]})
    before = wire.wait_for("refused")[1]
    assert (told["error"], before["error"]) == ("unknown_code", "hello_first")
    messages = {told["message"], before["message"]}
    french = {
        "Aucune séance n’a ce code. Vérifie-le sur l’écran de la classe.",
        "La connexion n’est pas prête. Recharge la page.",
    }
    assert (len(messages & french) == 2) == (language == "fr")
    if language in ("ar", "uk"):
        assert all(ord(letter) > 0x370 or not letter.isalpha() for text in messages for letter in text)
    wire.leave()


def test_no_adults_screen_follows_what_pupils_chose(
    server: Server, desk: Desk, phones: Callable[[int], list[Phone]]
) -> None:
    before = desk.wire.states[-1]["html"]
    arabic = arrive(server, "ar")
    until(lambda: not desk.wire.heard.empty(), "the console hears that somebody came")
    assert set(desk.wire.heard.get()[1]) == {"answered", "expected", "connected", "joined"}
    token = desk.http.cookies["preau_desk"]
    console = requests.get(
        f"{server.address}/animer/{desk.live_id}", cookies={"preau_desk": token, "preau_language": "ar"}, timeout=WAIT
    ).text
    assert '<html lang="fr"' in console and "العربية" not in console and "العربية" not in before
    arabic.leave()
