"""What was measured, kept: a JSON file a run with its machine and versions, a picture, and the run before it beside."""

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .report import COLUMNS, Row, Target
from .servers import HERE

FOLDER = HERE / "results"
LIBRARIES = ("flask", "flask-socketio", "python-socketio", "python-engineio", "gevent", "sqlalchemy")
_BAR, _WIDE, _LEFT = 22, 420, 330  # of the picture, in its units
_MOST = 3.0  # times Node’s: a longer bar is cut, and says its figure


def keep(name: str, rows: list[Row], node: str, folder: Path = FOLDER, **peers: str) -> tuple[Path, str]:
    """Write `name`-<moment>.json and its picture; their path, and how the figures moved since the last run of this
    name on a machine like this one."""
    before = last(name, folder, _machine())
    path, found = write(name, [asdict(row) for row in rows], folder, node=node, **peers)
    path.with_suffix(".svg").write_text(picture(rows), encoding="utf-8")
    return path, moved(before, found) if before else "No earlier run of a machine like this one to compare with."


def write(name: str, rows: list[dict[str, Any]], folder: Path = FOLDER, **versions: str) -> tuple[Path, dict[str, Any]]:
    """The file of a run, and what is in it."""
    moment = datetime.now(UTC)
    found = {
        "moment": moment.isoformat(timespec="seconds"),
        "machine": _machine(),
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "versions": {**versions, **{library: version(library) for library in LIBRARIES}},
        "rows": rows,
    }
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{moment:%Y-%m-%dT%H%M}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path, found


def last(name: str, folder: Path = FOLDER, machine: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """The newest kept run of this name, of this machine if one is given."""
    for path in sorted(folder.glob(f"{name}-2*.json"), reverse=True):
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if machine in (None, found["machine"]):
            return found
    return None


def _machine() -> dict[str, Any]:
    return {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}


def moved(before: dict[str, Any], now: dict[str, Any]) -> str:
    """A line for each of our figures whose ranges in the two runs do not meet: the others moved within their noise."""
    earlier = {(row["server"], row["phones"]): row["spreads"] for row in before["rows"]}
    lines = []
    for row in now["rows"]:
        for column in COLUMNS:
            old = earlier.get((row["server"], row["phones"]), {}).get(column.key)
            new = row["spreads"].get(column.key)
            if not old or not new or (new["low"] <= old["high"] and old["low"] <= new["high"]):
                continue
            change = new["middle"] / old["middle"] - 1 if old["middle"] else float("inf")
            lines.append(
                f"- {row['server']}, {row['phones']} phones, {column.key}: {old['middle']:.{column.digits}f}"
                f" → {new['middle']:.{column.digits}f} ({change:+.0%})"
            )
    since = f"Since {before['moment'][:16].replace('T', ' ')}"
    return "\n".join([f"{since}, beyond the ranges of both runs:", *lines] if lines else [f"{since}: nothing moved."])


def picture(rows: list[Row]) -> str:
    """Ours as a multiple of Node’s, by size: bars from the left, Node’s at the line."""
    node = {row.phones: row for row in rows if row.server == "Node"}
    bars = []
    for row in rows:
        if row.server == "Node" or row.phones not in node:
            continue
        for key, told in (("answers", "answers a second"), ("joins", "joins a second"), ("fan_out", "fan-out time")):
            bars.append((f"{row.server}, {row.phones}: {told}", row.middle(key) / node[row.phones].middle(key)))
    line, high = _LEFT + _WIDE / _MOST, len(bars) * (_BAR + 8) + 44
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDE + 60} {high}">',
        "<title>Figures as multiples of a bare Node server’s, in the same run</title>",
        '<g font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#fbf6ee"/>',
    ]
    for place, (told, ratio) in enumerate(bars):
        top = 34 + place * (_BAR + 8)
        wide = min(ratio, _MOST) * _WIDE / _MOST
        drawn.append(
            f'<text x="{_LEFT - 10}" y="{top + 16}" text-anchor="end" fill="#18302f">{told}</text>'
            f'<rect x="{_LEFT}" y="{top}" width="{wide:.0f}" height="{_BAR}" rx="5" fill="#225495"/>'
            f'<text x="{_LEFT + wide + 6:.0f}" y="{top + 16}" fill="#18302f">{ratio:.2f}</text>'
        )
    drawn.append(
        f'<path d="M{line:.0f} 26V{high - 8}" stroke="#953320" stroke-width="2"/>'
        f'<text x="{line:.0f}" y="18" text-anchor="middle" fill="#953320">Node, which stores nothing = 1</text>'
    )
    return "\n".join([*drawn, "</g></svg>"]) + "\n"


def told(found: list[Target], phones: int) -> str:
    return "\n".join(f"- {phones} phones: {target}" for target in found)
