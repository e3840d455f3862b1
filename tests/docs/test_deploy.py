"""The files of `deploy/`, as files: what they promise of logs, names, secrets and order. They are run in
`tests/start/test_hosting.py`."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.start.hosting import postgresql_programs
from workshop.config import ROOT, SETTINGS
from workshop.realtime.measures import MEASURES

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and "secrets" not in path.parts)
TEXTS = {path.relative_to(DEPLOY).as_posix(): path.read_text(encoding="utf-8") for path in FILES}
NGINX, CADDY, COMPOSE = TEXTS["nginx/preau.conf"], TEXTS["caddy/Caddyfile"], TEXTS["compose/compose.yaml"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="for servers, which run Linux")


def blocks(text: str, name: str) -> list[str]:
    """What stands between the braces after this beginning of a line."""
    found = []
    for match in re.finditer(rf"^{name}\{{", text, re.MULTILINE):
        depth, place = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[place], 0)
            place += 1
        found.append(text[match.end() : place - 1])
    return found


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE)
    return found


def test_each_way_to_deploy_has_its_page() -> None:
    pages = {"nginx.md", "caddy.md", "compose.md", "systemd.md", "procfile.md"}
    assert pages == {name for name in TEXTS if name.endswith(".md")}
    linked = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    assert all(f"(../deploy/{page})" in linked for page in pages)


@pytest.mark.parametrize(
    "name", [name for name in TEXTS if not name.endswith(".md")] + ["../Procfile", "../gunicorn.conf.py"]
)
def test_no_file_turns_an_access_log_on(name: str) -> None:
    """Promise 4: their lines hold pupils' addresses."""
    text = "\n".join(
        line for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines() if not line.strip().startswith("#")
    )
    assert not re.search(
        r"access_log (?!off)|accesslog *=(?! *None)|--access-log|access-?logfile|log_format|\blog \{", text
    )
    assert not re.search(r"log_(connections|disconnections|duration|statement)=(?!off|none)", text)


def test_nginx_writes_nothing_about_a_request() -> None:
    servers = blocks(NGINX, "server ")
    assert len(servers) == 2
    for server in servers:
        assert "access_log off;" in server
        # Its lines of lesser levels name the client and the request.
        assert re.findall(r"error_log \S+ (\w+);", server) == ["emerg"]
    assert "proxy_max_temp_file_size 0;" in NGINX


def test_caddy_writes_nothing_about_a_request() -> None:
    options = blocks(CADDY, "")[0]
    assert re.search(r"log default \{\s+output stderr\s+level WARN\s+exclude http tls\.handshake\s+\}", options)
    assert len(re.findall(r"^\s*log\b", CADDY, re.MULTILINE)) == 1


def test_gunicorn_keeps_one_worker_and_no_access_log() -> None:
    tree = ast.parse((ROOT / "gunicorn.conf.py").read_text(encoding="utf-8"))
    found = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert (found["workers"], found["worker_class"], found["accesslog"]) == (1, "gevent", None)


def test_proxies_say_who_asked_and_hand_on_no_name_of_a_client() -> None:
    for header in ("Host", "X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto"):
        assert re.search(rf"proxy_set_header {header} \$\w+;", NGINX), header
    assert "proxy_add_x_forwarded_for" not in NGINX
    assert "trusted_proxies" not in CADDY


def test_proxies_find_the_class_in_the_same_places() -> None:
    found = [re.findall(r"~(\S*)\((?:\?<\w+>)?\[A-Za-z0-9\]\+\)", text) for text in (NGINX, CADDY)]
    assert found == [["^/r/", "[?&]code="]] * 2


def test_images_are_pinned(compose: dict[str, Any]) -> None:
    named = [service["image"] for service in compose["services"].values() if "image" in service]
    named += re.findall(r"^FROM (\S+)", TEXTS["compose/Dockerfile"], re.MULTILINE)
    ours = "preau:local"
    assert ours in named
    for image in set(named) - {ours}:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-\w+)*", image), image


def test_each_service_is_watched_and_comes_back(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"][0] == "CMD", name
    assert compose["services"]["migrate"]["restart"] == "no"


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    inside = {name for name, network in compose["networks"].items() if network.get("internal")}
    for name, service in compose["services"].items():
        assert name == "proxy" or set(service["networks"]) <= inside, name
    assert compose["services"]["redis"]["networks"] == ["back"]
    assert "back" not in compose["services"]["proxy"]["networks"]
    assert "requirepass" in str(compose["services"]["redis"]["command"])


def test_no_secret_is_written_in_the_compose_file(compose: dict[str, Any]) -> None:
    settings = {setting.name for setting in SETTINGS}
    for name, service in compose["services"].items():
        given = {key: str(value) for key, value in service.get("environment", {}).items()}
        assert not any(re.search("KEY|TOKEN|URL$|PASSWORD$", key) for key in given.keys() - {"PREAU_PUBLIC_URL"}), name
        if service.get("image") == "preau:local":
            assert given.keys() <= settings
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    assert "/deploy/compose/secrets/" in (ROOT / ".gitignore").read_text()
    assert "deploy/compose/secrets" in (ROOT / ".dockerignore").read_text()


def test_processes_of_the_proxy_are_those_that_run(compose: dict[str, Any]) -> None:
    named = compose["services"]["proxy"]["environment"]["PREAU_PROCESSES"].split()
    processes = [f"{name}:8000" for name, service in compose["services"].items() if service.get("stop_grace_period")]
    assert named == processes and len(named) >= 2


@posix
def test_secrets_are_drawn_once_and_given_by_file(tmp_path: Path, compose: dict[str, Any]) -> None:
    shutil.copy(DEPLOY / "compose" / "make-secrets.sh", tmp_path)
    make = ["sh", str(tmp_path / "make-secrets.sh")]
    subprocess.run(make, check=True)
    folder = tmp_path / "secrets"
    drawn = {path.name: path.read_text() for path in folder.iterdir()}
    assert drawn.keys() == compose["secrets"].keys()
    assert re.fullmatch(r"[0-9a-f]{64}", drawn["SECRET_KEY"]) and len(set(drawn.values())) == len(drawn)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert subprocess.run(make, capture_output=True, check=False).returncode, "it would have drawn others over them"
    command = ["sh", str(DEPLOY / "compose" / "with-secrets.sh"), "sh", "-c", 'printf %s "$REDIS_URL"']
    given = subprocess.run(
        command, env={**os.environ, "SECRETS": str(folder)}, capture_output=True, text=True, check=True
    )
    assert given.stdout == f"redis://:{drawn['REDIS_PASSWORD']}@redis/0"


def test_every_table_of_pupils_is_written_anew_at_night() -> None:
    [migration] = (ROOT / "workshop" / "storage" / "migrations" / "versions").glob("0001_*.py")
    [unsampled] = [
        ast.literal_eval(node.value)
        for node in ast.parse(migration.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "UNSAMPLED"
    ]
    [tables] = re.findall(r"^for table in (.*); do$", TEXTS["nightly.sh"], re.MULTILINE)
    assert set(tables.split()) == set(unsampled)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd")
@pytest.mark.parametrize("name", sorted(name for name in TEXTS if name.startswith("systemd/")))
def test_units_are_what_systemd_reads(name: str, tmp_path: Path) -> None:
    units = tmp_path / "units"
    units.mkdir()
    for unit in (DEPLOY / "systemd").iterdir():
        # Its program is looked for, and is not at that place here.
        text = unit.read_text(encoding="utf-8").replace("/srv/preau/.venv/bin/python", sys.executable)
        (units / unit.name).write_text(text, encoding="utf-8")
    asked = (units / name.removeprefix("systemd/")).as_posix().replace("@.service", "@8001.service")
    said = subprocess.run(["systemd-analyze", "verify", asked], capture_output=True, text=True, check=False)
    assert "preau" not in said.stdout + said.stderr, said.stderr


def test_units_run_the_one_configuration() -> None:
    unit = TEXTS["systemd/preau@.service"]
    assert "-m gunicorn -c gunicorn.conf.py --bind 127.0.0.1:%i wsgi:app" in unit
    assert (
        "-c gunicorn.conf.py" in (ROOT / "Procfile").read_text() and "gunicorn.conf.py" in TEXTS["compose/Dockerfile"]
    )


def test_measures_in_the_page_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(preau_\w+)` \| (.*) \|$", text, re.MULTILINE)
    assert rows == [(measure.name, measure.help) for measure in MEASURES]


def test_each_row_of_what_a_class_sees_has_its_test() -> None:
    text = (ROOT / "docs" / "when-it-breaks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!---|What )(.*) \|$", text, re.MULTILINE)
    assert len(rows) >= 6
    for row in rows:
        [(file, test)] = re.findall(r"`(\w+/\w+\.py)::(\w+)`$", row)
        assert f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), row


@posix
def test_night_saves_what_can_be_restored_and_lets_old_saves_go(tmp_path: Path, postgres_url: str) -> None:
    programs = str(postgresql_programs())
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "DATABASE_URL": postgres_url}
    old = tmp_path / "preau-2026-01-01.dump"
    old.touch()
    os.utime(old, (0, 0))
    subprocess.run(
        ["sh", str(DEPLOY / "nightly.sh")],
        env={**environment, "PREAU_BACKUPS": str(tmp_path)}, check=True, capture_output=True,
    )  # fmt: skip
    [saved] = tmp_path.iterdir()
    assert saved.stat().st_mode & 0o077 == 0
    listed = subprocess.run(
        ["pg_restore", "--list", str(saved)], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert "TABLE DATA public response" in listed and "TABLE DATA public live_session" in listed


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> str:
    """As platforms write it."""
    url: str = request.getfixturevalue("postgres_config").database_url
    return url.replace("postgresql+psycopg://", "postgres://")
