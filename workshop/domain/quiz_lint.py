"""What a good workshop is, beyond one that can be read: rules, each with the reason that its author is given.

A few are refused by the parser already; they are here too, with their reason, for whoever writes on a page rather than
in a file.
"""

import datetime

from . import quiz_lived, quiz_rules, quiz_words
from .activities import Workshop
from .quiz_remarks import Remark

RULES = (*quiz_rules.RULES, *quiz_lived.RULES, *quiz_words.RULES)


def lint(workshop: Workshop, today: datetime.date) -> tuple[Remark, ...]:
    """Every remark on a workshop as a class lives it, its exit survey included: errors first, in the order of RULES."""
    found = [(rule, each) for rule in RULES for each in rule.find(workshop, today)]
    remarks = [Remark(rule.name, rule.level, f.activity, f.field, f.message, rule.reason) for rule, f in found]
    return tuple(sorted(remarks, key=lambda remark: remark.level))
