"""The sentences of a review: what was found, said with its counts. No rate, no test, no comparison with others."""

from babel.lists import format_list
from flask_babel import get_locale, gettext

from workshop.domain.readings import class_order, middle
from workshop.domain.review import Asked, Review, TenMinutes, agreeing
from workshop.wording import by_way, ngettext, number, quoted


def present(number: int) -> str:
    return str(ngettext("%(num)s élève présent", "%(num)s élèves présents", number))


def phones(number: int) -> str:
    return str(ngettext("%(num)s téléphone", "%(num)s téléphones", number))


def ways(review: Review) -> str:
    """How the class answered: how many phones; with other ways, all of them in one phrase."""
    if review.phones and not (review.by_card or review.by_hand or review.is_shared):
        return phones(review.phones)
    found = []
    if review.phones and review.is_shared:
        found.append(ngettext("sur %(num)s appareil partagé", "sur %(num)s appareils (partagés ou non)", review.phones))
    elif review.phones:
        found.append(ngettext("sur %(num)s téléphone", "sur %(num)s téléphones", review.phones))
    if review.by_card:
        found.append(gettext("par cartes"))
    if review.by_hand:
        found.append(gettext("à main levée"))
    listed = format_list([str(one) for one in found], locale=get_locale())
    return str(gettext("réponses %(ways)s", ways=listed)) if found else ""


def minutes(number: int) -> str:
    return str(ngettext("%(num)s minute", "%(num)s minutes", number))


def few() -> str:
    return str(gettext("moins de 10 réponses"))


def few_answers() -> str:
    return str(gettext("Moins de 10 réponses : les nombres ne sont pas montrés."))


def why(chosen: TenMinutes) -> str:
    """Why this activity, and no other."""
    one = chosen.asked
    if chosen.reason == "misconception" and one.firm:
        return str(gettext("C’est l’idée fausse dont cette classe est la plus sûre. %(held)s", held=held(one)))
    if chosen.reason == "misconception":
        return str(gettext("C’est l’idée fausse la plus répandue dans cette classe. %(held)s", held=held(one)))
    if chosen.reason == "unsure":
        return str(
            gettext(
                "C’est la question où l’on hésite le plus : « Je ne sais pas », %(count)s sur %(total)s.",
                count=one.unsure,
                total=one.counted.total if one.counted else 0,
            )
        )
    if chosen.reason == "not_asked":
        return str(gettext("La classe n’a pas eu le temps de répondre à cette question."))
    if chosen.reason == "withheld":
        return str(
            gettext("Avec moins de 10 réponses, rien ne se détache sûrement : commencez par la première question.")
        )
    return str(gettext("Aucune idée fausse ne se détache. Cette fiche aide la classe à le redire avec ses mots."))


def held(one: Asked) -> str:
    """How widespread a misconception still is, and how many are sure of it."""
    if not one.firm:
        return _held(one)
    sure = ngettext("%(num)s n’a aucun doute.", "%(num)s n’ont aucun doute.", one.firm)
    return f"{_held(one)} {sure}"


def _held(one: Asked) -> str:
    total = one.counted.total if one.counted else 0
    commonest, voices = one.mistakes[0]
    if one.question.multiple:
        return str(
            gettext(
                "%(choice)s : coché %(count)s fois sur %(total)s.",
                choice=quoted(commonest.text),
                count=voices,
                total=total,
            )
        )
    said = ngettext(
        "%(num)s réponse sur %(total)s va encore dans ce sens",
        "%(num)s réponses sur %(total)s vont encore dans ce sens",
        one.mistaken,
        total=total,
    )
    if len(one.mistakes) == 1:
        return f"{said}."
    return str(
        gettext(
            "%(said)s ; la plus choisie : %(choice)s (%(count)s).",
            said=said,
            choice=quoted(commonest.text),
            count=voices,
        )
    )


def labels(one: Asked) -> tuple[str, str | None]:
    """What the columns of a table are called: the last vote, and what it is compared with."""
    if one.since == "start":
        return str(gettext("Juste après")), str(gettext("Avant"))
    if one.since == "first_vote":
        return str(gettext("Second vote")), str(gettext("Premier vote"))
    return str(gettext("Réponses")), None


def place(one: Asked, index: int) -> str:
    """What a place on a scale of five stands for."""
    low, high = one.ends or ("1", "5")
    halfway = quoted(low if index < 2 else high)
    middle = {
        1: gettext("plutôt %(end)s", end=halfway),
        2: gettext("au milieu"),
        3: gettext("plutôt %(end)s", end=halfway),
    }
    return str(middle.get(index, low if index == 0 else high))


def finding(one: Asked) -> str:
    if one.last is None:
        return str(gettext("Cette question n’a pas été posée ce jour-là."))
    if one.counted is None:
        return few_answers()
    if one.question.is_scale:
        return _stood(one)
    if one.question.form == "estimate":
        return _guessed(one)
    if one.question.form == "order" and not one.question.right_order:
        return _ordered(one)
    return _known(one) if one.question.register == "knowledge" else _chosen(one)


def _known(one: Asked) -> str:
    assert one.counted is not None
    total = one.counted.total
    if one.right is None:
        counts = [str(one.counted.of(choice)) for choice in one.question.choice_ids if choice in one.question.expected]
        listed = format_list(counts, locale=get_locale())
        if by_way(one.counted):  # a group is several pupils, and hands are not told apart
            return str(
                gettext("Les bonnes réponses ont eu %(counts)s voix, sur %(total)s.", counts=listed, total=total)
            )
        return str(
            gettext(
                "Les bonnes réponses ont été cochées %(counts)s fois, sur %(total)s élèves.", counts=listed, total=total
            )
        )
    if one.at_start:
        return str(
            gettext(
                "Bonnes réponses au début de l’heure : %(right)s sur %(total)s. La question n’a pas été reposée à la "
                "fin.",
                right=one.right,
                total=total,
            )
        )
    first = ""
    if one.right_first is not None and one.first is not None:
        first = str(one.right_first)
        if one.first.total != total:
            first = str(gettext("%(count)s sur %(total)s", count=first, total=one.first.total))
    values = {"right": one.right, "total": total, "first": first}
    if one.since == "start":
        if first:
            return str(gettext("Bonnes réponses juste après : %(right)s sur %(total)s, avant : %(first)s.", **values))
        return str(gettext("Bonnes réponses juste après : %(right)s sur %(total)s.", **values))
    if first:
        return str(
            gettext("Bonnes réponses au second vote : %(right)s sur %(total)s, au premier : %(first)s.", **values)
        )
    return str(gettext("Bonnes réponses : %(right)s sur %(total)s.", **values))


def _chosen(one: Asked) -> str:
    """The commonest answer to a question where none is right."""
    counted = one.counted
    assert counted is not None
    top = max(one.question.choices, key=lambda choice: counted.of(choice.id))
    values = {"choice": quoted(top.text), "count": counted.of(top.id), "total": counted.total}
    if one.first is None or one.first.withheld:
        return str(gettext("Le plus choisi : %(choice)s, %(count)s sur %(total)s.", **values))
    return str(
        gettext(
            "Le plus choisi au second vote : %(choice)s, %(count)s sur %(total)s ; "
            "au premier : %(first)s sur %(before)s.",
            first=one.first.of(top.id),
            before=one.first.total,
            **values,
        )
    )


def _ordered(one: Asked) -> str:
    """The order of the class, where none is right."""
    assert one.counted is not None
    texts = {choice.id: quoted(choice.text) for choice in one.question.choices}
    then = gettext(", puis ")
    return str(
        gettext(
            "L’ordre de la classe : %(order)s.",
            order=then.join(texts[item] for item in class_order(one.question, one.counted.voices)),
        )
    )


def _guessed(one: Asked) -> str:
    """The middle of the class beside the number of the sources: nobody's guess is right or wrong."""
    assert one.counted is not None
    said = gettext(
        "Au milieu de la classe : %(middle)s ; d’après les sources : %(figure)s (%(unit)s).",
        middle=number(middle(one.question, one.counted.voices) or 0),
        figure=number(one.question.figure or 0),
        unit=one.question.unit,
    )
    before = middle(one.question, one.first.voices) if one.first else None
    if before is None:
        return str(said)
    then = gettext("Au premier vote : %(number)s.", number=number(before))
    return f"{said} {then}"


def _stood(one: Asked) -> str:
    """How many stood towards the far end of a scale, at each vote."""
    assert one.counted is not None
    values = {
        "count": agreeing(one.counted),
        "total": one.counted.total,
        "end": quoted(one.ends[1] if one.ends else "5"),
    }
    if one.first is None or one.first.withheld:
        return str(gettext("%(count)s sur %(total)s étaient du côté %(end)s (places 4 et 5).", **values))
    return str(
        gettext(
            "Au premier vote, %(first)s sur %(before)s étaient du côté %(end)s (places 4 et 5) ; "
            "au second, %(count)s sur %(total)s.",
            first=agreeing(one.first),
            before=one.first.total,
            **values,
        )
    )


def notes(one: Asked) -> tuple[str, ...]:
    """What must be known to read the counts."""
    if one.counted is None:
        return ()
    found = []
    if one.first is not None and one.first.withheld:
        which = gettext("Avant") if one.since == "start" else gettext("Premier vote")
        found.append(gettext("%(which)s : %(few)s.", which=which, few=few()))
    elif one.changed is not None:
        found.append(
            gettext(
                "Les %(people)s mêmes téléphones, avant et après : %(gained)s ont trouvé la bonne réponse entre-temps, "
                "%(lost)s l’ont quittée.",
                people=one.changed.people,
                gained=one.changed.gained,
                lost=one.changed.lost,
            )
        )
    elif one.since == "start":
        found.append(gettext("Ce ne sont pas forcément les mêmes élèves avant et après."))
    if one.question.form == "order":
        found.append(gettext("À chaque ligne : combien l’ont mise à cette place."))
        if one.question.right_order:
            found.append(gettext("Une bonne réponse a tout mis dans le bon ordre."))
    if one.question.multiple:
        found.append(gettext("Plusieurs réponses étaient possibles."))
        if one.counted.by_hand:
            found.append(gettext("À main levée, le nombre d’élèves est celui de la réponse la plus levée."))
    if said := by_way(one.counted):
        found.append(said)
    return tuple(str(note) for note in found)
