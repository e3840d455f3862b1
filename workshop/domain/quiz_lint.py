"""What a good workshop is, beyond one that can be read: rules, each with the reason that its author is given.

A few are refused by the parser already; they are here too, with their reason, for whoever writes on a page rather than
in a file.
"""

import datetime
from collections.abc import Iterator

from . import quiz_lived, quiz_rules, quiz_words
from .activities import Workshop
from .quiz_remarks import Found, Remark, Rule, questions


def _other_ids(w: Workshop, french: Workshop) -> Iterator[Found]:
    for name, here, there in (
        ("activities", _activities(w), _activities(french)),
        ("choices", _choices(w), _choices(french)),
        ("names", set(w.names), set(french.names)),
        ("able", {able.id for able in w.able}, {able.id for able in french.able}),
    ):
        if different := sorted(map(str, here ^ there)):
            yield Found("", name, f"ce n’est pas comme dans le fichier français : {', '.join(different[:4])}.")


def _activities(w: Workshop) -> set[str]:
    return {
        f"{number}. {a.id} ({a.kind}, {a.minutes} min, {a.short_minutes or '–'})"
        for number, a in enumerate(w.activities, start=1)
    }


def _choices(w: Workshop) -> set[str]:
    return {f"{q.id}/{c.id}{' juste' * (c.id in q.expected)}" for _, _, q in questions(w) for c in q.choices}


LANGUAGES = Rule("languages", "error", "Les totaux de deux langues s’additionnent par ces identifiants.")
RULES = (*quiz_rules.RULES, *quiz_lived.RULES, *quiz_words.RULES, LANGUAGES)


def lint(workshop: Workshop, today: datetime.date, french: Workshop | None = None) -> tuple[Remark, ...]:
    """Every remark on a workshop as a class lives it, its exit survey included: errors first, in the order of RULES.

    `french` is the French file of a workshop in another language, which must have the same ids.
    """
    found = [(rule, each) for rule in RULES if rule.find for each in rule.find(workshop, today)]
    found += [(LANGUAGES, each) for each in (_other_ids(workshop, french) if french else ())]
    remarks = [Remark(rule.name, rule.level, f.activity, f.field, f.message, rule.reason) for rule, f in found]
    return tuple(sorted(remarks, key=lambda remark: remark.level))
