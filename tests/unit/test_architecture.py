"""The shape of the code: imports go one way, the domain knows neither time nor chance, files stay short."""

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from workshop.config import ROOT

PACKAGE = ROOT / "workshop"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
LONGEST = 400  # lines; CONTRIBUTING asks for 300

# What each layer, or module beside the layers, may import of this package. Itself is always allowed.
MAY_IMPORT = {
    "domain": "",
    "storage": "domain extensions",
    "formats": "domain",
    "services": "storage formats domain extensions clock",
    "realtime": "services storage domain extensions clock wording joining_address config room_network",
    "web": "realtime services storage formats domain extensions clock wording joining_address config addresses qr pdf"
    " room_network",
    "addresses": "",
    "clock": "",
    "config": "",
    "extensions": "",
    "pdf": "config",
    "qr": "",
    "wording": "domain",
    "room_network": "",
    "joining_address": "addresses config qr room_network",
    "data_folder": "clock config",
    "saving": "storage extensions clock config data_folder",
    "starting": "services storage domain extensions clock config data_folder joining_address",
    # Commands of the command line. Only the factory may import everything.
    "__main__": "storage addresses clock config data_folder extensions joining_address saving starting create_app",
    "__init__": None,
}
# The rooms of `web`, and which of those above it each may import. What lies beside the rooms is for all of them.
ROOMS = {
    "": "",
    "public": "",
    "authoring": "",
    "impact": "",
    "planning": "public",
    "reviewing": "public planning impact",
    "live": "reviewing",
}
# Third-party packages of these layers; the domain has none.
LIBRARIES = {
    "domain": set[str](),
    "formats": {"defusedxml", "openpyxl", "tomli_w"},
    "storage": {"sqlalchemy", "alembic"},
    "services": {"sqlalchemy", "argon2", "tomli_w"},
}
# Standard library that looks at the clock, draws, or reaches out of the process.
IMPURE = {"asyncio", "io", "os", "pathlib", "secrets", "shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile",
          "threading", "time", "urllib", "uuid", "zoneinfo"}  # fmt: skip


def layer(path: Path) -> str:
    place = path.relative_to(PACKAGE)
    return place.parts[0] if len(place.parts) > 1 else place.stem


def imports(path: Path) -> Iterator[str]:
    """Full names of what a module imports, wherever in it: `workshop.clock`, `sqlalchemy.exc`."""
    package = ["workshop", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def own_imports(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("workshop.")}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    here = layer(path)
    assert here in MAY_IMPORT, f"{here} has no place yet in docs/architecture.md and in this table"
    allowed = MAY_IMPORT[here]
    if allowed is not None:
        assert own_imports(path) <= {*allowed.split(), here}


def room(parts: Sequence[str]) -> str:
    """Of the parts of a module's name in `web`: its room, or nothing for what lies beside the rooms."""
    return parts[0] if parts[0] in ROOMS else ""


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) == "web"], ids=name_of)
def test_rooms_of_the_web_stay_rooms(path: Path) -> None:
    place = path.relative_to(PACKAGE / "web").with_suffix("").parts
    here = room(place)
    assert here == "/".join(place[:-1]), f"{place[0]} has no place yet in docs/architecture.md and in this table"
    seen = {room(name.split(".")[2:]) for name in imports(path) if name.startswith("workshop.web.")}
    assert seen <= {*ROOMS[here].split(), here, ""}


def test_factory_alone_imports_every_layer() -> None:
    web = {path for path in MODULES if "web" in own_imports(path) and layer(path) != "web"}
    assert web == {PACKAGE / "__init__.py"}
    assert {"web", "realtime", "storage", "extensions"} <= own_imports(PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) in LIBRARIES], ids=name_of)
def test_lower_layers_know_neither_the_web_nor_the_socket(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - {"workshop"}
    assert roots <= LIBRARIES[layer(path)]


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) == "domain"], ids=name_of)
def test_domain_has_no_clock_no_randomness_and_no_input(path: Path) -> None:
    for name in imports(path):
        root = name.split(".")[0]
        assert root == "workshop" or root in set(sys.stdlib_module_names) - IMPURE, name
        assert root != "random" or name == "random.Random", "only the type: what it draws is passed in"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called.split(".")[-1] not in ("now", "utcnow", "today", "open", "input", "print"), called
            assert called != "Random", "randomness is passed in"


def calls(name: str) -> set[str]:
    """Files of the package in which something called `name` is called."""
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name
    }


def test_one_place_reads_the_time_of_day() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("datetime.now", "datetime.utcnow", "date.today")
    }
    assert found == {"clock.py"}


def test_one_place_commits() -> None:
    assert calls("commit") == {"storage/transaction.py"}


def test_exact_counts_of_lived_experience_are_read_in_one_place_which_protects_them() -> None:
    assert calls("take_experience_ballots") == calls("disclose") == {"services/running.py"}


def test_what_is_told_of_lived_experience_is_made_in_few_places_and_from_what_was_protected() -> None:
    """Whoever would tell a figure about it elsewhere comes here first, and then to the attack in tests/property."""
    checked = {"services/exchanging.py"}  # what a file brings: made to see whether it can be, and let go
    assert calls("DisclosedTally") == {"domain/disclosure.py", "storage/live_sessions.py"} | checked
    made_up = {"web/public/motifs.py"}  # the page of components
    assert calls("DisclosedView") == calls("DisclosedRow") == {"realtime/results.py"} | made_up
    assert calls("LivedChoice") == calls("LivedSum") == {"domain/lived_sums.py"}
    assert calls("LivedQuestion") == {"web/impact/view.py"}
    assert calls("LivedRow") == {"web/impact/view.py", "web/reviewing/school_letter.py"}
    assert calls("LivedPart") == {"web/reviewing/school_letter.py"}


def test_files_are_short() -> None:
    written = [
        *MODULES,
        ROOT / "manage.py",
        *(ROOT / "static").glob("css/**/*.css"),
        *(ROOT / "static").glob("js/**/*.js"),
    ]
    lengths = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in written}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
