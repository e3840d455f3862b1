"""The UAI code of a French school: seven digits and a letter that checks them.

The letter is the number modulo 23, in the alphabet without I, O and Q, which could be read as 1 and 0. Checked against
codes of the national directory (data.education.gouv.fr, « Annuaire de l'éducation »): the tests name them.
"""

import re

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_FORM = re.compile(r"[0-9]{7}[A-Z]")


def tidy_uai(text: str) -> str:
    """As it is written: without spaces, in capitals."""
    return "".join(text.split()).upper()


def check_letter(digits: str) -> str:
    """The letter that goes with seven digits."""
    return LETTERS[int(digits) % len(LETTERS)]


def uai_fault(uai: str) -> str | None:
    """What is wrong with a tidy code: « uai_form », « uai_letter » (not the one that its digits give), or None."""
    if not _FORM.fullmatch(uai):
        return "uai_form"
    return None if uai[7] == check_letter(uai[:7]) else "uai_letter"
