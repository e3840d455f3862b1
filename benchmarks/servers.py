"""The servers under measure, each in a process of its own, alone on a core where the system allows it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"


class CannotRun(Exception):
    """One sentence: what is missing, or what did not start."""


@dataclass(frozen=True)
class Cores:
    """One core each for server and client; the same sets when the machine has one core or cannot pin."""

    server: frozenset[int]
    client: frozenset[int]

    @property
    def apart(self) -> bool:
        return not self.server & self.client


def two_cores() -> Cores:
    if not hasattr(os, "sched_setaffinity"):
        return Cores(frozenset({0}), frozenset({0}))
    free = sorted(os.sched_getaffinity(0))
    cores = Cores(frozenset(free[:1]), frozenset(free[1:2] or free[:1]))
    os.sched_setaffinity(0, cores.client)
    return cores


@dataclass
class Running:
    """A started server: where it listens, and what it has cost so far."""

    port: int
    process: psutil.Process
    addresses: dict[str, str]
    log: Path

    def cpu(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        return int(self.process.memory_info().rss)


@contextmanager
def started(
    command: list[str],
    port: int,
    cores: Cores,
    folder: Path,
    first_line: bool,
    within: Path = HERE.parent,
    **more: str,
) -> Iterator[Running]:
    """Start pinned: a process inherits the set of its parent, and so do its threads."""
    log = folder / "stderr"
    pins = hasattr(os, "sched_setaffinity")
    if pins:
        os.sched_setaffinity(0, cores.server)
    try:
        with log.open("wb") as errors:
            environment = {
                **os.environ,
                "NODE_PATH": str(CACHE / "node" / "node_modules"),
                "NODE_ENV": "production",
                **more,
            }
            # A pipe that nobody reads would stop a server that logs a line for each phone.
            output = subprocess.PIPE if first_line else subprocess.DEVNULL
            process = subprocess.Popen(command, stdout=output, stderr=errors, cwd=within, env=environment)
    finally:
        if pins:
            os.sched_setaffinity(0, cores.client)
    try:
        line = process.stdout.readline().decode() if process.stdout else ""
        _wait_until_listening(port, process, log)
        addresses = json.loads(line) if line.startswith("{") else {}
        yield Running(port, psutil.Process(process.pid), addresses, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _wait_until_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise CannotRun(f"the server did not start: {log.read_text(errors='replace')[-1000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def preau(port: int, folder: Path, capacity: int, demo: bool = True) -> list[str]:
    command = [sys.executable, "-P", "-m", "workshop", "run", "--json", "--host", "127.0.0.1", "--port", str(port)]
    return [*command, "--data", str(folder), "--capacity", str(capacity), *(["--demo"] if demo else [])]


def node(port: int, page: int, state: int) -> list[str]:
    return ["node", str(HERE / "node" / "server.js"), str(port), str(page), str(state)]


def flask(port: int, page: int, state: int) -> list[str]:
    return [sys.executable, "-P", str(HERE / "bare_flask.py"), str(port), str(page), str(state)]


def install_node() -> str:
    """Put socket.io of the lock file into the cache, once; what Node calls itself."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise CannotRun("Node and npm are needed for the comparison; on Debian: apt-get install nodejs npm.")
    folder, lock = CACHE / "node", HERE / "node" / "package-lock.json"
    installed = folder / "package-lock.json"
    if not (folder / "node_modules").exists() or installed.read_bytes() != lock.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "node" / name, folder)
        result = subprocess.run(
            ["npm", "ci", "--silent", "--no-audit", "--no-fund"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            shutil.rmtree(folder)
            raise CannotRun(f"npm could not install socket.io: {result.stderr.strip()[-500:] or 'no network?'}")
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
