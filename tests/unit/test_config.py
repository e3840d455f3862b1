"""Settings from the environment to a frozen configuration."""

import os
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from workshop.config import SETTINGS, database_url, read_config, with_address


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgres://u:p@h/db", "postgresql+psycopg://u:p@h/db"),
        ("postgresql://u:p@h/db?sslmode=require", "postgresql+psycopg://u:p@h/db?sslmode=require"),
        ("postgresql+psycopg://h/db", "postgresql+psycopg://h/db"),
        ("sqlite:////srv/preau.sqlite3", "sqlite:////srv/preau.sqlite3"),
    ],
)
def test_database_address_names_the_driver_that_is_installed(given: str, expected: str) -> None:
    assert database_url(given, Path("data")) == expected


def test_database_is_a_file_of_the_data_folder_by_default(tmp_path: Path) -> None:
    assert read_config({}, data=tmp_path).database_url == f"sqlite:///{tmp_path / 'preau.sqlite3'}"


def test_laptop_needs_no_setting(tmp_path: Path) -> None:
    config = read_config({}, data=tmp_path / "new" / "folder")
    assert config.data.is_dir()
    assert (config.hosted, config.redis_url, config.wifi, config.wifi_key) == (False, None, None, None)
    assert (config.capacity, config.proxies, config.teacher_link_days) == (40, 1, 90)
    assert config.quizzes.is_dir()


def test_each_setting_is_read(tmp_path: Path) -> None:
    environment = {
        "PREAU_DATA": str(tmp_path / "data"),
        "DATABASE_URL": "postgres://h/db",
        "REDIS_URL": "redis://h/0",
        "SECRET_KEY": "kept elsewhere",
        "PREAU_PUBLIC_URL": "https://atelier.example.org/",
        "PREAU_PROXIES": "2",
        "PREAU_QUIZZES": str(tmp_path),
        "PREAU_CAPACITY": "35",
        "PREAU_TEACHER_LINK_DAYS": "30",
        "PREAU_KEEP_CONTACTS": "6",
        "PREAU_KEEP_RESULTS": "24",
        "PREAU_KEEP_APART": "15",
        "PREAU_END_AFTER": "90",
        "PREAU_METRICS_TOKEN": "jeton",
        "PREAU_WIFI": "Préau",
        "PREAU_WIFI_KEY": "clef",
        "PREAU_WEBSOCKET": "stock",
    }
    assert set(environment) == {setting.name for setting in SETTINGS}
    config = read_config(environment)
    assert (config.data, config.database_url) == (tmp_path / "data", "postgresql+psycopg://h/db")
    assert (config.redis_url, config.secret_key, config.quizzes) == ("redis://h/0", "kept elsewhere", tmp_path)
    assert (config.hosted, config.public_url, config.proxies) == (True, "https://atelier.example.org", 2)
    assert (config.capacity, config.wifi, config.wifi_key) == (35, "Préau", "clef")
    assert (config.teacher_link_days, config.keep_contacts, config.keep_results) == (30, 6, 24)
    assert (config.keep_apart, config.websocket, config.metrics_token) == (15, "stock", "jeton")
    assert config.end_after == timedelta(minutes=90)
    assert not (config.data / "secret").exists()


def test_a_class_that_says_nothing_for_a_debate_is_not_ended(tmp_path: Path) -> None:
    assert read_config({"PREAU_END_AFTER": "1"}, data=tmp_path).end_after == timedelta(minutes=30)


def test_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first = read_config({}, data=tmp_path).secret_key
    assert len(first) >= 43  # 256 bits in base64
    assert read_config({}, data=tmp_path).secret_key == first
    assert read_config({}, data=tmp_path / "other").secret_key != first
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(tmp_path / "secret").st_mode) == 0o600


def test_starts_at_the_same_moment_share_one_secret(tmp_path: Path) -> None:
    starts = 8
    for turn in range(40):
        together = threading.Barrier(starts)

        def start(folder: Path = tmp_path / str(turn), together: threading.Barrier = together) -> str:
            together.wait()
            return read_config({}, data=folder).secret_key

        with ThreadPoolExecutor(starts) as pool:
            found = {secret.result() for secret in [pool.submit(start) for _ in range(starts)]}
        assert len(found) == 1 and len(found.pop()) >= 43
        assert [path.name for path in (tmp_path / str(turn)).iterdir()] == ["secret"]


def test_address_of_this_start_is_put_in_without_touching_the_rest(tmp_path: Path) -> None:
    config = read_config({}, data=tmp_path)
    changed = with_address(config, "10.0.0.4", 9000)
    assert (changed.host, changed.port) == ("10.0.0.4", 9000)
    assert with_address(changed, config.host, config.port) == config
