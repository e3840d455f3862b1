"""The data folder: found or made, writable, and held by one server at a time."""

import sys
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TextIO

from .config import Config, default_data_folder, read_config

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Stop(Exception):
    """One clear sentence, and a non-zero exit."""


def configure(data: Path | None) -> Config:
    """The configuration, or Stop when nothing can be written where the data must be."""
    try:
        config = read_config(data=data)
        with tempfile.TemporaryFile(dir=config.data):
            return config
    except OSError as error:
        folder = data or default_data_folder()
        raise Stop(f"Le dossier {folder} n’est pas accessible en écriture ({error.strerror}).") from error


def hold(config: Config, seconds: float = 0) -> AbstractContextManager[object]:
    """Keep other servers off these data for as long as what is returned stays open, waiting so many seconds for one
    that is leaving. The system lets go of the lock when a process dies, however it dies.

    Two servers on one SQLite file would not tell each other's phones anything, and a restore would take the file from
    under one. PostgreSQL may be shared: nothing is held.
    """
    if not config.database_url.startswith("sqlite"):
        return nullcontext()
    file = (config.data / "lock").open("a", encoding="utf-8")
    deadline = time.monotonic() + seconds
    while True:
        try:
            _lock(file)
        except OSError as error:
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            file.close()
            raise Stop(
                f"Préau tourne déjà sur les données de {config.data} : arrêtez-le d’abord (Ctrl + C dans son terminal)."
            ) from error
        return file


def _lock(file: TextIO) -> None:
    """Raises OSError when another process has it."""
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
