"""`python3 manage.py bench`: the three servers one after the other, as often as asked, then the medians.
`python3 manage.py bench --peer rahoot=/path`: and an open peer, from a checkout that is installed there.
`python3 manage.py bench year`: the pages that read a year of classes.
`python3 manage.py bench history`: ten years of classes, on SQLite or, with --postgresql, on PostgreSQL.
`python3 manage.py bench cards`: how well paper cards are read, on drawn classes.
`python3 manage.py bench country`: many classes at once, on SQLite, on PostgreSQL and Redis, and with two processes.
`python3 manage.py bench scale`: what 300,000 pupils would need, worked out from the last kept run of `country`.
`python3 manage.py bench restart`: four thousand phones on two processes, one of which is restarted, on SQLite or, with
--postgresql, on PostgreSQL and Redis.

It reports and never gates: a missed target is said, and the exit code is 0. It is 1 when a run could not be made, or
when an answer that was confirmed is not in the database.
"""

import argparse
import platform
import resource
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import requests

from . import cards, country, history, results, scale
from .hosting import hosted
from .hosts import Bare, Preau, Score
from .peers import Asked, first_visit
from .report import Row, summarise, table, targets
from .restart import measured_restart
from .scenario import Classroom, Figures
from .servers import CannotRun, Cores, flask, free_port, install_node, node, preau, started, two_cores
from .wire import Loop, Lost
from .year import measured_year, told

HALL = 4_000  # phones


def main() -> int:
    parser = argparse.ArgumentParser(prog="manage.py bench", description="La vitesse, à côté de serveurs nus.")
    parser.add_argument(
        "what",
        nargs="?",
        choices=("class", "year", "history", "cards", "country", "scale", "restart"),
        default="class",
        help="une classe en direct (par défaut), les pages d’une année, dix années, les cartes, beaucoup de classes, "
        "un pays, un redémarrage",
    )
    parser.add_argument("--sizes", default="30,500,2000", help="nombres de téléphones, séparés par des virgules")
    parser.add_argument("--repeats", type=int, default=3, help="passages ; les médianes sont données")
    parser.add_argument("--bursts", type=int, default=3, help="votes auxquels tous répondent d’un coup, par passage")
    parser.add_argument("--classes", type=int, default=130, help="pour « country » : nombre de classes de trente")
    parser.add_argument("--postgresql", action="store_true", help="pour « history » et « restart » : plutôt que SQLite")
    parser.add_argument(
        "--peer",
        action="append",
        type=Asked.of,
        default=[],
        metavar="NOM=DOSSIER",
        help="mesurer aussi rahoot ou classquiz, installé dans ce dossier ; peut être répété",
    )
    parser.add_argument("--without-bare", action="store_true", help="Préau seul, sans comparaison")
    wanted = parser.parse_args()
    if wanted.what == "year":
        return _year()
    if wanted.what == "history":
        return _history(wanted.repeats, wanted.postgresql)
    if wanted.what == "cards":
        print(cards.told(cards.measured_cards()))
        return 0
    if wanted.what == "country":
        return _country(wanted.classes, wanted.repeats)
    if wanted.what == "scale":
        return _scale()
    if wanted.what == "restart":
        return _restart(wanted.postgresql)
    peers: list[Asked] = wanted.peer
    sizes = [int(size) for size in wanted.sizes.split(",")]
    _allow_sockets()
    try:
        version = "" if wanted.without_bare else install_node()
        cores = two_cores()
        print(f"{platform.platform()}, Python {platform.python_version()}, Node {version or 'not measured'}")
        print(
            "Server and client each on a core." if cores.apart else "Server and client share their cores.", flush=True
        )
        everything: list[Row] = []
        for size in sizes:
            rows = _measure(size, wanted.repeats, wanted.bursts, cores, not wanted.without_bare, peers)
            print("\n" + table(rows))
            node_row = next((row for row in rows if row.server == "Node"), None)
            print(results.told(targets(rows[0], node_row), size), flush=True)
            everything += rows
        for peer in peers:
            print(f"\n{peer.kind.name} {peer.kind.apart}.")
        lost = sum(row.lost for row in everything if row.server == "Préau")
        path, moved = results.keep("class", everything, version, **{peer.kind.name: peer.version for peer in peers})
        print(f"\n{moved}\nKept in {_near(path)}.")
    except (CannotRun, Lost) as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if lost else 0


def _year() -> int:
    print(f"{platform.platform()}, Python {platform.python_version()}", flush=True)
    try:
        print(told(measured_year(two_cores())))
    except (CannotRun, requests.RequestException) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _history(turns: int, on_postgresql: bool) -> int:
    print(f"{platform.platform()}, Python {platform.python_version()}", flush=True)
    try:
        rows, written = history.measured_history(turns, on_postgresql)
    except CannotRun as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{'; '.join(written)}.\n\n{history.told(rows)}")
    path, _ = results.write("history-postgresql" if on_postgresql else "history", rows)
    print(f"Kept in {_near(path)}.")
    return 0


def _restart(on_postgresql: bool) -> int:
    _allow_sockets()
    print(f"{platform.platform()}, Python {platform.python_version()}", flush=True)
    try:
        said, lost = measured_restart(HALL, on_postgresql)
    except (CannotRun, Lost, requests.RequestException) as error:
        print(error, file=sys.stderr)
        return 1
    print(said)
    return 1 if lost else 0


def _country(classes: int, repeats: int) -> int:
    _allow_sockets()
    cores = two_cores()
    print(f"{platform.platform()}, Python {platform.python_version()}", flush=True)
    # Half of the classes besides: what one process costs that has as much to do as each of two.
    half = max(1, classes // 2)
    asked = (False, 1, classes), (True, 1, classes), (True, 1, half), (True, 2, classes)
    found: dict[tuple[bool, int, int], list[country.Costs]] = {one: [] for one in asked}
    try:
        for _ in range(repeats):
            for (engines, processes, held), runs in found.items():
                run = _one_country(held, processes, engines, cores)
                runs.append(run)
                print(country.table([run]).splitlines()[-1], flush=True)
    except (CannotRun, Lost, requests.RequestException) as error:
        print(error, file=sys.stderr)
        return 1
    middles = [country.middle(runs) for runs in found.values()]
    print("\n" + country.table(middles))
    print(country.growth(*middles[1:]))
    path, _ = results.write("country", [country.told(run) for run in middles])
    print(f"Kept in {_near(path)}.")
    return 1 if any(run.lost for runs in found.values() for run in runs) else 0


def _scale() -> int:
    kept = results.last("country")
    if kept is None:
        print("No kept run to work from: python3 manage.py bench country first.", file=sys.stderr)
        return 1
    print(f"From the costs measured on {kept['moment'][:10]}, {kept['machine']['system']}:\n")
    print(scale.table(scale.enough(scale.cost_of(kept), 10_000, country.CLASS)))
    return 0


def _near(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _one_country(classes: int, processes: int, engines: bool, cores: Cores) -> country.Costs:
    with (
        tempfile.TemporaryDirectory(prefix="preau-bench-") as place,
        hosted(classes, processes, engines, cores, Path(place)) as hosting,
    ):
        whole = country.Country(Loop(), hosting)
        try:
            return whole.run()
        finally:
            whole.close()


def _measure(
    size: int, repeats: int, bursts: int, cores: Cores, beside: bool, peers: Sequence[Asked] = ()
) -> list[Row]:
    """Turns of the servers, so that whatever else the machine does weighs on each of them alike."""
    runs: dict[str, list[Figures]] = {}
    for _ in range(repeats):
        figures, score = _run(None, size, bursts, cores, visit=bool(peers))
        runs.setdefault("Préau", []).append(figures)
        for name in ("Node", "Flask-SocketIO") if beside else ():
            runs.setdefault(name, []).append(_run((name, score), size, bursts, cores)[0])
        for peer in peers:
            runs.setdefault(peer.kind.name, []).append(_run_peer(peer, size, bursts, cores))
        print(".", end="", file=sys.stderr, flush=True)
    return [summarise(name, found) for name, found in runs.items()]


def _run(
    bare: tuple[str, Score] | None, size: int, bursts: int, cores: Cores, visit: bool = False
) -> tuple[Figures, Score]:
    with tempfile.TemporaryDirectory(prefix="preau-bench-") as place:
        folder, port, loop = Path(place), free_port(), Loop()
        if bare is None:
            command = preau(port, folder, size + 10)
        else:
            make = node if bare[0] == "Node" else flask
            command = make(port, bare[1].page, bare[1].greeting)
        with started(command, port, cores, folder, first_line=bare is None) as running:
            host = Preau(loop, running, folder) if bare is None else Bare(loop, running, bare[1])
            classroom = Classroom(loop, running, host, size, bursts)
            try:
                figures = classroom.run()
                if visit:
                    figures.first_visit = first_visit(f"http://127.0.0.1:{port}/r/{host.hello['code']}")
                return figures, classroom.score
            finally:
                classroom.close()


def _run_peer(peer: Asked, size: int, bursts: int, cores: Cores) -> Figures:
    with tempfile.TemporaryDirectory(prefix="preau-bench-") as place:
        folder, loop = Path(place), Loop()
        with peer.kind.running(peer.checkout, folder, cores, loop) as (running, host):
            classroom = Classroom(loop, running, host, size, bursts)
            try:
                figures = classroom.run()
                figures.first_visit = host.visited(peer.checkout, folder, cores)
                return figures
            finally:
                classroom.close()


def _allow_sockets() -> None:
    """Two thousand phones are two thousand files, on each side; the servers inherit the limit."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    raise SystemExit(main())
