"""What the benchmark keeps of a run, and what it says of the one before."""

import json
from pathlib import Path

from benchmarks.report import Row, Spread, targets
from benchmarks.results import keep


def row(server: str, answers: tuple[float, float, float], fan_out: float = 2.0) -> Row:
    spreads = {
        "answers": Spread(*answers),
        "joins": Spread(600, 590, 610),
        "fan_out": Spread(fan_out, fan_out, fan_out),
    }
    return Row(server, 30, spreads, 90, 90, 0, 0, 0, 0.2)


def test_run_is_kept_with_machine_versions_and_picture(tmp_path: Path) -> None:
    path, said = keep("class", [row("Préau", (900, 880, 920)), row("Node", (1000, 990, 1010))], "v20", tmp_path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["versions"]["node"] == "v20"
    assert kept["versions"]["gevent"]
    assert kept["rows"][0]["spreads"]["answers"] == {"middle": 900, "low": 880, "high": 920}
    assert ">0.90</text>" in path.with_suffix(".svg").read_text(encoding="utf-8")
    assert "No earlier run" in said


def test_only_what_left_the_ranges_of_both_runs_is_said_to_have_moved(tmp_path: Path) -> None:
    before, _ = keep("class", [row("Préau", (900, 880, 920)), row("Node", (1000, 800, 1100))], "v20", tmp_path)
    before.rename(tmp_path / "class-2001-01-01T0000.json")
    _, said = keep("class", [row("Préau", (450, 440, 470)), row("Node", (850, 800, 900))], "v20", tmp_path)
    assert "Préau, 30 phones, answers: 900 → 450 (-50%)" in said
    assert "Node" not in said


def test_target_says_by_how_much_it_is_missed() -> None:
    found = {t.what: t for t in targets(row("Préau", (900, 880, 920), fan_out=3.0), row("Node", (1000, 990, 1010)))}
    assert found["durable answers a second, of Node’s"].met
    assert str(found["fan-out p50, times Node’s"]).endswith("1.50 (at most 0.8), missed by 0.70")
