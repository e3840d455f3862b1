"""The settings: one table (name, default, help), read from the environment into a frozen Config."""

import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST_SILENCE = 30  # minutes: a debate by raised hands may last long without a word to the computer


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    help: str


SETTINGS = (
    Setting(
        "PREAU_DATA", "", "Folder of the database, the secret and the backups. Default: the user's application data."
    ),
    Setting("DATABASE_URL", "", "PostgreSQL address (hosted). Default: an SQLite file in the data folder."),
    Setting("REDIS_URL", "", "Redis or Valkey address, when several processes serve the same classes."),
    Setting("SECRET_KEY", "", "Signs forms and derives come-back codes. Default: made once, kept in the data folder."),
    Setting("PREAU_PUBLIC_URL", "", "Public address (hosted), such as https://atelier.example.org. Empty on a laptop."),
    Setting("PREAU_PROXIES", "1", "Hosted: how many proxies stand in front, whose forwarding headers are believed."),
    Setting("PREAU_QUIZZES", str(ROOT / "quizzes"), "Folder of the workshops."),
    Setting("PREAU_CAPACITY", "40", "How many phones a live session takes unless the facilitator says otherwise."),
    Setting(
        "PREAU_TEACHER_LINK_DAYS",
        "90",
        "Hosted: how many days the link of a class's, or a school's, review is good for.",
    ),
    Setting("PREAU_KEEP_CONTACTS", "12", "Months the adults of a school are kept after the last visit there."),
    Setting("PREAU_KEEP_RESULTS", "60", "Months the results of a class are kept."),
    Setting("PREAU_KEEP_APART", "30", "Days a text that may call for help is kept, unless it is deleted by hand."),
    Setting(
        "PREAU_END_AFTER",
        "360",
        "Minutes (30 at least) without a command, an arrival or a connected phone; then a live session ends by itself.",
    ),
    Setting("PREAU_METRICS_TOKEN", "", "What Prometheus shows to read /metrics. Empty: there is no such page."),
    Setting("PREAU_WIFI", "", "Name of the Wi-Fi to show in the lobby, when phones must join it first."),
    Setting("PREAU_WIFI_KEY", "", "Key of that Wi-Fi; shown in the lobby as a QR code."),
    Setting(
        "PREAU_WEBSOCKET",
        "lean",
        "`stock`: engineio's own WebSocket driver, slower and without bounds, should ours ever be at fault.",
    ),
)


@dataclass(frozen=True)
class Config:
    data: Path
    database_url: str
    redis_url: str | None
    secret_key: str
    public_url: str | None
    proxies: int
    quizzes: Path
    capacity: int
    end_after: timedelta
    wifi: str | None
    wifi_key: str | None
    teacher_link_days: int = 90
    keep_contacts: int = 12
    keep_results: int = 60
    keep_apart: int = 30
    websocket: str = "lean"
    metrics_token: str | None = None
    port: int = 8000
    host: str | None = None

    @property
    def hosted(self) -> bool:
        return self.public_url is not None


def read_config(environment: Mapping[str, str] = os.environ, data: Path | None = None) -> Config:
    """The configuration of this process. Makes the data folder and the secret when they are not there yet."""
    value = {setting.name: environment.get(setting.name) or setting.default for setting in SETTINGS}
    folder = data or (Path(value["PREAU_DATA"]) if value["PREAU_DATA"] else default_data_folder())
    folder.mkdir(parents=True, exist_ok=True)
    return Config(
        data=folder,
        database_url=database_url(value["DATABASE_URL"], folder),
        redis_url=value["REDIS_URL"] or None,
        secret_key=value["SECRET_KEY"] or kept_secret(folder),
        public_url=value["PREAU_PUBLIC_URL"].rstrip("/") or None,
        proxies=int(value["PREAU_PROXIES"]),
        quizzes=Path(value["PREAU_QUIZZES"]),
        capacity=int(value["PREAU_CAPACITY"]),
        end_after=timedelta(minutes=max(LEAST_SILENCE, int(value["PREAU_END_AFTER"]))),
        wifi=value["PREAU_WIFI"] or None,
        wifi_key=value["PREAU_WIFI_KEY"] or None,
        teacher_link_days=int(value["PREAU_TEACHER_LINK_DAYS"]),
        keep_contacts=int(value["PREAU_KEEP_CONTACTS"]),
        keep_results=int(value["PREAU_KEEP_RESULTS"]),
        keep_apart=int(value["PREAU_KEEP_APART"]),
        websocket=value["PREAU_WEBSOCKET"],
        metrics_token=value["PREAU_METRICS_TOKEN"] or None,
    )


def database_url(url: str, folder: Path) -> str:
    """SQLite in the data folder by default; `postgres://`, which many platforms give, means psycopg 3."""
    if not url:
        return f"sqlite:///{folder / 'preau.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def kept_secret(folder: Path) -> str:
    """The secret of this data folder, made at the first start, readable by its owner alone."""
    path = folder / "secret"
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        # It appears whole, and the first of two starts gives it to both.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # no second name for a file on this disk, such as a USB stick
            os.replace(draft, path)
        Path(draft).unlink(missing_ok=True)
    return path.read_text().strip()


def default_data_folder() -> Path:
    """The user's local application data: never Documents, which synced folders copy while it is being written."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "Preau"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Preau"
    return Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share")) / "preau"


def with_address(config: Config, host: str | None, port: int) -> Config:
    return replace(config, host=host, port=port)
