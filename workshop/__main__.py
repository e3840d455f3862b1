"""The server's own command, called by manage.py once the environment is ready: `python -m workshop run …`."""

# ruff: noqa: E402  # gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

import gc

gc.disable()  # nearly all that is imported stays: looking for garbage in it takes a tenth of the start

import argparse
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gevent import GreenletExit, signal_handler as gevent_signal, spawn
from gevent.pywsgi import WSGIHandler

from workshop import create_app
from workshop.addresses import is_elsewhere, lan_addresses
from workshop.config import Config, with_address
from workshop.data_folder import Stop, configure, hold
from workshop.extensions import db, socketio
from workshop.joining_address import chosen_address
from workshop.saving import DATABASE, backup, restore
from workshop.starting import Entry, downgrade, freeze_what_stays, open_demo, open_entry, sign_in_link, upgrade

BACKLOG = 4096  # a class joins at once: the default of 128 drops connections, which come back a second later


def main(arguments: list[str] | None = None) -> int:
    wanted = parse(arguments)
    try:
        if wanted.command == "run":
            return serve(wanted)
        if wanted.command == "check-quizzes":
            return check(wanted.readable)
        config = configure(wanted.data)
        if wanted.command == "restore":
            say(restore(config, wanted.file))
        elif wanted.command == "backup" and not wanted.before_update:
            say(backup(config, wanted.file))
        elif wanted.command == "link":
            say([link(with_address(config, None, wanted.port))])
        else:
            with hold(config):
                if wanted.command == "migrate":
                    app = create_app(config, start=False)
                    downgrade(app, wanted.to) if wanted.to else upgrade(app)
                elif wanted.command == "purge":
                    say(purge(config))
                elif (config.data / DATABASE).exists():
                    say(backup(config, None))
    except Stop as stop:
        print(stop, file=sys.stderr)  # noqa: T201  # a command's output
        return 1
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="démarrer le serveur")
    run.add_argument("--host", help="adresse à montrer aux téléphones")
    run.add_argument("--demo", action="store_true", help="préparer une séance d’essai")
    run.add_argument("--json", action="store_true", help="écrire les adresses en une ligne de JSON")
    run.add_argument("--no-browser", action="store_true", help="ne pas ouvrir le navigateur")
    run.add_argument("--capacity", type=int, default=40, help="téléphones au plus, pour la séance d’essai")
    quizzes = commands.add_parser("check-quizzes", help="vérifier les ateliers")
    quizzes.add_argument("--readable", action="store_true", help="seulement : peuvent-ils être lus ?")
    migrate = commands.add_parser("migrate", help="mettre la base à jour")
    migrate.add_argument("--to", metavar="REVISION", help="revenir à une forme plus ancienne ; « base » : plus rien")
    save = commands.add_parser("backup", help="sauvegarder dans un fichier, même pendant une séance")
    save.add_argument("file", nargs="?", type=Path, help="fichier ou dossier ; sinon, dans le dossier des données")
    save.add_argument("--before-update", action="store_true", help="refuser si le serveur tourne ; sans données, rien")
    put_back = commands.add_parser("restore", help="remettre une sauvegarde en place, serveur arrêté")
    put_back.add_argument("file", type=Path)
    past = commands.add_parser("purge", help="effacer ce dont la durée est passée, serveur arrêté")
    again = commands.add_parser(
        "link", help="afficher un lien à usage unique, pour créer le premier compte ou s’y connecter"
    )
    for command in (run, again):
        command.add_argument("--port", type=int, choices=range(1, 65_536), metavar="PORT", default=8000)
    for command in (run, migrate, save, put_back, past, again):
        command.add_argument("--data", type=Path, help="dossier des données")
    return parser.parse_args(arguments)


def say(sentences: Iterable[str]) -> None:
    print("\n".join(sentences), flush=True)  # noqa: T201  # a command's output


def check(readable_only: bool) -> int:
    from workshop.clock import now  # noqa: PLC0415  # the server does not need it to start
    from workshop.config import read_config  # noqa: PLC0415  # idem
    from workshop.storage.quiz_files import check_quizzes  # noqa: PLC0415  # idem

    return check_quizzes(read_config().quizzes, now().date(), readable_only)


def link(config: Config) -> str:
    if config.database_url.startswith("sqlite") and not (config.data / DATABASE).exists():
        raise Stop(f"Il n’y a rien encore dans {config.data} : démarrez d’abord avec run.")
    return sign_in_link(create_app(config, start=False), config)


def purge(config: Config) -> list[str]:
    """What the server does by itself each hour."""
    app = create_app(config, start=False)
    upgrade(app)
    with app.app_context():
        done = app.extensions["preau"].purge()
        db.session.remove()
    return [
        f"Effacé : {done.classes} séance(s), {done.interventions} visite(s), {done.contacts} contact(s).",
        f"Liens et connexions passés, effacés : {done.links}.",
        f"Noms oubliés, classe ramenée à son niveau : {done.named} séance(s) ou visite(s).",
    ]


def serve(wanted: argparse.Namespace) -> int:
    config = with_address(configure(wanted.data), wanted.host, wanted.port)
    bind = "127.0.0.1" if wanted.host in ("127.0.0.1", "localhost") else "0.0.0.0"  # noqa: S104  # phones must reach it
    with hold(config):
        check_port(bind, wanted.port)
        app = create_app(config, start=False)
        upgrade(app)
        with app.app_context():
            entry = open_demo(app, config, wanted.capacity) if wanted.demo else open_entry(config)
        app.extensions["preau"].start()
        # So that phones are told on either way out. Python itself would raise in whatever runs, which may swallow it.
        gevent_signal(signal.SIGTERM, sys.exit)
        gevent_signal(signal.SIGINT, stop)
        # It runs when this greenlet first waits, and that is when the server listens: no browser finds a closed door.
        spawn(announce, entry, config, wanted)
        try:
            socketio.run(
                app, host=bind, port=wanted.port, backlog=BACKLOG, log_output=False, handler_class=DiscreetHandler
            )
        finally:
            app.extensions["preau"].leave()
    return 0


def stop() -> None:
    say(["Arrêt. La séance reprendra où elle en était au prochain démarrage."])
    sys.exit()


class DiscreetHandler(WSGIHandler):  # type: ignore[misc]  # gevent is not typed
    """Writes to the log neither who sent a request, nor what: the stock one does both when something goes wrong."""

    def log_error(self, msg: str, *args: object) -> None:
        """What is no HTTP, such as a phone's last frame that came too late, or https where there is none."""

    def _log_error(self, t: Any, v: Any, tb: Any) -> None:
        """A fault of ours: its traceback, without the request."""
        if not issubclass(t, GreenletExit):
            self.server.loop.handle_error("A request", t, v, tb)  # without a context, gevent ends the process


def check_port(bind: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except PermissionError as error:
            raise Stop(f"Le port {port} est réservé par le système : ajoutez --port 8000.") from error
        except OSError as error:
            raise Stop(
                f"Le port {port} est déjà pris : fermez l’autre programme, ou ajoutez --port {port + 1}."
            ) from error


def announce(entry: Entry, config: Config, wanted: argparse.Namespace) -> None:
    if wanted.json:
        say([json.dumps(entry.addresses)])
    else:
        print_addresses(entry, config)
    freeze_what_stays()
    if not wanted.no_browser and not wanted.json:
        open_browser(entry.addresses["facilitator_url"] or "")


def open_browser(address: str) -> None:
    """In a process of its own: without a screen, the browser found may be one that takes the terminal, and waits."""
    subprocess.Popen(  # noqa: S603  # our own address, and no shell
        [sys.executable, "-m", "webbrowser", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def print_addresses(entry: Entry, config: Config) -> None:
    chosen, known = chosen_address(config), lan_addresses()
    others = [f"{a.ip} ({a.interface})" for a in known if a.ip != chosen.ip]
    lines = ["", "Préau est prêt."]
    if chosen.ip == "127.0.0.1" and config.host:
        lines.append("Cet ordinateur seul peut s’y connecter, comme demandé.")
    elif chosen.ip == "127.0.0.1":
        lines.append(
            "Aucun réseau trouvé : cet ordinateur seul peut s’y connecter. Rejoignez un Wi-Fi, ou indiquez --host."
        )
    else:
        lines.append(
            f"Adresse pour les téléphones : http://{chosen.ip}:{config.port} ({chosen.interface or 'choisie'})"
        )
    if is_elsewhere(chosen, known):
        lines.append("Attention : cette adresse n’est pas une de celles de cet ordinateur.")
    if others:
        lines.append("Autres adresses de cet ordinateur, avec --host : " + ", ".join(others))
    lines.append(f"Votre page, sur cet ordinateur (une seule fois) : {entry.addresses['facilitator_url']}")
    for name, label in (("participant_url", "Élèves"), ("projector_url", "Projecteur")):
        if entry.addresses.get(name):
            lines.append(f"{label} : {entry.addresses[name]}")
    say(lines)
    print_qr(entry.addresses.get("participant_url") or f"http://{chosen.ip}:{config.port}")


def print_qr(address: str) -> None:
    import qrcode  # noqa: PLC0415  # not needed with --json

    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.print_ascii(out=sys.stdout, invert=True)
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
