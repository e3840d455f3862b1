"""Paper cards: one number a card, four edges, one letter an edge. The edge that is up is the answer.

Codes are the first forty of the dictionary ARUCO_MIP_36h12 (BSD, University of Cordoba), which stand far apart: two
cards, or two edges of one card, differ by 14 squares of 36 or more, and a card from any seen in a mirror by 8 or more.
"""

SQUARES = 6  # of a code's side; a black frame and a white margin of one square each go around it
LETTERS = "ABCD"  # clockwise from the top, as printed
IN_A_TURN = 3  # choices that one raising of the cards asks about when there are more choices than letters

_CODES = (
    0xd2b63a09d, 0x6001134e5, 0x1206fbe72, 0xff8ad6cb4, 0x85da9bc49, 0xb461afe9c, 0x6db51fe13, 0x5248c541f,
    0x008f34503, 0x8ea462ece, 0xeac2be76d, 0x1af615c44, 0xb48a49f27, 0x2e4e1283b, 0x78b1f2fa8, 0x27d34f57e,
    0x89222fff1, 0x4c1669406, 0xbf49b3511, 0xdc191cd5d, 0x11d7c3f85, 0x16a130e35, 0xe29f27eff, 0x428d8ae0c,
    0x90d548477, 0x2319cbc93, 0xc3b0c3dfc, 0x0424bccc9, 0x2a081d630, 0x762743d96, 0xd0645bf19, 0xf38d7fd60,
    0xc6cbf9a10, 0x3c1be7c65, 0x276f75e63, 0x4490a3f63, 0xda60acd52, 0x3cc68df59, 0xab46f9dae, 0x88d533d78,
)  # fmt: skip
CARDS = len(_CODES)


def code(number: int) -> tuple[tuple[bool, ...], ...]:
    """The squares of a card, numbered from 1, from the top left: True is white."""
    bits = f"{_CODES[number - 1]:0{SQUARES**2}b}"
    return tuple(tuple(bit == "1" for bit in bits[row : row + SQUARES]) for row in range(0, SQUARES**2, SQUARES))


def turns(choices: int) -> tuple[tuple[int, ...], ...]:
    """Which choices, by their place, each raising of the cards asks about, A first.

    With more choices than letters, D then says « none of these » and everybody raises their card in each turn, so that
    nobody can see who is still to answer.
    """
    if choices <= len(LETTERS):
        return (tuple(range(choices)),)
    return tuple(tuple(range(first, min(first + IN_A_TURN, choices))) for first in range(0, choices, IN_A_TURN))
