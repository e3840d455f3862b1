"""A country in one hour, worked out from what one process was measured to cost: `python3 manage.py bench scale`.

No server runs. Each second of each process gets the joins, pushes and answers of its classes; what a core cannot do in
a second waits for the next. Assumed, not measured: how classes start and pupils think, below; that a core of the
machines rented is as fast as the measured one; that a hash spreads classes over processes as dice would.
"""

import random
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

HOUR = 4_200  # seconds: the hour, and those who are late
SPREAD = 240.0  # seconds, standard deviation of the moment when a class begins around the bell
ARRIVING = 90.0  # seconds in which a class comes in
VOTES = 14  # questions of an hour, a first round and a second counted apart
COMMANDS = 48  # of a facilitator in an hour
THINKING = (2.4, 0.6)  # of the logarithm of seconds: half have answered within 11, nine in ten within 24
BASE = 130.0  # MB of a process without phones
SOCKETS = 4_000  # of one process at most: what was tried
ROOM = 0.25  # seconds: what may wait at the worst moment


@dataclass(frozen=True)
class Cost:
    """CPU in ms of a process, by join, by push and phone, by answer; of the database by answer; KB a phone."""

    join: float
    push: float
    answer: float
    database: float
    memory: float
    published: float


@dataclass(frozen=True)
class Lesson:
    """The seconds of one class's events: phones that join, commands, answers."""

    joins: Sequence[int]
    commands: Sequence[int]
    answers: Sequence[int]


@dataclass(frozen=True)
class Found:
    """`busiest`: the share of its core that the busiest process needs in its worst second; `waiting`: the seconds of
    work that pile up there at most; `mean`: of all processes over the hour."""

    processes: int
    busiest: float
    waiting: float
    mean: float
    answers: int  # a second, at the peak, everywhere
    joins: int
    commits: int  # a second at the peak, if no two things of a process shared one
    published: float  # Redis messages a second at the peak
    database: float  # cores of PostgreSQL at the peak
    memory: float  # GB of all processes


def cost_of(kept: dict[str, Any]) -> Cost:
    """What a kept run of `bench country` measured with PostgreSQL, Redis and one process."""
    rows = [row for row in kept["rows"] if row["processes"] == 1 and row["engine"] != "SQLite"]
    row = max(rows, key=lambda row: int(row["classes"]))
    names = ("join", "push", "answer", "database", "memory", "published")
    return Cost(**{name: float(row[name]) for name in names})


def an_hour(classes: int, size: int, dice: random.Random) -> list[Lesson]:
    """What happens in each class, and in which second."""
    return [_lesson(size, dice) for _ in range(classes)]


def _lesson(size: int, dice: random.Random) -> Lesson:
    begin = min(max(600 + dice.gauss(0, SPREAD), 0), 1_200)
    first, lasts = begin + ARRIVING, 2_900.0
    asked = [first + lasts * (vote + dice.random()) / VOTES for vote in range(VOTES)]
    return Lesson(
        _seconds(begin + dice.uniform(0, ARRIVING) for _ in range(size)),
        _seconds(first + dice.uniform(0, lasts) for _ in range(COMMANDS)),
        _seconds(moment + dice.lognormvariate(*THINKING) for moment in asked for _ in range(size)),
    )


def _seconds(moments: Iterable[float]) -> Sequence[int]:
    return array("H", (min(int(moment), HOUR - 1) for moment in moments))


def worked_out(lessons: list[Lesson], size: int, processes: int, cost: Cost, dice: random.Random) -> Found:
    """Each process second by second: what it cannot do waits."""
    needs = [[0.0] * HOUR for _ in range(processes)]
    joins, commands, answers = [0] * HOUR, [0] * HOUR, [0] * HOUR
    for lesson in lessons:
        need = needs[dice.randrange(processes)]
        for seconds, everywhere, each in (
            (lesson.joins, joins, cost.join),
            (lesson.commands, commands, cost.push * size),
            (lesson.answers, answers, cost.answer),
        ):
            for second in seconds:
                need[second] += each / 1000
                everywhere[second] += 1
    peak = max(answers)
    return Found(
        processes,
        max(max(need) for need in needs),
        max(_piled_up(need) for need in needs),
        sum(map(sum, needs)) / processes / HOUR,
        peak,
        max(joins),
        max(map(sum, zip(joins, commands, answers, strict=True))),
        peak * cost.published,
        peak * cost.database / 1000,
        (len(lessons) * size * cost.memory / 1024 + processes * BASE) / 1024,
    )


def _piled_up(need: list[float]) -> float:
    """Seconds of work that wait, at the worst moment of a process."""
    backlog = worst = 0.0
    for seconds in need:
        backlog = max(backlog + seconds - 1.0, 0.0)
        worst = max(worst, backlog)
    return worst


def enough(cost: Cost, classes: int, size: int, seed: int = 1) -> list[Found]:
    """From as many processes as hold the sockets, half as many again each time until nothing waits longer than `ROOM`;
    all that were tried."""
    dice = random.Random(seed)
    lessons = an_hour(classes, size, dice)
    processes = -(-classes * size // SOCKETS)
    tried: list[Found] = []
    while not tried or tried[-1].waiting > ROOM:
        tried.append(worked_out(lessons, size, processes, cost, dice))
        processes += processes // 2 + 1
    return tried


def table(tried: list[Found]) -> str:
    heads = (
        "Processes", "Busiest second of a process", "Waits at worst", "Mean of the hour", "Answers /s at the peak",
        "Joins /s", "Commits /s at most", "Redis messages /s", "PostgreSQL, cores", "GB of memory",
    )  # fmt: skip
    lines = [
        f"| {one.processes} | {one.busiest:.0%} of a core | {one.waiting:.2f} s | {one.mean:.0%} | {one.answers} "
        f"| {one.joins} | {one.commits} | {one.published:.0f} | {one.database:.1f} | {one.memory:.0f} |"
        for one in tried
    ]
    return "\n".join([f"| {' | '.join(heads)} |", "|" + "---|" * len(heads), *lines])
