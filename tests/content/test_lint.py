"""What is said to the author of a workshop: each rule is seen to speak, and to be silent on what is good."""

import datetime
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from workshop.config import ROOT
from workshop.domain.activities import Activity, Question, Source, Workshop
from workshop.domain.exit_survey import parse_workshop
from workshop.domain.quiz_lint import RULES, lint
from workshop.domain.quiz_phrases import BEYOND, BLAMING, FEAR, OUTDATED
from workshop.domain.quiz_rules import HOUR, SEQUENCES, SHORT
from workshop.domain.quiz_words import SENTENCE, WORD, find_words, typography

from .good import GOOD, SURVEY

TODAY = datetime.date(2026, 11, 28)
Change = Callable[[Workshop], Workshop]
WORKSHOP = parse_workshop(GOOD, SURVEY, "bon/quiz.fr.toml", frozenset({"carnet.svg"}))


def text(*changes: str) -> Change:
    """The file with these passages, two by two, changed."""
    source = GOOD
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in source, old
        source = source.replace(old, new)
    return lambda _: parse_workshop(source, SURVEY, "bon/quiz.fr.toml")


def activity(name: str, **changes: object) -> Change:
    return lambda w: replace(
        w,
        activities=tuple(replace(a, **changes) if a.id == name else a for a in w.activities),  # type: ignore[arg-type]
    )


def question(name: str, **changes: object) -> Change:
    def changed(a: Activity) -> Activity:
        asked = tuple(replace(q, **changes) if q.id == name else q for q in a.questions)  # type: ignore[arg-type]
        return replace(a, questions=asked)

    return lambda w: replace(w, activities=tuple(changed(a) for a in w.activities))


def of(name: str) -> Question:
    return next(q for a in WORKSHOP.activities for q in a.questions if q.id == name)


def source(**changes: object) -> Change:
    """The sources of the paired question « quand », changed."""
    return question("quand", sources=tuple(replace(each, **changes) for each in of("quand").sources))  # type: ignore[arg-type]


def three_choices_alike(w: Workshop) -> Workshop:
    """All three paired questions are the one whose right choice comes first."""
    alike = tuple(replace(of("quand"), id=name) for name in ("temoin", "prive", "quand"))
    return replace(
        w,
        activities=tuple(replace(a, questions=alike) if a.kind in ("before", "after") else a for a in w.activities),
    )


LAW = Source("Code pénal, article 222-33-2-2", datetime.date(2026, 4, 2), checked=datetime.date(2026, 11, 23))
# rule: what breaks it, in which activity, in which field
BROKEN: dict[str, tuple[Change, str, str]] = {
    "total": (lambda w: replace(w, minutes=25), "", "minutes"),
    "hour": (text("minutes = 40", "minutes = 48", 'kind = "slide"\ntitle = "Un moment"\nminutes = 4',
                  'kind = "slide"\ntitle = "Un moment"\nminutes = 12'), "", "minutes"),
    "short": (text("short = 3", "short = 9"), "", "short"),
    "kinds": (lambda w: replace(w, activities=tuple(
        replace(a, kind="slide") if a.kind in ("conversation", "scale", "slide", "question_box") else a
        for a in w.activities)), "", "activities"),
    "sequences": (lambda w: replace(w, activities=w.activities[:3] + w.activities[-3:]), "", "activities"),
    "lived-protected": (question("vecu", rounds=2), "vecu", "rounds"),
    "lived-once": (question("geste", register="experience"), "vecu", "register"),
    "lived-left-out": (activity("vecu", optional=False), "vecu", "optional"),
    "lived-hands": (text("Jamais à main levée", "À main levée"), "vecu", "notes.hands"),
    "lived-timed": (lambda w: activity("vecu", notes=replace(w.activity("vecu").notes, do="Lancer le chrono."))(w),
                    "vecu", "notes.do"),
    "lived-sensitive": (text("publié sans te demander", "publié sur ta famille"), "vecu", "text"),
    "lived-repeated": (
        text("Une question pour {ami}", "Quelqu’un publie sans demander depuis la rentrée"), "boite", "text"),
    "lived-free": (text("Une question pour {ami}", "Raconte"), "boite", "text"),
    "negation": (text("est hors de la loi", "n’est pas hors de la loi"), "", "questions[2].text"),
    "balance": (question("prive", expected=of("temoin").expected), "", "expected"),
    "adult-first": (lambda w: question("geste", choices=of("geste").choices[::-1])(w), "geste", "choices"),
    "giveaway": (three_choices_alike, "", "choices"),
    "takeaways": (text(', takeaway = "Tu peux bouger demain."', ""), "geste", "choices[1].takeaway"),
    "misconceptions": (question("quand", sheet=None), "", "questions[3].sheet"),
    "notes": (lambda w: activity("debat", notes=replace(w.activity("debat").notes, avoid=None))(w), "debat", "notes"),
    "sourced": (activity("aide", sources=()), "aide", "sources"),
    "dated": (source(date=datetime.date(2025, 1, 1)), "", "questions[3].sources[1].date"),
    "checked": (source(checked=datetime.date(2025, 5, 1)), "", "questions[3].sources[1].checked"),
    "law": (question("quand", sources=(LAW,)), "", "questions[3].sources[1].law"),
    "described": (text('alt = "Un carnet ouvert sur une table."', 'alt = "Image"'), "photo", "alt"),
    "able": (text("Je me sens capable de demander avant.", "Demander avant."), "", "able[1].text"),
    "outdated": (text('["3018"]', '["3020"]'), "aide", "points[1]"),
    "beyond": (text('["On demande"]', '["Il suffit de demander"]'), "photo", "points[1]"),
    "blaming": (text("Tu peux bouger demain.", "Qui se tait est complice."), "geste", "choices[1].takeaway"),
    "fear": (text('["On demande"]', '["Le harceleur demande"]'), "photo", "points[1]"),
    "typography": (text("j’ai mis", "j'ai mis"), "fil", "messages[1].text"),
    "length": (text("Je regarde", "Je regarde " + "encore " * 9), "geste", "choices[1].text"),
    "reading": (text('["On demande"]', '["On demande préalablement"]'), "photo", "points[1]"),
    "names-written": (text("pour {ami}", "pour Nour"), "boite", "text"),
    "names-fit": (text("pour {ami}", "de {ami}"), "boite", "text"),
    "names-sexless": (text("pour {ami}", "pour {ami} quand elle demande"), "boite", "text"),
}  # fmt: skip


def test_a_good_workshop_has_no_remark() -> None:
    assert lint(WORKSHOP, TODAY) == ()


@pytest.mark.parametrize("rule", BROKEN)
def test_what_breaks_a_rule_is_said_where_it_is(rule: str) -> None:
    change, where, field = BROKEN[rule]
    found = [remark for remark in lint(change(WORKSHOP), TODAY) if remark.rule == rule]
    assert (where, field) in [(remark.activity, remark.field) for remark in found]
    known = next(each for each in RULES if each.name == rule)
    assert {(remark.level, remark.reason) for remark in found} == {(known.level, known.reason)}


def test_every_rule_has_its_example_and_its_reason() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(names) == sorted(BROKEN)
    assert all(rule.reason.endswith(".") and typography(rule.reason) == [] for rule in RULES)
    assert len({rule.reason for rule in RULES}) == len(RULES)


def test_every_rule_is_on_the_page_for_authors() -> None:
    page = (ROOT / "docs" / "fr" / "regles-des-ateliers.md").read_text(encoding="utf-8")
    assert [rule.name for rule in RULES if f"`{rule.name}`" not in page] == []
    limits = (*SENTENCE, *WORD, HOUR, SHORT, *SEQUENCES)
    assert [limit for limit in limits if not re.search(rf"\b{limit}\b", page)] == []


def test_hard_word_that_the_hour_is_about_is_what_is_learnt() -> None:
    told = activity("photo", points=("La diffamation",))(WORKSHOP)
    assert {remark.rule for remark in lint(told, TODAY)} == {"reading"}
    assert lint(replace(told, objectives=("Distinguer critique et diffamation",)), TODAY) == ()


def test_errors_come_first() -> None:
    both = text('["3018"]', '["3020"]', "Je regarde", "Je regarde " + "encore " * 9)
    levels = [remark.level for remark in lint(both(WORKSHOP), TODAY)]
    assert levels == sorted(levels)
    assert set(levels) == {"error", "warning"}


def test_rules_of_french_words_leave_other_languages_alone() -> None:
    english = replace(WORKSHOP, language="en")
    assert {remark.rule for remark in lint(text("j’ai mis", "what's this?")(english), TODAY)} == {"typography"}
    told = replace(text("j’ai mis", "what's this?")(english), language="en")
    assert lint(told, TODAY) == ()


SAID = {
    "outdated": ["Appelle le 3020.", "Net Écoute répond.", "de 9 h à 20 h", "l’article L. 511-3-1"],
    "beyond": [
        "Il suffit de bloquer.", "Il suffit d’en parler.", "Le 3018 supprime les contenus.",
        "Le 3018 est ouvert jour et nuit.", "Tout restera secret.", "Je te promets le secret.",
        "Elle disparaît pour toujours.",
        "C’est totalement anonyme.",
        "Une photo est effacée de partout.", "Google efface la page.",
        "Les réseaux sont interdits aux moins de 15 ans.",
        "Avant 13 ans on ne risque rien.", "Il faut plusieurs messages.", "1 élève sur 10", "deux par classe",
        "Un quart des collégiens", "Le cyberharcèlement explose.", "La plupart des élèves harcèlent.",
        "80 % des recruteurs regardent.", "Parcoursup regarde tes réseaux.", "La méthode règle 70 % des cas.",
        "un sondage représentatif", "La CNIL impose un seuil de 5.", "Le téléphone est autorisé au lycée.",
        "une certification Pix", "agréé par la CNIL", "Le droit à l’image interdit toute photo.",
        "Un selfie envoyé librement peut être partagé.",
    ],
    "blaming": [
        "Tu es complice.", "Si tu ne dis rien, tu es complice.", "Tout témoin passif est puni.",
        "Elle n’avait qu’à dire non.",
        "C’est de ta faute.", "Il l’a bien cherché.", "Fallait pas envoyer la photo.", "Va lui parler.",
        "Règle ça avec lui.", "Affronte l’auteur.", "C’est toujours par jalousie.",
        "Fais une capture de la photo intime.", "Cette image intime, garde une capture.",
    ],
    "fear": ["le suicide", "Tu risques une amende.", "trois ans de prison", "45 000 €", "le harceleur", "la victime"],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "said"), [(rule, said) for rule, sentences in SAID.items() for said in sentences])
def test_what_must_not_be_claimed_is_found_in_what_is_told(rule: str, said: str) -> None:
    told = activity("photo", points=(said,))(WORKSHOP)
    assert rule in {remark.rule for remark in lint(told, TODAY) if remark.field == "points[1]"}


def test_each_phrase_of_the_lists_has_its_sentence() -> None:
    def caught(said: str, pattern: str) -> bool:
        return any(find_words(activity("photo", points=(said,))(WORKSHOP), ((pattern, ""),), ("told",)))

    for rule, words in (("outdated", OUTDATED), ("beyond", BEYOND), ("blaming", BLAMING), ("fear", FEAR)):
        assert [pattern for pattern, _ in words if not any(caught(said, pattern) for said in SAID[rule])] == []


@pytest.mark.parametrize(
    "said",
    [
        "Cela ne suffit pas de bloquer.", "Le 3018 peut demander le retrait.", "Le 3018 répond aux témoins.",
        "Se taire n’est pas une faute.", "Un adulte va lui parler.", "Une copie peut rester ailleurs.",
        "Dire qu’un témoin se tait n’avance à rien.", "Tu peux aller voir quelqu’un.", "N’affronte pas l’auteur.",
        "Si tu ne dis rien aujourd’hui, tu pourras demain.",
    ],
)  # fmt: skip
def test_what_may_be_said_is_left_alone(said: str) -> None:
    assert lint(activity("photo", points=(said,))(WORKSHOP), TODAY) == ()


@pytest.mark.parametrize("name", ["Il suffit de bloquer", "Tu es complice"])
def test_what_the_class_is_asked_about_may_be_wrong(name: str) -> None:
    """A false statement to judge, a pupil's words in the teacher's sheet: nobody tells them as true."""
    assert lint(question("prive", text=f"{name}.")(WORKSHOP), TODAY) == ()
    assert lint(question("quand", misconception=f"«\u202f{name}.\u202f»")(WORKSHOP), TODAY) == ()


@pytest.mark.parametrize(
    ("levels", "hard"), [(("6e",), True), (("4e",), True), (("3e", "2de"), True), (("2de",), False)]
)
def test_reading_is_measured_for_the_youngest(levels: tuple[str, ...], hard: bool) -> None:
    sentence = " ".join(["on demande"] * 13) + "."
    told = replace(activity("photo", points=(), text=sentence)(WORKSHOP), levels=levels)
    assert ("reading" in {remark.rule for remark in lint(told, TODAY)}) is hard


@pytest.mark.parametrize(
    "passage", ["quoi?", "quoi ?", "« quoi »", "l'ami", "voici : rien", "voici\u202f: rien", "et..."]
)
def test_typography_that_is_broken_is_found(passage: str) -> None:
    assert typography(passage)


@pytest.mark.parametrize(
    "passage",
    [
        "quoi\u202f?",
        "quoi\u202f?!",
        "«\u202fquoi\u202f»",
        "l’ami",
        "voici\u00a0: rien",
        "à 17:42",
        "voir http://a.b/?c",
        "ah :)",
    ],
)
def test_typography_that_is_right_is_left_alone(passage: str) -> None:
    assert typography(passage) == []
