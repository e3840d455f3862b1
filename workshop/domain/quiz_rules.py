"""The rules about what an hour in a class asks of a workshop: its time, fair questions, sources, pictures."""

import datetime
import re
from collections.abc import Iterator

from .activities import DONT_KNOW, FALSE, TRUE, Activity, Message, Question, Scene, Workshop
from .quiz_questions import LAW_CHANGED_ON
from .quiz_remarks import Found, Rule, questions, sources

HOUR, SHORT = 42, 25  # minutes, the exit survey included; an hour of 55 leaves room to come in, settle and leave
KINDS_BEFORE, BY_MINUTE = 3, 25
SEQUENCES = (7, 9)  # besides the questions of the beginning and of the exit
OLD = datetime.timedelta(days=548)  # eighteen months
_NEGATION = re.compile(r"(?i)\b(?:ne|pas|jamais|aucune?)\b|\bn’")
_ADULT = re.compile(r"(?i)\badultes?\b|\b3018\b|\bprof\b|professeur|\bcpe\b|infirmi|vie scolaire")
_HELP = re.compile(r"(?i)\b(?:3018|119|3114|114|17|112|15)\b|F32239|F31985|pharos|fil santé|e-enfance")
_LAW = re.compile(
    r"(?i)\bcode (?:pénal|civil|de )|\bloi (?:n°|du|informatique)|\brgpd\b|\barticle l\. ?\d|legifrance|légifrance"
)
_YEAR_ALONE = re.compile(
    r"(?i)(?<!\d )(?<!n° )(?<!janvier )(?<!février )(?<!mars )(?<!avril )(?<!mai )(?<!juin )(?<!juillet )(?<!août )"
    r"(?<!septembre )(?<!octobre )(?<!novembre )(?<!décembre )(?<![\d/-])(?:19|20)\d\d(?![\d/-])"
)
_NOT_A_DESCRIPTION = re.compile(
    r"(?i)^(?:image|photo|dessin|illustration|capture)\b.{0,10}$|\.(?:svg|png|jpe?g|webp)\b"
)


def _total(w: Workshop, _: datetime.date) -> Iterator[Found]:
    total = sum(activity.minutes for activity in w.activities)
    if total != w.minutes:
        yield Found("", "minutes", f"les activités durent {total} minutes en tout, et non {w.minutes}.")


def _hour(w: Workshop, _: datetime.date) -> Iterator[Found]:
    if w.minutes not in (HOUR, SHORT):
        survey = sum(activity.minutes for activity in w.activities if activity.kind == "exit")
        yield Found("", "minutes", f"{w.minutes - survey} minutes : écrivez {HOUR - survey}, ou {SHORT - survey}.")


def _short(w: Workshop, _: datetime.date) -> Iterator[Found]:
    if w.has_short and (minutes := w.shortened().minutes) != SHORT:
        yield Found("", "short", f"la variante courte dure {minutes} minutes avec la sortie, et non {SHORT}.")


def _kinds(w: Workshop, _: datetime.date) -> Iterator[Found]:
    start, kinds = 0, set()
    for activity in w.activities:
        if start < BY_MINUTE and activity.kind not in ("before", "after", "exit", "help"):
            kinds.add(activity.kind)
        start += activity.minutes
    if len(kinds) < KINDS_BEFORE:
        yield Found(
            "", "activities", f"{len(kinds)} genre(s) d’activité avant la 25e minute : {KINDS_BEFORE} au moins."
        )


def _sequences(w: Workshop, _: datetime.date) -> Iterator[Found]:
    count = sum(activity.kind not in ("before", "exit") for activity in w.activities)
    if w.minutes > SHORT and not SEQUENCES[0] <= count <= SEQUENCES[1]:
        yield Found(
            "", "activities", f"{count} séquences : de {SEQUENCES[0]} à {SEQUENCES[1]} tiennent dans une heure."
        )


def _yes_or_no(w: Workshop) -> list[tuple[str, str, Question]]:
    return [each for each in questions(w) if each[2].choice_ids == (TRUE, FALSE) and each[2].expected]


def _negation(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, q in _yes_or_no(w):
        if w.language == "fr" and (found := _NEGATION.search(q.text.replace("'", "’"))):
            yield Found(activity_id, place + "text", f"« {found[0]} » : dites-le sans négation.")


def _balance(w: Workshop, _: datetime.date) -> Iterator[Found]:
    expected = [min(q.expected) for _, _, q in _yes_or_no(w)]
    true, false = expected.count(TRUE), expected.count(FALSE)
    if abs(true - false) > 1:
        yield Found("", "expected", f"{true} vrai(s) et {false} faux : autant des deux, à un près.")


def _adult_first(w: Workshop, _: datetime.date) -> Iterator[Found]:
    found = [
        (activity_id, place, next((n for n, choice in enumerate(q.choices) if _ADULT.search(choice.text)), None))
        for activity_id, place, q in questions(w)
        if q.register == "situation" and q.form == "choice"
    ]
    places = [each[2] for each in found if each[2] is not None]
    if places and not any(places):
        where, place, _number = next(each for each in found if each[2] == 0)
        yield Found(where, f"{place}choices", "l’adulte est toujours la première proposition : changez l’ordre.")


def _giveaway(w: Workshop, _: datetime.date) -> Iterator[Found]:
    asked = [
        q for activity_id, _, q in questions(w)
        if len(q.expected) == 1 and q.form == "choice" and q.choice_ids != (TRUE, FALSE)
        and not (activity_id and w.activity(activity_id).kind == "categorise")
    ]  # fmt: skip
    if len(asked) < 3:
        return
    real = [[choice for choice in q.choices if choice.id != DONT_KNOW] for q in asked]
    right = [next(choice for choice in q.choices if choice.id in q.expected) for q in asked]
    if all(choices[0] is good for choices, good in zip(real, right, strict=True)):
        yield Found("", "choices", "la bonne réponse est toujours la première : changez l’ordre.")
    if all(max(choices, key=lambda c: len(c.text)) is good for choices, good in zip(real, right, strict=True)):
        yield Found("", "choices", "la bonne réponse est toujours la plus longue : allongez une autre.")


def _takeaways(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, q in questions(w):
        if q.register == "situation" and activity_id and w.activity(activity_id).kind == "choice":
            for number, choice in enumerate(q.choices, start=1):
                if not choice.takeaway:
                    yield Found(activity_id, f"{place}choices[{number}].takeaway", "répondez aussi à ce choix.")


def _misconceptions(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, q in questions(w):
        statement = activity_id and w.activity(activity_id).kind == "categorise"
        if q.register == "knowledge" and q.form == "choice" and not statement:
            if not q.misconception:
                yield Found(activity_id, f"{place}misconception", "écrivez l’idée fausse que la question rencontre.")
            elif not q.sheet:
                yield Found(activity_id, f"{place}sheet", "écrivez la fiche qui reprend cette idée fausse.")


def _notes(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity in w.activities:
        missing = [name for name in ("say", "do", "avoid", "hands", "confide") if not getattr(activity.notes, name)]
        if missing and activity.kind != "exit":
            yield Found(activity.id, "notes", "à écrire : " + ", ".join(f"notes.{name}" for name in missing) + ".")


def _sourced(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, q in questions(w):
        if q.register == "knowledge" and not q.sources:
            yield Found(activity_id, f"{place}sources", "une explication s’appuie sur au moins une source.")
    for activity in w.activities:
        if activity.kind == "help" and not activity.sources and re.search(r"\d{2,}", " ".join(activity.points)):
            yield Found(activity.id, "sources", "un numéro affiché a sa source.")


def _dated(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, source, _help in sources(w):
        if source.date is None and not source.read_again:
            yield Found(activity_id, f"{place}.date", "donnez la date, ou dites dans « read_again » qu’elle manque.")
        elif source.date and (source.date.day, source.date.month) == (1, 1) and "1er janvier" not in source.title:
            yield Found(
                activity_id,
                f"{place}.date",
                f"le 1er janvier {source.date.year} est-il la vraie date ? Sinon, relevez-la, ou laissez-la de côté et "
                "dites-le dans « read_again ».",
            )
        elif source.date is None and (year := _YEAR_ALONE.search(source.title)):
            yield Found(activity_id, f"{place}.title", f"« {year[0]} » ne date pas une page : relevez le jour.")


def _checked(w: Workshop, today: datetime.date) -> Iterator[Found]:
    for activity_id, place, source, on_help in sources(w):
        if source.checked is None:
            yield Found(activity_id, f"{place}.checked", "écrivez le jour où vous l’avez lue.")
        elif source.checked > today:
            yield Found(activity_id, f"{place}.checked", "ce jour n’est pas encore venu.")
        elif today - source.checked > OLD and (source.law or on_help or _HELP.search(source.title)):
            yield Found(activity_id, f"{place}.checked", "lue il y a plus de dix-huit mois : à relire.")


def _law(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity_id, place, source, _help in sources(w):
        if _LAW.search(source.title) and not source.law:
            yield Found(activity_id, f"{place}.law", "c’est un texte de loi : écrivez law = true.")
        elif source.law and not source.read_again and (source.date is None or source.date < LAW_CHANGED_ON):
            yield Found(
                activity_id, f"{place}.read_again", "lu avant le 24 août 2026 : dites pourquoi il faut le relire."
            )


def _described(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for activity in w.activities:
        shown: list[tuple[str, Activity | Message | Scene]] = [("", activity)]
        shown += [(f"messages[{n}].", message) for n, message in enumerate(activity.messages, start=1)]
        shown += [(f"scenes[{n}].", scene) for n, scene in enumerate(activity.scenes, start=1)]
        for place, each in shown:
            if each.image and (not each.alt or _NOT_A_DESCRIPTION.search(each.alt)):
                yield Found(activity.id, f"{place}alt", "décrivez ce que l’image montre, pour qui ne la voit pas.")


def _able(w: Workshop, _: datetime.date) -> Iterator[Found]:
    for number, able in enumerate(w.able, start=1):
        if w.language == "fr" and not able.text.startswith("Je me sens capable"):
            yield Found("", f"able[{number}].text", "commencez par « Je me sens capable ».")


RULES = (
    Rule("total", "error", "La console dit où l’on en est d’après ces minutes.", _total),
    Rule("hour", "warning", "42 minutes avec la sortie : il en reste 8 pour s’installer, ranger et sortir.", _hour),
    Rule("short", "error", "Une heure amputée compte sur ces 25 minutes, sortie comprise.", _short),
    Rule("kinds", "warning", "L’attention retombe quand on fait toujours la même chose.", _kinds),
    Rule("sequences", "warning", "Moins, on s’ennuie ; plus, on court et personne ne parle.", _sequences),
    Rule(
        "negation", "warning", "« Faux » à une phrase négative demande deux détours : on mesure la lecture.", _negation
    ),
    Rule("balance", "warning", "Répondre toujours pareil ne doit pas être un moyen d’avoir juste.", _balance),
    Rule(
        "adult-first",
        "warning",
        "Toujours en tête, « un adulte » devient la réponse qu’on attend, pas celle qu’on pense.",
        _adult_first,
    ),
    Rule("giveaway", "warning", "La place ou la longueur de la bonne réponse ne doit pas la dire.", _giveaway),
    Rule("takeaways", "warning", "Un choix sans réponse laisse seul qui l’a fait.", _takeaways),
    Rule(
        "misconceptions",
        "warning",
        "L’enseignant reprend une idée fausse ; sans elle, il n’a qu’un pourcentage.",
        _misconceptions,
    ),
    Rule("notes", "warning", "Qui anime pour la première fois, ou sans téléphones, n’a que ces notes.", _notes),
    Rule("sourced", "error", "Ce qu’on affirme à une classe doit pouvoir être vérifié par son enseignant.", _sourced),
    Rule(
        "dated", "error", "Une année seule ne dit pas si le texte est d’avant ou d’après le dernier changement.", _dated
    ),
    Rule("checked", "warning", "Le droit et les numéros d’aide changent : ce qui date doit être relu.", _checked),
    Rule("law", "error", "Deux lois d’août 2026 ont changé ce qui avait été lu avant.", _law),
    Rule("described", "error", "Qui ne voit pas l’image doit pouvoir répondre comme les autres.", _described),
    Rule("able", "warning", "Elle s’affiche comme la parole de l’élève, au début et à la fin.", _able),
)
