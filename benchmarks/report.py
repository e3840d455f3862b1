"""What the runs say, beside their targets: medians and ranges over the repeats, and ratios to the bare Node server."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

from .scenario import Figures

# Ratios to Node on one core, by number of phones: at least, at most.
ANSWERS = {30: 0.7, 500: 1.3, 2000: 0.65}
JOINS = 1.2
FAN_OUT = 0.8
FAN_OUT_99 = 1.0  # from 500 on
CALM = 4.0  # ms
MEMORY = 60.0  # KB a phone, from 500 on


@dataclass(frozen=True)
class Spread:
    """One figure over the repeats."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, found: list[float]) -> "Spread | None":
        return cls(median(found), min(found), max(found)) if found else None


@dataclass(frozen=True)
class Column:
    """A figure of each run: what it is called in the table and in kept results, and how it is read off a run."""

    key: str
    heading: str
    digits: int
    of: Callable[[Figures], list[float]]


def _middle(found: list[float]) -> list[float]:
    return [median(found)] if found else []


def _high(found: list[float]) -> list[float]:
    return [quantiles(found, n=100)[98]] if len(found) > 1 else []


COLUMNS = (
    Column("joins", "Joins /s", 0, lambda run: [run.joins]),
    Column("fan_out", "Fan-out p50 ms", 1, lambda run: _middle(run.fan_out)),
    Column("fan_out_99", "p99 ms", 1, lambda run: _high(run.fan_out)),
    Column("answers", "Answers /s", 0, lambda run: _middle(run.answers)),
    Column("calm", "`saved` in calm p50 ms", 1, lambda run: _middle(run.saved)),
    Column("calm_99", "p99 ms", 1, lambda run: _high(run.saved)),
    Column("cpu_join", "CPU ms a join", 2, lambda run: [run.join_cpu]),
    Column("cpu_answer", "an answer", 2, lambda run: [run.answer_cpu]),
    Column("memory", "KB a phone", 0, lambda run: [run.memory]),
    Column("first_visit", "First visit KB", 0, lambda run: [] if run.first_visit is None else [run.first_visit]),
)


@dataclass(frozen=True)
class Row:
    """One server's figures at one size."""

    server: str
    phones: int
    spreads: dict[str, Spread]
    confirmed: int
    rows: int | None
    failed: int
    dropped: int
    lost: int
    client: float

    def middle(self, key: str) -> float:
        """The median of a figure; NaN where no run measured it."""
        return self.spreads[key].middle if key in self.spreads else float("nan")


def summarise(server: str, runs: list[Figures]) -> Row:
    spreads = {column.key: Spread.of([value for run in runs for value in column.of(run)]) for column in COLUMNS}
    return Row(
        server,
        runs[0].phones,
        {key: spread for key, spread in spreads.items() if spread is not None},
        sum(run.confirmed for run in runs),
        None if runs[0].rows is None else sum(run.rows or 0 for run in runs),
        sum(run.failed for run in runs),
        sum(run.dropped for run in runs),
        sum(run.lost for run in runs),
        max(share for run in runs for share in run.client),
    )


def table(rows: list[Row]) -> str:
    heads = ["Server", "Phones", *(column.heading for column in COLUMNS)]
    heads += ["Confirmed / rows", "Failed, dropped, lost", "Client’s core"]
    lines = [_line(heads), _line(["---"] * len(heads))]
    for row in rows:
        stored = "–" if row.rows is None else str(row.rows)
        told = [_told(row.spreads.get(column.key), column.digits) for column in COLUMNS]
        ends = [f"{row.confirmed} / {stored}", f"{row.failed}, {row.dropped}, {row.lost}", f"{row.client:.0%}"]
        lines.append(_line([row.server, str(row.phones), *told, *ends]))
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _told(spread: Spread | None, digits: int) -> str:
    if spread is None:
        return "–"
    middle, low, high = (f"{value:.{digits}f}" for value in (spread.middle, spread.low, spread.high))
    return middle if low == high else f"{middle} ({low}–{high})"


@dataclass(frozen=True)
class Target:
    """What was found beside what was asked: at least, or at most."""

    what: str
    found: float
    asked: float
    at_least: bool

    @property
    def met(self) -> bool:
        return self.found >= self.asked if self.at_least else self.found <= self.asked

    def __str__(self) -> str:
        bound = "at least" if self.at_least else "at most"
        verdict = "met" if self.met else f"missed by {abs(self.found - self.asked):.2f}"
        return f"{self.what}: {self.found:.2f} ({bound} {self.asked:g}), {verdict}"


def targets(ours: Row, node: Row | None) -> list[Target]:
    """As ratios to Node in the same run, where it was measured."""
    found = []
    if node is not None:

        def ratio(key: str) -> float:
            return ours.middle(key) / node.middle(key)

        asked = ANSWERS[min(ANSWERS, key=lambda size: abs(size - ours.phones))]
        found += [
            Target("durable answers a second, of Node’s", ratio("answers"), asked, True),
            Target("joins a second, of Node’s", ratio("joins"), JOINS, True),
            Target("fan-out p50, times Node’s", ratio("fan_out"), FAN_OUT, False),
        ]
        if ours.phones >= 500:
            found.append(Target("fan-out p99, times Node’s", ratio("fan_out_99"), FAN_OUT_99, False))
    found.append(Target("calm time to saved p50, ms", ours.middle("calm"), CALM, False))
    if ours.phones >= 500:
        found.append(Target("memory, KB a phone", ours.middle("memory"), MEMORY, False))
    found.append(Target("failed, dropped, lost", ours.failed + ours.dropped + ours.lost, 0, False))
    return found
