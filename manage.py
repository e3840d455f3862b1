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
import sysconfig
import venv
from pathlib import Path

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
    "docs": "postgresql",
    "services": "postgresql",
    "web": "",
    "realtime": "postgresql redis",
    "start": "postgresql redis nginx caddy openssl",
    "browser": "chromium",
}


class Stop(Exception):
    """One clear sentence, and a non-zero exit."""


def main(arguments):
    parser = argparse.ArgumentParser(prog="manage.py", description="Préau, sur cet ordinateur.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="commande")
    known = {
        "run": "démarrer (--host, --port, --data, --demo, --json, --no-browser)",
        "demo": "démarrer avec une séance d’essai",
        "test": "tout vérifier, ou seulement : " + ", ".join(SERVERS),
        "bench": "mesurer la vitesse",
        "check-quizzes": "vérifier les ateliers",
        "backup": "sauvegarder dans un fichier, même pendant une séance",
        "restore": "remettre une sauvegarde en place",
        "link": "afficher un lien à usage unique, pour créer le premier compte ou s’y connecter (--port, --data)",
        "purge": "effacer ce dont la durée de conservation est passée, serveur arrêté",
        "update": "passer à la dernière version",
        "translate": "remettre le catalogue anglais en accord avec les textes",
        "lock": "recalculer les versions des bibliothèques et leurs empreintes",
    }
    for name, told in known.items():
        commands.add_parser(name, help=told, add_help=False)
    if not arguments or arguments[0] in ("-h", "--help"):
        parser.print_help()
        return 0 if arguments else 2
    wanted, rest = arguments[0], arguments[1:]
    if wanted not in known:
        raise Stop("La commande « {0} » n’existe pas. Il y a : {1}.".format(wanted, ", ".join(known)))
    if wanted == "test":
        return test(rest)
    if wanted == "lock":
        return lock()
    if wanted == "update":
        return update(rest)
    if wanted == "bench":
        install("requirements-dev.txt")
        return replace_by("benchmarks", *rest)
    if wanted == "translate":
        install("requirements.txt")
        return replace_by("translations.catalogue")
    install("requirements.txt")
    if wanted == "demo":
        wanted, rest = "run", ["--demo", *rest]
    return replace_by("workshop", wanted, *rest)


def replace_by(module, *rest):
    """Become this command, where the user stands: signals and the exit status are its own."""
    command, environment = run_module(module, *rest), in_this_tree()
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    try:
        return subprocess.call(command, env=environment)
    except KeyboardInterrupt:
        return 0


def run_module(module, *rest):
    return [str(PYTHON), "-P", "-m", module, *rest]  # -P: a file of the user's folder must not pass for a library


def in_this_tree():
    return dict(os.environ, PYTHONPATH=str(ROOT))


def install(requirements):
    """Make the environment and install what is pinned, once; nothing at all, not even the network, if it is done."""
    # A security update of Python within its series leaves what is installed good: it may come just before a class.
    python = "{0} {1}".format(sys.implementation.cache_tag, sysconfig.get_platform())
    digest = hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()
    done = read_stamp()
    if done.get("python") != python or not PYTHON.exists():
        done = {}
    elif done.get(requirements) == digest:
        return
    say("Installation, une seule fois : une à trois minutes…")
    if not done:
        make_environment()
    pip = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    result = run_quietly([*pip, "--quiet", "--retries", "2", "--requirement", str(ROOT / requirements)])
    if result.returncode:
        if any(sign in result.stdout.lower() for sign in ("connection", "resolve", "timed out")):
            raise Stop(
                "Pas de réseau : la première installation a besoin d’Internet, une seule fois. "
                "Connectez cet ordinateur, puis relancez la même commande."
            )
        raise Stop("L’installation n’a pas abouti :\n" + result.stdout.strip()[-2000:])
    STAMP.write_text(json.dumps({**done, requirements: digest, "python": python}), encoding="utf-8")


def read_stamp():
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def make_environment():
    if importlib.util.find_spec("ensurepip") is None:
        # Debian ships it apart.
        get_packages(["python3-venv"])
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
    needed = set(" ".join(SERVERS[folder] for folder in folders or SERVERS).split())
    from tests.servers import servers  # noqa: PLC0415  # in this tree, and for this command alone

    with servers(needed, get_packages) as found:
        steps = [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]] if not folders else []
        # All of it, some files at a time: one more than there are processors, since browsers wait a lot, and in their
        # order, since the longest come first. A quick loop of one folder starts faster without.
        many = str(min(4, (os.cpu_count() or 1) + 1))
        split = [] if folders or options else ["-n", many, "--dist", "loadfile", "--no-loadscope-reorder"]
        steps.append(["pytest", *split, *[str(Path("tests", folder)) for folder in folders], *options])
        for step in steps:
            say("· " + " ".join(step))
            status = subprocess.call([str(PYTHON), "-m", *step], cwd=ROOT, env={**os.environ, **found})
            if status:
                return status
    return 0


def get_packages(packages):
    names = ", ".join(packages)
    if not ON_DEBIAN_AS_ROOT:
        raise Stop("Pour cela il manque à cet ordinateur : {0}. Installez-les, puis recommencez.".format(names))
    say("Installation de " + names)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", *packages]):
        result = run_quietly(["apt-get", *command], env=environment)
    if result.returncode:
        raise Stop("Ces paquets n’ont pas pu être installés : {0}.\n{1}".format(names, result.stdout[-2000:]))


def update(options):
    """Save first, then take the newest version, its libraries and its tables; all of it, or nothing."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        raise Stop(
            "Ce dossier n’a pas été obtenu par git : téléchargez la nouvelle version, décompressez-la à côté, "
            "et lancez-la. Vos données sont dans un autre dossier et seront reprises."
        )
    install("requirements.txt")
    # Code and tables must not change under a class: this refuses while the server runs.
    if subprocess.call(run_module("workshop", "backup", "--before-update", *options), env=in_this_tree()):
        raise Stop("La mise à jour n’a pas commencé : rien n’a été changé.")
    before = run_quietly(["git", "rev-parse", "HEAD"], cwd=ROOT).stdout.strip()
    # No terminal to type a password in: it would wait for ever.
    environment = dict(os.environ, GIT_TERMINAL_PROMPT="0")
    if run_quietly(["git", "pull", "--ff-only", "--quiet"], cwd=ROOT, env=environment).returncode:
        raise Stop(
            "La nouvelle version n’a pas pu être prise : pas de réseau, ou des fichiers modifiés ici. "
            "Rien n’a été changé."
        )
    # The file that is running may itself have changed: the new one goes on, and installs what it needs.
    # Workshops of one's own must still be readable; what the new version would write otherwise is no reason to stay.
    check = [sys.executable, str(ROOT / "manage.py"), "check-quizzes", "--readable"]
    for command in (check, run_module("workshop", "migrate", *options)):
        if subprocess.call(command, env=in_this_tree()):
            run_quietly(["git", "reset", "--keep", before], cwd=ROOT)
            raise Stop("La mise à jour n’a pas abouti : la version d’avant est remise en place, avec vos données.")
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


def run_quietly(command, **options):
    """Run; what it says is kept."""
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False, **options
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
