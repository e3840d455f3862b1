"""What the groups of a class commit themselves to: a short list that the facilitator types and puts in order."""

from collections.abc import Sequence

from .errors import CharterFull

MOST, LONGEST = 12, 120  # lines; characters of a line


def tidy(typed: Sequence[str]) -> tuple[str, ...]:
    """The lines without what is empty; CharterFull when there are too many, or one is too long or cannot be read."""
    lines = tuple(line for line in (" ".join(line.split()) for line in typed) if line)
    if len(lines) > MOST or any(len(line) > LONGEST or not line.isprintable() for line in lines):
        raise CharterFull
    return lines


def moved(lines: Sequence[str], place: int, by: int) -> list[str]:
    """The same lines with that of this place moved by so many places; as they were when it cannot be."""
    found = list(lines)
    if 0 <= place < len(found) and 0 <= place + by < len(found):
        found.insert(place + by, found.pop(place))
    return found
