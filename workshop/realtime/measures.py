"""What one process tells Prometheus of itself: text, by name, without a word about anybody.

Whoever reads counters every second in a classroom must learn nothing from them that the console does not show:
an answer to a question on lived experience moves none, nor does how long its commit took.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    name: str
    kind: str
    help: str
    label: str = ""


ANSWERS = Measure("preau_answers_total", "counter", "Answers confirmed, those on lived experience apart.")
REFUSALS = Measure("preau_refusals_total", "counter", "Events refused on a socket.", "error")
STATES = Measure("preau_states_total", "counter", "Snapshots rendered and sent, by audience.", "audience")
FAILURES = Measure("preau_failures_total", "counter", "Background steps that failed: each is a line in the log.")
CATCH_UPS = Measure("preau_catch_ups_total", "counter", "Snapshots sent from the database because Redis did not.")
BATCH = Measure("preau_batch_answers", "histogram", "Answers committed together.")
COMMIT = Measure("preau_commit_seconds", "histogram", "From the start of such a transaction to its commit.")
SOCKETS = Measure("preau_sockets", "gauge", "Connections that have said hello.", "audience")
CLASSES = Measure("preau_classes", "gauge", "Live sessions that have a connection here.")
WAITING = Measure("preau_waiting_answers", "gauge", "Answers queued, rounded down to hundreds.")
REDIS = Measure("preau_redis_up", "gauge", "1 while pushes cross to other processes; absent without Redis.")
STARTED = Measure("preau_start_time_seconds", "gauge", "When this process started, since 1970.")
MEASURES = (ANSWERS, REFUSALS, STATES, FAILURES, CATCH_UPS, BATCH, COMMIT, SOCKETS, CLASSES, WAITING, REDIS, STARTED)
_BOUNDS: Mapping[Measure, Sequence[float]] = {
    BATCH: (1, 4, 16, 64, 256),
    COMMIT: (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
}


class Measures:
    def __init__(self) -> None:
        self._counts: Counter[tuple[Measure, str]] = Counter()
        self._sums: Counter[Measure] = Counter()
        self._started = int(time.time())

    def count(self, measure: Measure, label: str = "", by: int = 1) -> None:
        self._counts[measure, label] += by

    def batch(self, outcomes: Iterable[object], seconds: float) -> None:
        """A transaction of the writer of answers, done; what it says of each is in `Responding.write`."""
        told = sum(outcome is True for outcome in outcomes)
        if told:
            self.count(ANSWERS, by=told)
            self._observe(BATCH, told)
            self._observe(COMMIT, seconds)

    def _observe(self, measure: Measure, value: float) -> None:
        for bound in _BOUNDS[measure]:
            if value <= bound:
                self._counts[measure, f"{bound:g}"] += 1
        self._counts[measure, "+Inf"] += 1
        self._sums[measure] += value  # type: ignore[assignment]  # seconds, in what counts

    def text(self, gauges: Mapping[tuple[Measure, str], float]) -> str:
        """The text format, version 0.0.4; `gauges` are as they stand at this moment."""
        now = {**self._counts, **gauges, (STARTED, ""): self._started}
        lines = []
        for measure in MEASURES:
            lines += [f"# HELP {measure.name} {measure.help}", f"# TYPE {measure.name} {measure.kind}"]
            if measure.kind == "histogram":
                lines += self._histogram(measure)
                continue
            found = {label: value for (of, label), value in now.items() if of is measure}
            if measure.kind == "counter" and not measure.label:
                found.setdefault("", 0)
            lines += [f"{measure.name}{_braces(measure.label, label)} {found[label]:g}" for label in sorted(found)]
        return "\n".join(lines) + "\n"

    def _histogram(self, measure: Measure) -> list[str]:
        bounds = [*(f"{bound:g}" for bound in _BOUNDS[measure]), "+Inf"]
        lines = [f'{measure.name}_bucket{{le="{bound}"}} {self._counts[measure, bound]}' for bound in bounds]
        lines.append(f"{measure.name}_sum {self._sums[measure]:.6f}")
        return [*lines, f"{measure.name}_count {self._counts[measure, '+Inf']}"]


def _braces(name: str, value: str) -> str:
    return f'{{{name}="{value}"}}' if name else ""
