"""What a pupil writes: made plain, merged with its like, proposed for what it may be, and never decided by a list."""

import pytest

from workshop.domain.activities import MAX_TEXT
from workshop.domain.charter import LONGEST, MOST, moved, tidy
from workshop.domain.errors import CharterFull, EmptyText, TextTooLong
from workshop.domain.schools import folded, is_lycee
from workshop.domain.simulation import QUESTIONS, WORDS
from workshop.domain.texts import arriving, decided, may_call_for_help, merged, plain, proposals, sizes
from workshop.domain.word_lists import ADDRESSES, HELP, INSULTS


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  du\ttemps \n", "du temps"),
        ("e\u0301couter", "écouter"),
        ("gentil\u202e !", "gentil !"),  # turns the direction of the line
        ("a\u200bb\u0000c", "abc"),
        ("\ud800ok", "ok"),
        ("z" + "\u0301\u0302\u0303\u0304" * 3, "ź\u0302\u0303"),
        ("❤", "❤"),
        ("x" * MAX_TEXT, "x" * MAX_TEXT),
    ],
)
def test_text_is_one_line_of_what_can_be_seen(typed: str, kept: str) -> None:
    assert plain(typed) == kept


@pytest.mark.parametrize("typed", ["", "  \n", "\u200b\u202e", "?!…", "\ud800"])
def test_text_in_which_nothing_can_be_read_is_empty(typed: str) -> None:
    with pytest.raises(EmptyText):
        plain(typed)


def test_text_is_counted_once_it_is_plain() -> None:
    assert plain("x" * MAX_TEXT + "   ")
    with pytest.raises(TextTooLong):
        plain("x" * (MAX_TEXT + 1))


@pytest.mark.parametrize(
    "alike",
    [
        ("Courage", "courages", "COURAGE !", " courage…", "Courâge"),
        ("les amis", "Les  ami", "lesamis"),
        ("œil", "oeil"),
        ("journal", "journaux"),
        ("l’ami", "l'ami", "lami"),
        ("❤", "❤"),
    ],
)
def test_texts_that_say_the_same_are_one(alike: tuple[str, ...]) -> None:
    assert len({merged(text) for text in alike}) == 1


@pytest.mark.parametrize(
    "others", [("ami", "amie"), ("parler", "parle"), ("pas", "pa"), ("stress", "stres"), ("❤", "☀"), ("oui", "non")]
)
def test_texts_that_say_something_else_stay_apart(others: tuple[str, str]) -> None:
    assert merged(others[0]) != merged(others[1])


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("T’es qu’un connard", ("insult",)),
        ("SALOPE", ("insult",)),
        ("c’est @lea44", ("person",)),
        ("demander à Kévin de venir", ("person",)),
        ("snap: lea44", ("person",)),
        ("appelle le 06 12 34 56 78", ("phone",)),
        ("+33612345678", ("phone",)),
        ("viens au 12 bis rue basse", ("address",)),
        ("j’habite près du stade", ("address",)),
        ("voir www.exemple.org", ("address",)),
        ("en parler au 3018", ()),
        ("la concurrence", ()),
        ("Est-ce que Instagram efface vraiment ?", ()),
        ("En parler. Toujours.", ()),
    ],
)
def test_list_proposes_refusals(text: str, reasons: tuple[str, ...]) -> None:
    assert proposals(text) == reasons


@pytest.mark.parametrize(
    "text",
    [
        "je veux mourir",
        "J’ai envie de me tuer",
        "jai peur de rentrer chez moi",
        "PEUR DE RENTRER",
        "mon père me frappe",
        "il m’a frappé hier",
        "ils me menacent tous les jours",
        "je me scarifie",
        "on me fait chanter avec une photo",
        "j’en peux plus",
        "Aidez-moi",
        "je suis harcelée",
        "help me",
        "I’m scared to go home",
        "Я хочу померти",
        "мене б’ють вдома",
        "Рятуйте!",
        "أريد أن أموت",
        "أنا خائفة",
        "ساعدوني",
    ],
)
def test_words_that_may_call_for_help_are_seen(text: str) -> None:
    assert may_call_for_help(text)


def test_lists_are_written_as_texts_are_compared() -> None:
    for phrase in (*HELP, *INSULTS, *ADDRESSES):
        assert folded(phrase.removesuffix("*")) == phrase.removesuffix("*")


@pytest.mark.parametrize(
    "text", ["courage", "en parler à un adulte", "Ça s’arrête un jour ?", "violet", "la mer", "сміливість", "الشجاعة"]
)
def test_other_words_are_not(text: str) -> None:
    assert not may_call_for_help(text)


@pytest.mark.parametrize("text", [*WORDS, *QUESTIONS])
def test_class_that_is_made_up_writes_nothing_to_worry_about(text: str) -> None:
    assert plain(text) == text
    assert not may_call_for_help(text)
    assert proposals(text) == ()


def test_list_refuses_nothing_and_publishes_nothing() -> None:
    assert arriving("connard", None) == "waiting"
    assert arriving("courage", None) == "waiting"


def test_one_reading_is_good_for_all_that_say_the_same() -> None:
    assert arriving("courage", "approved") == "approved"
    assert arriving("connard", "refused") == "refused"


def test_call_for_help_is_set_apart_whatever_became_of_its_like() -> None:
    for like in (None, "waiting", "refused"):
        assert arriving("je veux mourir", like) == "apart"  # type: ignore[arg-type]  # its own values
    assert arriving("peut-on en mourir ?", "approved") == "approved"  # an adult let these very words through


def test_what_is_apart_comes_back_by_release_alone() -> None:
    assert [decided("apart", verdict) for verdict in ("approve", "refuse", "apart")] == [None] * 3  # type: ignore[arg-type]
    assert decided("apart", "release") == "waiting"
    assert decided("waiting", "release") is None


def test_sizes_go_from_one_to_five() -> None:
    assert sizes([1, 2, 3, 4, 5]) == [1, 2, 3, 4, 5]
    assert sizes([1, 30]) == [1, 5]
    assert sizes([2, 2]) == [3, 3]
    assert sizes([]) == []


def test_charter_is_a_short_list() -> None:
    assert tidy(["  On  écoute ", "", " "]) == ("On écoute",)
    assert len(tidy(["x" * LONGEST] * MOST)) == MOST
    for typed in (["x"] * (MOST + 1), ["x" * (LONGEST + 1)], ["a\u202eb"]):
        with pytest.raises(CharterFull):
            tidy(typed)


def test_line_moves_within_the_charter() -> None:
    assert moved(["a", "b", "c"], 2, -1) == ["a", "c", "b"]
    assert moved(["a", "b"], 0, -1) == moved(["a", "b"], 1, 1) == moved(["a", "b"], 7, 1) == ["a", "b"]


def test_level_tells_a_lycee() -> None:
    assert all(map(is_lycee, ("2de 4", "Seconde", "1re", "Première", "Terminale", "tle STMG", "CAP", "lycée")))
    assert not any(map(is_lycee, ("6e", "4e B", "3e", "", "SEGPA")))
