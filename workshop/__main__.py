"""The server's own command, called by manage.py once the environment is ready: `python -m workshop run …`."""

# ruff: noqa: E402  # gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

import argparse
import gc
import json
import socket
import sys
import webbrowser
from pathlib import Path

import flask_migrate
from flask import Flask

from workshop import create_app
from workshop.addresses import choose, lan_addresses
from workshop.config import Config, default_data_folder, read_config, with_address
from workshop.extensions import socketio
from workshop.starting import Entry, open_demo, open_entry

BACKLOG = 4096  # a class joins at once: the default of 128 drops connections, which come back a second later


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="manage.py")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="démarrer le serveur")
    run.add_argument("--host", help="adresse à montrer aux téléphones")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument("--data", type=Path, help="dossier des données")
    run.add_argument("--demo", action="store_true", help="préparer une séance d’essai")
    run.add_argument("--json", action="store_true", help="écrire les adresses en une ligne de JSON")
    run.add_argument("--no-browser", action="store_true", help="ne pas ouvrir le navigateur")
    run.add_argument("--capacity", type=int, default=40, help="téléphones au plus, pour la séance d’essai")
    commands.add_parser("check-quizzes", help="vérifier les ateliers")
    migrate = commands.add_parser("migrate", help="mettre la base à jour")
    migrate.add_argument("--data", type=Path)
    wanted = parser.parse_args(arguments)
    try:
        if wanted.command == "run":
            return serve(wanted)
        if wanted.command == "migrate":
            upgrade(create_app(read_config(data=wanted.data), start=False))
            return 0
        return check()
    except Stop as stop:
        print(stop, file=sys.stderr)  # noqa: T201  # a command's output
        return 1


class Stop(Exception):
    """One clear sentence, and a non-zero exit."""


def check() -> int:
    from workshop.storage.quiz_files import check_quizzes  # noqa: PLC0415  # the server does not need it to start

    return check_quizzes(read_config().quizzes)


def upgrade(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade()


def serve(wanted: argparse.Namespace) -> int:
    config = with_address(configure(wanted.data), wanted.host, wanted.port)
    bind = "127.0.0.1" if wanted.host in ("127.0.0.1", "localhost") else "0.0.0.0"  # noqa: S104  # phones must reach it
    check_port(bind, wanted.port)
    app = create_app(config, start=False)
    upgrade(app)
    with app.app_context():
        entry = open_demo(app, config, wanted.capacity) if wanted.demo else open_entry(config)
    app.extensions["preau"].start()
    announce(entry, config, wanted)
    # What was made at start-up lives until the end: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        socketio.run(app, host=bind, port=wanted.port, backlog=BACKLOG, log_output=False)
    except KeyboardInterrupt:
        print("Arrêt. La séance reprendra où elle en était au prochain démarrage.")  # noqa: T201  # idem
    return 0


def configure(data: Path | None) -> Config:
    try:
        return read_config(data=data)
    except OSError as error:
        raise Stop(
            f"Le dossier {data or default_data_folder()} n’est pas accessible en écriture ({error.strerror})."
        ) from error


def check_port(bind: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise Stop(
                f"Le port {port} est déjà pris : fermez l’autre programme, ou ajoutez --port {port + 1}."
            ) from error


def announce(entry: Entry, config: Config, wanted: argparse.Namespace) -> None:
    if wanted.json:
        print(json.dumps(entry.addresses), flush=True)  # noqa: T201  # idem
    else:
        print_addresses(entry, config)
    if not wanted.no_browser and not wanted.json:
        webbrowser.open(entry.addresses["facilitator_url"] or "")


def print_addresses(entry: Entry, config: Config) -> None:
    chosen = choose(config.host)
    others = [f"{a.ip} ({a.interface})" for a in lan_addresses() if a.ip != chosen.ip]
    lines = ["", "Préau est prêt."]
    if chosen.ip == "127.0.0.1":
        lines.append(
            "Aucun réseau trouvé : cet ordinateur seul peut s’y connecter. Rejoignez un Wi-Fi, ou indiquez --host."
        )
    else:
        lines.append(
            f"Adresse pour les téléphones : http://{chosen.ip}:{config.port} ({chosen.interface or 'choisie'})"
        )
    if others:
        lines.append("Autres adresses de cet ordinateur, avec --host : " + ", ".join(others))
    lines.append(f"Votre page, sur cet ordinateur (une seule fois) : {entry.addresses['facilitator_url']}")
    for name, label in (("participant_url", "Élèves"), ("projector_url", "Projecteur")):
        if entry.addresses.get(name):
            lines.append(f"{label} : {entry.addresses[name]}")
    print("\n".join(lines), flush=True)  # noqa: T201  # idem
    print_qr(entry.addresses.get("participant_url") or f"http://{chosen.ip}:{config.port}")


def print_qr(address: str) -> None:
    import qrcode  # noqa: PLC0415  # not needed with --json

    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.print_ascii(out=sys.stdout, invert=True)
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
