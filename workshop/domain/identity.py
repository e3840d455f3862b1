"""Friendly identities: a thing of the schoolyard and a colour, so that a pupil can tell their own phone.

Never an animal, a face or a word that can hurt; a repeat gets a number.
"""

from dataclasses import dataclass

SHAPES = ("galet", "bouton", "bille", "ruban", "crayon", "coquillage", "feuille", "plume", "ficelle", "bouchon")
COLOURS = ("bleu", "brique", "vert", "prune", "soleil", "turquoise", "gris", "sable")
# 80 pairs; steps that are coprime with it spread neighbours apart, so that two phones side by side look unlike.
_STEP = 27


@dataclass(frozen=True)
class Identity:
    shape: str
    colour: str
    repeat: int


def identity(number: int) -> Identity:
    """The identity of the `number`-th participant (from 0) of a live session."""
    repeat, place = divmod(number, len(SHAPES) * len(COLOURS))
    place = place * _STEP % (len(SHAPES) * len(COLOURS))
    return Identity(SHAPES[place % len(SHAPES)], COLOURS[place // len(SHAPES)], repeat + 1)
