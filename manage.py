#!/usr/bin/env python3
"""Installs, starts, tests. Standard library only: this file runs before anything is installed.

The first lines must be understood by any Python 3, so that one that is too old is told so in words.
"""

import sys

OLDEST = (3, 11)
if sys.version_info < OLDEST:
    sys.exit(
        "Préau a besoin de Python {0}.{1} ou plus récent ; celui-ci est le {2}.{3}. "
        "Installez-le depuis https://www.python.org/downloads/ puis recommencez.".format(
            *(OLDEST + sys.version_info[:2])
        )
    )

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
import venv
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "preau.json"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
ON_DEBIAN_AS_ROOT = os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None

# Folders of tests, and the servers that each needs.
SERVERS = {
    "unit": "",
    "property": "",
    "content": "",
    "docs": "",
    "services": "postgresql",
    "web": "",
    "realtime": "postgresql redis",
    "start": "postgresql redis",
    "browser": "chromium",
}
# What each is called by Debian, and what to say elsewhere.
PACKAGES = {"postgresql": "postgresql", "redis": "redis-server", "chromium": "chromium"}


class Stop(Exception):
    """One clear sentence, and a non-zero exit."""


def main(arguments):
    parser = argparse.ArgumentParser(prog="manage.py", description="Préau, sur cet ordinateur.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="commande")
    for name, told in {
        "run": "démarrer (--host, --port, --data, --demo, --json, --no-browser)",
        "demo": "démarrer avec une séance d’essai",
        "test": "tout vérifier, ou seulement : " + ", ".join(SERVERS),
        "bench": "mesurer la vitesse",
        "check-quizzes": "vérifier les ateliers",
        "backup": "sauvegarder dans un fichier, même pendant une séance",
        "restore": "remettre une sauvegarde en place",
        "update": "passer à la dernière version",
        "lock": "recalculer les versions des bibliothèques et leurs empreintes",
    }.items():
        commands.add_parser(name, help=told, add_help=False)
    if not arguments or arguments[0] in ("-h", "--help"):
        parser.print_help()
        return 0 if arguments else 2
    wanted, rest = arguments[0], arguments[1:]
    parser.parse_args([wanted])
    if wanted == "test":
        return test(rest)
    if wanted == "lock":
        return lock()
    if wanted == "update":
        return update()
    if wanted == "bench":
        install("requirements-dev.txt")
        return replace_by([str(PYTHON), "-m", "benchmarks", *rest])
    install("requirements.txt")
    if wanted == "demo":
        wanted, rest = "run", ["--demo", *rest]
    return replace_by([str(PYTHON), "-m", "workshop", wanted, *rest])


def replace_by(command):
    """Become this command: signals and the exit status are its own."""
    os.chdir(ROOT)
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(command[0], command)
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 0


def install(requirements):
    """Make the environment and install what is pinned, once; nothing at all, not even the network, if it is done."""
    digest = hashlib.sha256((ROOT / requirements).read_bytes() + sys.version.encode()).hexdigest()
    done = read_stamp()
    if done.get(requirements) == digest and PYTHON.exists():
        return
    say("Installation, une seule fois : une à trois minutes…")
    if not PYTHON.exists() or done.get("python") not in (None, sys.version):
        make_environment()
        done = {}
    pip = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    result = run_quietly([*pip, "--quiet", "--retries", "2", "--requirement", str(ROOT / requirements)])
    if result.returncode:
        if any(sign in result.stdout for sign in ("Connection", "connection", "resolve", "timed out", "No matching")):
            raise Stop(
                "Pas de réseau : la première installation a besoin d’Internet, une seule fois. "
                "Connectez cet ordinateur, puis relancez la même commande."
            )
        raise Stop("L’installation n’a pas abouti :\n" + result.stdout.strip()[-2000:])
    STAMP.write_text(json.dumps({**done, requirements: digest, "python": sys.version}), encoding="utf-8")


def read_stamp():
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def make_environment():
    if importlib.util.find_spec("ensurepip") is None:
        # Debian ships it apart.
        get_packages(["python3-venv"], "python3-venv")
    try:
        venv.EnvBuilder(clear=True, with_pip=True).create(VENV)
    except OSError as error:
        raise Stop("Le dossier {0} n’est pas accessible en écriture ({1}).".format(ROOT, error.strerror)) from error
    except subprocess.CalledProcessError as error:
        raise Stop("L’environnement Python n’a pas pu être créé dans {0}.".format(VENV)) from error


def test(arguments):
    """Everything that says whether this tree is good: form, types, structure, behaviour."""
    folders = [word for word in arguments if word in SERVERS]
    options = [word for word in arguments if word not in SERVERS]
    install("requirements-dev.txt")
    needed = " ".join(SERVERS[folder] for folder in folders or SERVERS).split()
    with ExitStack() as stack:
        environment = dict(os.environ)
        found = find_servers(sorted(set(needed)))
        if "chromium" in found:
            environment["PREAU_TEST_CHROMIUM"] = found["chromium"]
        if "postgresql" in found:
            environment["PREAU_TEST_POSTGRES_URL"] = stack.enter_context(postgresql(found["postgresql"]))
        if "redis" in found:
            environment["PREAU_TEST_REDIS_URL"] = stack.enter_context(redis(found["redis"]))
        steps = [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]] if not folders else []
        steps.append(["pytest", *[str(Path("tests", folder)) for folder in folders], *options])
        for step in steps:
            say("· " + " ".join(step))
            status = subprocess.call([str(PYTHON), "-m", *step], cwd=ROOT, env=environment)
            if status:
                return status
    return 0


def find_servers(names):
    """Paths of the programs that the tests need, installed from Debian's packages where that is possible."""
    missing = [name for name in names if not find_server(name)]
    if missing:
        packages = [PACKAGES[name] for name in missing]
        get_packages(packages, ", ".join(packages))
    return {name: find_server(name) for name in names}


def find_server(name):
    if name == "postgresql":
        return newest_postgresql()
    if name == "redis":
        return shutil.which("redis-server") or shutil.which("valkey-server")
    asked = os.environ.get("PREAU_TEST_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return asked or next((path for path in map(shutil.which, names) if path), None)


def newest_postgresql():
    """The folder of pg_ctl: Debian keeps it out of the path."""
    if shutil.which("pg_ctl"):
        return str(Path(shutil.which("pg_ctl")).parent)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return str(found[-1].parent) if found else None


def get_packages(packages, names):
    if not ON_DEBIAN_AS_ROOT:
        raise Stop("Pour cela il manque à cet ordinateur : {0}. Installez-les, puis recommencez.".format(names))
    say("Installation de " + names)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", *packages]):
        result = run_quietly(["apt-get", *command], env=environment)
    if result.returncode:
        raise Stop("Ces paquets n’ont pas pu être installés : {0}.\n{1}".format(names, result.stdout[-2000:]))


@contextmanager
def postgresql(folder):
    """A cluster of its own, in a folder of its own, gone afterwards; its address."""
    with tempfile.TemporaryDirectory(prefix="preau-pg-") as place:
        data, port, prefix = Path(place, "data"), free_port(), []
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(place, "postgres")
            prefix = ["runuser", "-u", "postgres", "--"]
        control = [*prefix, str(Path(folder, "pg_ctl")), "-D", str(data), "-w", "-l", str(Path(place, "log"))]
        options = "-c listen_addresses=127.0.0.1 -c port={0} -c unix_socket_directories={1}".format(port, place)
        # Only these tests trust it: what a power cut would lose is thrown away anyway.
        options += " -c fsync=off -c max_connections=300"
        setup = run_quietly([*prefix, str(Path(folder, "initdb")), "-D", str(data), "-A", "trust", "-U", "postgres"])
        started = run_quietly([*control, "-o", options, "start"], discard=True)
        if setup.returncode or started.returncode:
            raise Stop("PostgreSQL n’a pas démarré.\n" + setup.stdout[-2000:])
        try:
            yield "postgresql://postgres@127.0.0.1:{0}/postgres".format(port)
        finally:
            run_quietly([*control, "-m", "immediate", "stop"])


@contextmanager
def redis(program):
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"]
    with tempfile.TemporaryDirectory(prefix="preau-redis-") as place:
        process = subprocess.Popen([program, *options], cwd=place, stdout=subprocess.DEVNULL)
        try:
            yield "redis://127.0.0.1:{0}/0".format(port)
        finally:
            process.terminate()
            process.wait()


def free_port():
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def update():
    """Save first, then take the newest version, its libraries and its tables."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        raise Stop(
            "Ce dossier n’a pas été obtenu par git : téléchargez la nouvelle version, décompressez-la à côté, "
            "et lancez-la. Vos données sont dans un autre dossier et seront reprises."
        )
    install("requirements.txt")
    if subprocess.call([str(PYTHON), "-m", "workshop", "backup"], cwd=ROOT):
        raise Stop("La sauvegarde n’a pas abouti : rien n’a été changé.")
    if run_quietly(["git", "pull", "--ff-only", "--quiet"], cwd=ROOT).returncode:
        raise Stop(
            "La nouvelle version n’a pas pu être prise : pas de réseau, ou des fichiers modifiés ici. "
            "Rien n’a été changé."
        )
    # The file that is running may itself have changed: the new one goes on.
    check = [sys.executable, str(ROOT / "manage.py"), "check-quizzes"]
    for command in (check, [str(PYTHON), "-m", "workshop", "migrate"]):
        if subprocess.call(command, cwd=ROOT):
            raise Stop("La mise à jour n’a pas abouti. La sauvegarde faite au début permet de revenir en arrière.")
    say("À jour.")
    return 0


def lock():
    install("requirements-dev.txt")
    for name in ("requirements", "requirements-hosted", "requirements-dev"):
        command = [str(PYTHON), "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
        command += ["--upgrade", "--no-annotate", "--no-header", "--python-version", "{0}.{1}".format(*OLDEST)]
        if subprocess.call([*command, name + ".in", "--output-file", name + ".txt"], cwd=ROOT):
            raise Stop("Les versions de {0}.in n’ont pas pu être calculées.".format(name))
    return 0


def run_quietly(command, discard=False, **options):
    """Run; what it says is kept. `discard` is for a command that leaves a server behind, which would hold the pipe."""
    output = subprocess.DEVNULL if discard else subprocess.PIPE
    return subprocess.run(
        command, stdout=output, stderr=subprocess.STDOUT, text=True, errors="replace", check=False, **options
    )


def say(sentence):
    """On standard error: the first line of standard output is the server's, with --json."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.exit(str(stop))
    except KeyboardInterrupt:
        sys.exit(130)
