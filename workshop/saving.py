"""`backup` and `restore`: one file, checked both ways, taken while a class goes on.

A backup holds the ballots of classes that are not over. It is outside promise 4, and the command says so.
"""

import hashlib
import io
import json
import os
import sqlite3
import zipfile
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import clock
from .config import Config
from .data_folder import Stop, hold
from .storage.revisions import known_revisions

DATABASE, SECRET, MANIFEST = "preau.sqlite3", "secret", "manifest.json"
FORMAT = 1
_NOT_OURS = (zipfile.BadZipFile, zlib.error, sqlite3.Error, KeyError, ValueError, EOFError, RuntimeError)


@dataclass(frozen=True)
class Copy:
    """A database that passed the integrity check. `running` counts the classes whose answers are still in it."""

    database: bytes
    revision: str
    running: int


def backup(config: Config, wanted: Path | None) -> list[str]:
    """Save into a new file that its owner alone can read; the sentences to print."""
    source, secret, now = _sqlite(config), config.data / SECRET, clock.now().astimezone()
    if not source.exists():
        raise Stop(f"Il n’y a rien à sauvegarder dans {config.data} : Préau n’y a jamais démarré.")
    path = wanted or config.data / "backups"
    if wanted is None or wanted.is_dir():
        path = path / f"preau-{now:%Y-%m-%d-%H%M%S}.zip"
    try:
        # A read transaction on a database in use: what was committed when it began, whole, and no writer waits.
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            copy = _checked(connection)
    except sqlite3.Error as error:
        raise Stop(f"La base de {config.data} est abîmée : elle n’a pas été sauvegardée ({error}).") from error
    files = {DATABASE: copy.database} | ({SECRET: secret.read_bytes()} if secret.exists() else {})
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, files, copy.revision, now)
    except FileExistsError as error:
        raise Stop(f"Le fichier {path} existe déjà : choisissez un autre nom.") from error
    except OSError as error:
        raise Stop(f"Le fichier {path} n’a pas pu être écrit ({error.strerror}).") from error
    said = [
        f"Sauvegarde faite et vérifiée : {path}",
        "Elle contient les comptes et la clé de cet ordinateur : gardez-la comme un mot de passe.",
    ]
    if copy.running:
        said.append(
            f"Elle contient aussi les réponses, une par une, des séances qui ne sont pas terminées ({copy.running}). "
            "L’effacement de fin de séance ne l’atteindra pas : supprimez-la dès qu’elle ne sert plus."
        )
    return said


def restore(config: Config, path: Path) -> list[str]:
    """Put a backup in the place of the data, which are kept aside; the sentences to print."""
    target = _sqlite(config)
    made_at, copy, secret = _read(path)
    aside = config.data / f"replaced-{clock.now().astimezone():%Y-%m-%d-%H%M%S}"
    said = [f"Sauvegarde du {made_at:%d/%m/%Y à %H:%M} remise en place dans {config.data}."]
    with hold(config):
        try:
            if target.exists():
                _fold_log(target)
                aside.mkdir(mode=0o700)
                for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", SECRET):
                    if (config.data / name).exists():
                        os.replace(config.data / name, aside / name)
                said.append(
                    f"Les données remplacées sont dans {aside} : elles peuvent contenir des réponses, supprimez ce "
                    "dossier dès qu’il ne sert plus."
                )
            for name, content in ((SECRET, secret), (DATABASE, copy.database)):
                if content is not None:
                    _put(config.data / name, content)
        except OSError as error:
            raise Stop(
                f"La sauvegarde n’a pas pu être remise en place dans {config.data} ({error.strerror})."
                + (f" Les données d’avant sont dans {aside}." if aside.exists() else "")
            ) from error
    if copy.running:
        said.append(
            f"Séances en cours dans cette sauvegarde : {copy.running}. Au démarrage, chacune reprend à la même "
            "étape ; terminez-la pour que ses réponses soient effacées."
        )
    return said


def _sqlite(config: Config) -> Path:
    if not config.database_url.startswith("sqlite"):
        raise Stop("La base est sur PostgreSQL : elle se sauvegarde avec pg_dump et se remet en place avec pg_restore.")
    return config.data / DATABASE


def _fold_log(database: Path) -> None:
    """One file instead of two before they are moved; a damaged database, the reason for a restore, stays as it is."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _checked(source: sqlite3.Connection) -> Copy:
    """The whole database in memory, so that no other file holds it; sqlite3.DatabaseError when it is damaged."""
    with closing(sqlite3.connect(":memory:")) as memory:
        source.backup(memory)
        [[verdict], *_] = memory.execute("PRAGMA integrity_check").fetchall()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        [[revision]] = memory.execute("SELECT version_num FROM alembic_version").fetchall()
        [[running]] = memory.execute(
            "SELECT count(*) FROM live_session WHERE ended_at IS NULL AND NOT rehearsal"
        ).fetchall()
        database = bytearray(memory.serialize())
        # Bytes 18 and 19 say that a log stands beside the file: this one is whole, and memory takes no log.
        database[18:20] = b"\x01\x01"
        return Copy(bytes(database), revision, running)


def _write(path: Path, files: dict[str, bytes], revision: str, now: datetime) -> None:
    manifest = {
        "format": FORMAT,
        "made_at": now.isoformat(timespec="seconds"),
        "revision": revision,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in ({MANIFEST: json.dumps(manifest, indent=1).encode()} | files).items():
                    archive.writestr(name, content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()  # half a backup is worse than none
        raise


def _read(path: Path) -> tuple[datetime, Copy, bytes | None]:
    """What a backup holds, all of it checked before anything is touched."""
    newer = Stop("Cette sauvegarde vient d’une version plus récente de Préau : mettez d’abord celle-ci à jour.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Stop(f"Le fichier {path} n’a pas pu être lu ({error.strerror}).") from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            if manifest["format"] > FORMAT:
                raise newer
            files = {name: archive.read(name) for name in manifest["sha256"]}
        for name, content in files.items():
            if hashlib.sha256(content).hexdigest() != manifest["sha256"][name]:
                raise ValueError(name)
        with closing(sqlite3.connect(":memory:")) as source:
            source.deserialize(files[DATABASE])
            copy = _checked(source)
        made_at = datetime.fromisoformat(manifest["made_at"])
    except _NOT_OURS as error:
        raise Stop(
            f"Le fichier {path} est abîmé, ou n’est pas une sauvegarde de Préau. Rien n’a été changé."
        ) from error
    if copy.revision not in known_revisions():
        raise newer
    return made_at, copy, files.get(SECRET)


def _put(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, wholly or not at all."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
