"""What the runs say, beside their targets: medians over the repeats, and ratios to the bare Node server."""

from dataclasses import dataclass
from statistics import median, quantiles

from .scenario import Figures

# Ratios to Node on one core, by number of phones: at least, at most.
ANSWERS = {30: 0.5, 500: 0.7, 2000: 0.35}
FAN_OUT = {30: 2.0, 500: 4.0, 2000: 4.0}
JOINS = 0.7
CALM = 10.0  # ms
MEMORY = 80.0  # KB a phone, from 500 on


@dataclass(frozen=True)
class Row:
    """One server's medians at one size."""

    server: str
    phones: int
    joins: float
    fan_out: float
    fan_out_99: float
    answers: float
    calm: float
    calm_99: float
    cpu_join: float
    cpu_answer: float
    memory: float
    confirmed: int
    rows: int | None
    failed: int
    dropped: int
    lost: int
    client: float


def summarise(server: str, runs: list[Figures]) -> Row:
    def mid(of: list[float]) -> float:
        return median(of) if of else float("nan")

    def high(of: list[float]) -> float:
        return quantiles(of, n=100)[98] if len(of) > 1 else float("nan")

    return Row(
        server,
        runs[0].phones,
        mid([run.joins for run in runs]),
        mid([median(run.fan_out) for run in runs]),
        mid([high(run.fan_out) for run in runs]),
        mid([rate for run in runs for rate in run.answers]),
        mid([median(run.saved) for run in runs]),
        mid([high(run.saved) for run in runs]),
        mid([run.join_cpu for run in runs]),
        mid([run.answer_cpu for run in runs]),
        mid([run.memory for run in runs]),
        sum(run.confirmed for run in runs),
        None if runs[0].rows is None else sum(run.rows or 0 for run in runs),
        sum(run.failed for run in runs),
        sum(run.dropped for run in runs),
        sum(run.lost for run in runs),
        max(share for run in runs for share in run.client),
    )


def table(rows: list[Row]) -> str:
    head = (
        "| Server | Phones | Joins /s | Fan-out p50 / p99 ms | Answers /s | `saved` calm p50 / p99 ms "
        "| CPU ms a join / an answer | KB a phone | Confirmed / rows | Failed, dropped, lost | Client's core |"
    )
    lines = [head, "|---|---|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        stored = "–" if row.rows is None else str(row.rows)
        lines.append(
            f"| {row.server} | {row.phones} | {row.joins:.0f} | {row.fan_out:.1f} / {row.fan_out_99:.1f} "
            f"| {row.answers:.0f} | {row.calm:.1f} / {row.calm_99:.1f} | {row.cpu_join:.2f} / {row.cpu_answer:.2f} "
            f"| {row.memory:.0f} | {row.confirmed} / {stored} | {row.failed}, {row.dropped}, {row.lost} "
            f"| {row.client:.0%} |"
        )
    return "\n".join(lines)


def targets(ours: Row, node: Row | None) -> str:
    """One line a target: what was found, what was asked, and by how much it falls short."""
    lines = []
    if node is not None:
        lines += [
            _at_least("durable answers a second, of Node's", ours.answers / node.answers, _of(ANSWERS, ours.phones)),
            _at_least("joins a second, of Node's", ours.joins / node.joins, JOINS),
            _at_most("fan-out p50, times Node's", ours.fan_out / node.fan_out, _of(FAN_OUT, ours.phones)),
        ]
    lines.append(_at_most("calm time to saved p50, ms", ours.calm, CALM))
    if ours.phones >= 500:
        lines.append(_at_most("memory, KB a phone", ours.memory, MEMORY))
    lines.append(_at_most("failed, dropped, lost", ours.failed + ours.dropped + ours.lost, 0))
    return "\n".join(f"- {ours.phones} phones: {line}" for line in lines)


def _of(by_size: dict[int, float], size: int) -> float:
    return by_size[min(by_size, key=lambda known: abs(known - size))]


def _at_least(what: str, found: float, asked: float) -> str:
    verdict = "met" if found >= asked else f"short by {asked - found:.2f}"
    return f"{what}: {found:.2f} (at least {asked:g}), {verdict}"


def _at_most(what: str, found: float, asked: float) -> str:
    verdict = "met" if found <= asked else f"over by {found - asked:.2f}"
    return f"{what}: {found:.2f} (at most {asked:g}), {verdict}"
