"""The servers that the tests need, found, or made for these tests alone. Standard library only, for manage.py."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket

# What each is called by Debian, and what to say elsewhere.
PACKAGES = {
    "postgresql": "postgresql",
    "redis": "redis-server",
    "chromium": "chromium",
    "nginx": "nginx-light",
    "caddy": "caddy",
    "openssl": "openssl",
}


@contextmanager
def servers(names, get_packages):
    """Start them; where they are, as variables of the environment. What is missing is installed if that is possible."""
    missing = [PACKAGES[name] for name in names if not find_server(name)]
    if missing:
        get_packages(missing)
    with ExitStack() as stack:
        found = {}
        if "chromium" in names:
            found["PREAU_TEST_CHROMIUM"] = find_server("chromium")
        if "postgresql" in names:
            found["PREAU_TEST_POSTGRES_URL"] = stack.enter_context(postgresql(find_server("postgresql")))
        if "redis" in names:
            found["PREAU_TEST_REDIS_URL"] = stack.enter_context(redis(find_server("redis")))
        yield found


def find_server(name):
    if name == "postgresql":
        return newest_postgresql()
    if name == "redis":
        return shutil.which("redis-server") or shutil.which("valkey-server")
    if name != "chromium":
        return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    asked = os.environ.get("PREAU_TEST_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return asked or next((path for path in map(shutil.which, names) if path), None)


def newest_postgresql():
    """The folder of pg_ctl: Debian keeps it out of the path."""
    if shutil.which("pg_ctl"):
        return str(Path(shutil.which("pg_ctl")).parent)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return str(found[-1].parent) if found else None


@contextmanager
def postgresql(folder, durable=False):
    """A cluster of its own, in a folder of its own, gone afterwards; its address. `durable` is what benchmarks want:
    each commit then waits for the disk."""
    with tempfile.TemporaryDirectory(prefix="preau-pg-") as place:
        data, port, prefix = Path(place, "data"), free_port(), []
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(place, "postgres")
            prefix = ["runuser", "-u", "postgres", "--"]
        control = [*prefix, str(Path(folder, "pg_ctl")), "-D", str(data), "-w", "-l", str(Path(place, "log"))]
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={place}"
        # Tests throw away anyway what a power cut would lose.
        options += f" -c fsync={'on' if durable else 'off'} -c max_connections=300"
        setup = [*prefix, str(Path(folder, "initdb")), "-D", str(data), "-A", "trust", "-U", "postgres"]
        if run(setup) or run([*control, "-o", options, "start"]):
            sys.exit("PostgreSQL n’a pas démarré.")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            run([*control, "-m", "immediate", "stop"])


def command_of(process):
    """A line of the Procfile, with the programs of this environment."""
    text = (Path(__file__).resolve().parents[1] / "Procfile").read_text(encoding="utf-8")
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    program, *arguments = shlex.split(lines[process])
    return [sys.executable, *(["-m", program] if program != "python" else []), *arguments]


def run(command):
    """Its status. Nothing is kept of what it says: a server left behind would hold the pipe."""
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def redis(program):
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"]
    with tempfile.TemporaryDirectory(prefix="preau-redis-") as place:
        process = subprocess.Popen([program, *options], cwd=place, stdout=subprocess.DEVNULL)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait()


def free_port():
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
