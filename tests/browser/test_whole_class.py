"""One workshop, whole: a console, a screen on the wall and thirty pupils, four of them in real browsers at the size of
a phone. What each screen shows is compared, step by step, with who answered what, which this test alone has counted.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.driving import Server

from .classroom import QUESTIONS, Crowd, Model, Rows, activity, rows_on
from .conftest import Open
from .console import Console
from .people import ABLE, OPINIONS, Pupil, choices_of, filled
from .room import CLASS, Room

BEFORE = {"groupe-prive": ["vrai", "vrai", "faux"], "un-message-chacun": ["premier", "chacun"]}
BEFORE |= {"contacter-3018": ["visee", "tous", "adulte", "ne-sais-pas", "tous"]}
AFTER = {"groupe-prive": ["faux"] * 7 + ["vrai"], "un-message-chacun": ["chacun"] * 5 + ["rien"]}
AFTER |= {"contacter-3018": ["tous"] * 12 + ["adulte"]}

FELT = ["pas-du-tout", "plutot-non", "plutot-non", "plutot-oui", "sans-reponse"]  # in the lobby
SAID = [  # on leaving: able, useful, moved on, kept
    ["plutot-oui", "plutot-oui", "tout-a-fait", "plutot-oui", "plutot-non"],
    ["un-peu", "assez", "beaucoup", "beaucoup"],
    ["assez", "sans-reponse", "un-peu"],
    ["geste", "parler", "autres", "rien", "savoir"],
]


@pytest.fixture
def room(own_server: Server, open_page: Open) -> Iterator[Room]:
    console = Console.signs_in(open_page, own_server)
    screen = console.opens_the_screen()
    model = Model()
    plain = Pupil.scans(open_page, own_server, java_script_enabled=False)
    found = Room(
        console,
        screen,
        Pupil.scans(open_page, own_server),
        Pupil.types_the_code(open_page, own_server),
        Pupil.scans(open_page, own_server),
        plain,
        Crowd(own_server, CLASS - 4, model),
        model,
        open_page("about:blank"),
    )
    yield found
    found.crowd.leave()


def test_whole_workshop_with_thirty_pupils(room: Room, own_server: Server, open_page: Open) -> None:
    arrive(room, own_server)
    answer_the_lobby(room)
    follow_a_conversation(room)
    vote_talk_and_vote_again(room)
    stand_on_the_line(room)
    choose_several(room)
    ask_what_was_lived(room, own_server, open_page)
    answer_the_same_again(room)
    say_what_they_think(room)
    end_with_help(room)


def arrive(room: Room, server: Server) -> None:
    room.plain.page.get_by_role("button", name="Je suis là").click()
    for shown in (room.console, room.screen):
        expect(shown.tally("connected")).to_have_text(str(CLASS))
    expect(room.screen.page.locator(".arrivals .sign")).to_have_count(CLASS)
    room.screen.sees(server.code)
    room.screen.sees("http://")
    expect(room.console.next).to_contain_text("Commencer")
    names = {str(pupil.sign.text_content()) for pupil in (*room.pupils.values(), room.plain)}
    names |= {phone.mine["identity"]["name"] for phone in room.crowd.phones}
    assert len(names) == CLASS


def answer_the_lobby(room: Room) -> None:
    asked = BEFORE | {ABLE["id"]: FELT}
    for place, question in enumerate([*QUESTIONS, ABLE["id"]]):
        own = asked[question][0]
        room.crowd.answer(f"before {question}", [(choice,) for choice in asked[question]], place)
        for name, pupil in room.pupils.items():
            expect(pupil.page.locator("[data-place]")).to_have_text(f"{place + 1} / 4")
            pupil.picks(choices_of(question)[own])
            room.model.notes(f"before {question}", name, own)
            if place < 3:
                pupil.turns("Suivante")
    expect(room.console.tally("answered")).to_have_text(str(CLASS - 1))
    room.show_no_result()
    room.console.presses_space()


def follow_a_conversation(room: Room) -> None:
    story = activity("on-a-quoi-demain")
    room.see(story["title"])
    room.show_no_result()
    for shown in range(1, len(story["messages"]) + 1):
        for page in (room.screen.page, room.scans.page):
            expect(page.locator(".message")).to_have_count(shown)
        if shown < len(story["messages"]):
            expect(room.console.next).to_contain_text("Message suivant")
            room.console.presses_space()
    room.see(story["messages"][-1]["text"])
    room.console.presses_next()


def vote_talk_and_vote_again(room: Room) -> None:
    question = activity("premier-geste")
    room.see(filled(question["text"]))
    room.sleeps.context.set_offline(True)
    room.crowd.answer("first", [("rien",), ("rien",), ("reagir",), ("maths",), ("prive",)])
    expect(room.screen.tally("answered")).to_have_text(str(CLASS - 4))
    room.sleeps.context.set_offline(False)
    room.picks("first", "premier-geste", "rien")
    room.scans.picks(choices_of("premier-geste")["adulte"])
    room.model.notes("first", "scans", "adulte")
    room.has_all_answers()
    room.console.presses_space()
    room.see("Le vote est fermé.")
    room.console_alone_shows(room.model.rows("premier-geste", "first"))
    expect(room.console.next).to_contain_text("Ouvrir le second vote")
    room.console.presses_next()
    room.see("second vote")
    expect(room.scans.picked).to_have_count(0)
    expect(room.screen.tally("answered")).to_have_text("0")
    room.crowd.answer("second", [("prive",), ("maths",), ("adulte",), ("prive",)])
    room.sleeps.page.reload()
    room.picks("second", "premier-geste", "maths")
    room.has_all_answers()
    room.console.presses_next()
    rows = room.model.rows("premier-geste", "second", "first")
    room.console_alone_shows(rows)
    expect(room.console.next).to_contain_text("Montrer à la classe")
    room.console.presses_space()
    room.see("1er vote")
    room.all_show(rows)
    room.console.presses_space()


def stand_on_the_line(room: Room) -> None:
    for shown in range(1, len(activity("deux-messages-prives")["messages"]) + 1):
        expect(room.types.page.locator(".message")).to_have_count(shown)
        room.console.presses_next()
    room.see(filled(activity("une-seule-image")["text"]))
    for vote, places in {"stand": "44521", "stand again": "1122345"}.items():
        room.crowd.answer(vote, [(place,) for place in places])
        for name, pupil in room.pupils.items():
            pupil.taps_place(5)
            pupil.is_told("Réponse enregistrée")
            room.model.notes(vote, name, "5")
        expect(room.screen.tally("answered")).to_have_text(str(CLASS - 1))
        room.show_no_result()
        room.console.presses_next()
        if vote == "stand":
            room.console.presses_next()
    rows = room.model.places("stand again", "stand")
    room.console_alone_shows(rows)
    room.console.presses_next()
    room.see("premier vote : 29 voix")
    room.all_show(rows)
    room.console.presses_next()


def choose_several(room: Room) -> None:
    room.see(filled(activity("ce-qui-aide")["text"]))
    room.crowd.answer("help", [("captures", "adultes"), ("captures", "adultes", "demander-3018"), ("revanche",)])
    for choice in ("captures", "demander-3018"):
        room.types.taps(choices_of("ce-qui-aide")[choice])
    expect(room.screen.tally("answered")).to_have_text(str(CLASS - 4))  # ticked, and not sent yet
    room.types.sends()
    room.types.is_told("Réponse enregistrée")
    room.model.notes("help", "types", "captures", "demander-3018")
    room.console.presses_next()
    room.console.presses_next()
    room.see("Bonne réponse")
    room.all_show(room.model.rows("ce-qui-aide", "help"))
    room.console.presses_next()


def ask_what_was_lived(room: Room, server: Server, open_page: Open) -> None:
    room.see(activity("deja-vu")["text"])
    late = open_page(server.addresses["participant_url"])
    expect(late.locator("[data-refusal]")).to_be_visible()
    room.crowd.answer("lived", [("souvent",), ("une-fois",), ("non",), ("non",), ("sans-reponse",)])
    room.picks("lived", "deja-vu", "non")
    for pupil in (*room.pupils.values(), room.plain):
        expect(pupil.picked).to_have_count(0)
    expect(room.screen.tally("answered")).to_have_count(0)
    expect(room.console.page.locator(".stage [data-tally=answered]")).to_have_count(0)
    room.console.presses_space_in_vain()
    room.console.presses_and_confirms("Fermer le vote…", "Fermer pour de bon")
    ranges = rows_on(room.console.page, ".stage")
    are_true_and_wide(ranges, room.model)
    room.see("Le vote est fermé.")
    room.console_alone_shows(ranges)
    room.console.presses("Montrer à la classe")
    room.see(f"{CLASS} réponses. Brouillé exprès")
    room.all_show(ranges)
    room.console.presses_next()


def are_true_and_wide(ranges: Rows, model: Model) -> None:
    """« entre 6 et 14 »: no count, at least four possible values, and the true one among them."""
    voices = list(model.voices("lived").values())
    assert len(ranges) == len(voices) == 4
    counts = {**choices_of("deja-vu"), "sans-reponse": "Je préfère ne pas répondre"}
    for text, written, first in ranges:
        between, low, et, high = written.split()
        assert (between, et, first) == ("entre", "et", "")
        [choice] = [key for key, value in counts.items() if value == text]
        assert int(low) <= model.voices("lived")[choice] <= int(high)
        assert int(high) - int(low) >= 3


def answer_the_same_again(room: Room) -> None:
    room.see(choices_of("contacter-3018")["tous"])
    for place, question in enumerate(QUESTIONS):
        room.crowd.answer(f"after {question}", [(choice,) for choice in AFTER[question]], place)
    own = choices_of("groupe-prive")["faux"]
    room.types.picks(own)
    room.model.notes("after groupe-prive", "types", "faux")
    room.show_no_result()
    room.console.presses_next()
    room.see("Le vote est fermé.")
    room.console.presses_next()
    rows = [
        row
        for question in QUESTIONS
        for row in room.model.rows(question, f"after {question}", f"before {question}", since_start=True)
    ]
    room.see("au début")
    assert rows_on(room.scans.page, "#state") == rows
    assert room.crowd.rows(room.scratch) == rows
    expected = ("Faux", choices_of("un-message-chacun")["chacun"], choices_of("contacter-3018")["tous"])
    assert rows_on(room.screen.page) == [row for row in rows if row[0] in expected]
    room.console.presses_next()


def say_what_they_think(room: Room) -> None:
    """Opinions: one at a time on a phone, a calm wall, and no result for the class."""
    room.see(activity("sortie")["title"])
    expect(room.screen.page.locator(".calm")).to_be_visible()
    for place, (question, said) in enumerate(zip(OPINIONS, SAID, strict=True)):
        room.crowd.answer(f"leaving {question['id']}", [(choice,) for choice in said], place)
        room.scans.sees(question["text"])
        room.scans.picks(choices_of(question["id"])[said[0]])
        room.model.notes(f"leaving {question['id']}", "scans", said[0])
        if place < 3:
            room.scans.turns("Suivante")
    expect(room.screen.tally("answered")).to_have_text(str(CLASS - 3))
    room.show_no_result()
    room.console.presses_next()
    room.see("Merci")
    rows = [
        row
        for question in OPINIONS
        for row in room.model.rows(
            question["id"],
            f"leaving {question['id']}",
            f"before {question['id']}" if question is ABLE else None,
            since_start=True,
        )
    ]
    for opened in room.console.page.locator(".stage .counted-one").all():
        opened.evaluate("details => details.removeAttribute('name')")  # all at once, to be read
        opened.evaluate("details => details.open = true")
    room.console_alone_shows(rows)
    expect(room.console.next).to_contain_text("Activité suivante")
    room.console.presses_next()


def end_with_help(room: Room) -> None:
    room.see("À qui parler")
    room.see("M. Garnier, CPE")
    expect(room.console.next).to_contain_text("Terminer la séance…")
    room.console.presses_space_in_vain()
    before = room.console.version
    room.console.next.click()
    room.console.page.get_by_role("dialog").get_by_text("Continuer la séance").click()
    assert room.console.version == before
    room.console.presses_and_confirms("Terminer la séance…", "Terminer pour de bon")
    room.see("Merci")
    room.screen.sees("Les réponses une par une sont effacées.")
    for pupil in room.pupils.values():
        expect(pupil.page.locator("form.question")).to_have_count(0)
        pupil.sees("Merci, c’est terminé.")
    summary = room.console.page.locator(".summary")
    expect(summary).to_contain_text("La séance est terminée")
    shown = rows_on(room.console.page, ".summary")
    kept = room.model.rows("premier-geste", "second", "first") + room.model.rows("ce-qui-aide", "help")
    kept += room.model.rows(ABLE["id"], f"leaving {ABLE['id']}", f"before {ABLE['id']}", since_start=True)
    for row in kept + room.model.rows("utile", "leaving utile"):
        assert row in shown
