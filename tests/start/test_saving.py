"""Backup and restore: whole, checked, and a class goes on where it was."""

import hashlib
import json
import os
import random
import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import make_config
from tests.driving import WAIT, Desk, Phone, Server
from tests.start.commands import manage, sentence_of
from workshop.config import Config
from workshop.data_folder import Stop, hold
from workshop.saving import DATABASE, MANIFEST, SECRET, backup, restore


def test_backup_taken_during_a_class_brings_it_back_at_the_same_step(tmp_path: Path) -> None:
    server, saved = Server(tmp_path / "data").start(), tmp_path / "classe.zip"
    desk, phones = Desk(server), [Phone(server) for _ in range(5)]
    desk.run("start")
    while len(desk.wire.states[-1]["round"]) != 1:
        desk.run("next")
    [round_] = phones[0].wait_for_version(desk.version)["round"]
    for phone in phones[:3]:
        phone.wait_for_version(desk.version)
        phone.answer(round_, phone.offered(round_)[0])
    version = desk.version

    result = manage("backup", saved, "--data", server.data)
    assert result.returncode == 0, result.stderr
    assert "réponses, une par une, des séances qui ne sont pas terminées (1)" in result.stdout

    assert "tourne déjà" in sentence_of(manage("restore", saved, "--data", server.data))
    phones[3].answer(round_, phones[3].offered(round_)[1])
    desk.run("close", "reveal")
    assert desk.command("end", confirmed="1").ok
    for wire in (*phones, desk):
        wire.leave()
    server.stop()

    result = manage("restore", saved, "--data", server.data)
    assert result.returncode == 0, result.stderr
    assert "Séances en cours dans cette sauvegarde : 1" in result.stdout
    server.start(demo=False)
    desk = Desk.again(desk)
    assert (desk.version, desk.wire.states[-1]["phase"]) == (version, "open")
    back = [Phone(server, phone.cookies) for phone in phones]
    assert [phone.mine["identity"] for phone in back] == [phone.mine["identity"] for phone in phones]
    answered = [round_ in phone.mine["answers"] for phone in back]
    assert answered == [True, True, True, False, False]
    assert back[4].answer(round_, back[4].offered(round_)[0])[0] == "saved"
    desk.run("close")
    for wire in (*back, desk):
        wire.leave()
    server.stop()


def test_laptop_that_dies_is_replaced_by_another_with_the_file(tmp_path: Path) -> None:
    """The second laptop takes the address of the first: phones come back by themselves. At another, they scan again,
    and a pupil takes their sign up with its come-back code."""
    first, saved = Server(tmp_path / "first").start(), tmp_path / "key"
    saved.mkdir()
    desk, phones = Desk(first), [Phone(first) for _ in range(3)]
    round_ = phones[0].rounds[0]
    assert phones[0].answer(round_, phones[0].offered(round_)[0])[0] == "saved"
    assert manage("backup", saved, "--data", first.data).returncode == 0
    first.kill()
    for wire in (*phones, desk):
        wire.leave()

    [file] = saved.iterdir()
    second = Server(tmp_path / "second")
    second.port, second.address, second.origin = first.port, first.address, first.origin
    result = manage("restore", file, "--data", second.data)
    assert result.returncode == 0, result.stderr
    second.start(demo=False)
    second.addresses["code"] = first.code
    # The link that the start of the second one prints signs the facilitator in.
    with requests.Session() as facilitator:
        home = facilitator.get(second.addresses["facilitator_url"], timeout=WAIT)
        assert first.code in home.text
        console = facilitator.get(f"{second.address}/animer/{desk.live_id}", timeout=WAIT)
        assert "data-next" in console.text
    back = [Phone(second, phone.cookies) for phone in phones]
    assert [phone.mine["identity"] for phone in back] == [phone.mine["identity"] for phone in phones]
    assert round_ in back[0].mine["answers"]
    elsewhere = Phone(second)  # another address: a browser sends no cookie, and the class counts one more
    assert elsewhere.mine["identity"] not in [phone.mine["identity"] for phone in phones]
    form = {"comeback": phones[0].mine["comeback"]}
    taken_up = requests.post(
        f"{second.address}/r/{second.code}/comeback",
        data=form,
        cookies=elsewhere.cookies,
        headers={"Origin": second.origin},
        timeout=WAIT,
    )
    assert taken_up.ok
    again = Phone(second, elsewhere.cookies | taken_up.cookies.get_dict())
    assert again.mine["identity"] == phones[0].mine["identity"]
    for wire in (*back, elsewhere, again):
        wire.leave()
    second.stop()


def test_backup_under_load_is_one_moment_of_it(sqlite_config: Config, tmp_path: Path) -> None:
    """Two rows always change together: a copy that mixed two moments would show them apart."""
    with closing(sqlite3.connect(sqlite_config.data / DATABASE, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE pair (name TEXT, number INTEGER, filling TEXT)")
        writer.executemany("INSERT INTO pair VALUES (?, 0, ?)", [(n, "x" * 100_000) for n in "ab"])
        for number in range(1, 20):
            writer.execute("BEGIN")
            writer.execute("UPDATE pair SET number = ?, filling = filling || 'y'", (number,))
            if number % 5 == 0:
                saved = tmp_path / f"{number}.zip"
                backup(sqlite_config, saved)  # the transaction of this very moment is not committed
                numbers = query(saved, tmp_path / f"{number}", "SELECT number FROM pair")
                assert numbers == [(number - 1,), (number - 1,)]
            writer.execute("COMMIT")


def query(saved: Path, folder: Path, sql: str) -> list[Any]:
    with zipfile.ZipFile(saved) as archive:
        archive.extract(DATABASE, folder)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def saved(sqlite_config: Config, tmp_path: Path) -> Path:
    (sqlite_config.data / SECRET).write_text("a secret of this folder")
    path = tmp_path / "saved.zip"
    backup(sqlite_config, path)
    return path


@pytest.mark.skipif(os.name != "posix", reason="Windows protects the user's folder, not the file")
def test_backup_is_read_by_its_owner_alone(saved: Path, sqlite_config: Config) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    backup(sqlite_config, None)
    [second] = (sqlite_config.data / "backups").iterdir()
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    assert stat.S_IMODE(second.parent.stat().st_mode) == 0o700


def test_backup_goes_on_in_another_folder_with_its_secret(saved: Path, tmp_path: Path) -> None:
    other = make_config(tmp_path / "other")
    said = restore(other, saved)
    assert (other.data / SECRET).read_text() == "a secret of this folder"
    assert not any("remplacées" in sentence for sentence in said)
    with closing(sqlite3.connect(other.data / DATABASE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert sorted(path.name for path in other.data.iterdir()) == ["lock", DATABASE, SECRET]


def test_replaced_data_are_kept_aside(saved: Path, sqlite_config: Config) -> None:
    plant(sqlite_config, "after the backup")
    restore(sqlite_config, saved)
    [aside] = sqlite_config.data.glob("replaced-*")
    with closing(sqlite3.connect(aside / DATABASE)) as connection:
        assert connection.execute("SELECT name FROM account").fetchall() == [("after the backup",)]
    assert accounts(sqlite_config) == []


def test_damaged_data_can_be_replaced(saved: Path, sqlite_config: Config) -> None:
    (sqlite_config.data / DATABASE).write_bytes(b"not a database at all")
    restore(sqlite_config, saved)
    assert accounts(sqlite_config) == []


def plant(config: Config, name: str) -> None:
    with closing(sqlite3.connect(config.data / DATABASE)) as connection:
        connection.execute("INSERT INTO account VALUES (1, ?, 'a@b', NULL, 1, '2026-01-01', NULL)", (name,))
        connection.commit()


def accounts(config: Config) -> list[Any]:
    with closing(sqlite3.connect(config.data / DATABASE)) as connection:
        return connection.execute("SELECT name FROM account").fetchall()


def test_damaged_backup_changes_nothing_wherever_the_damage_is(saved: Path, sqlite_config: Config) -> None:
    plant(sqlite_config, "still here")
    content, damage = saved.read_bytes(), random.Random(2026)
    for _ in range(200):
        position = damage.randrange(len(content))
        changed = bytes([content[position] ^ (1 << damage.randrange(8))])
        saved.write_bytes(content[:position] + changed + content[position + 1 :])
        refused = None
        try:
            restore(sqlite_config, saved)
        except Stop as stop:
            refused = str(stop)
        if refused:
            assert "abîmé" in refused or "plus récente" in refused
            assert accounts(sqlite_config) == [("still here",)]
        else:  # a bit that nothing reads, such as the date of an entry: what was restored must then be whole
            assert accounts(sqlite_config) == []
            shutil.rmtree(next(sqlite_config.data.glob("replaced-*")))
            plant(sqlite_config, "still here")
    for length in (0, 1, 100, len(content) // 2, len(content) - 1):
        saved.write_bytes(content[:length])
        with pytest.raises(Stop, match="abîmé"):
            restore(sqlite_config, saved)


def rewrite(saved: Path, **changes: Any) -> None:
    """The same archive with another manifest, or another database whose digest is right."""
    with zipfile.ZipFile(saved) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files |= {name: content for name, content in changes.items() if isinstance(content, bytes)}
    manifest = json.loads(files.pop(MANIFEST)) | {k: v for k, v in changes.items() if not isinstance(v, bytes)}
    manifest["sha256"] = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    with zipfile.ZipFile(saved, "w") as archive:
        for name, content in {MANIFEST: json.dumps(manifest).encode(), **files}.items():
            archive.writestr(name, content)


def test_backup_of_a_newer_version_is_refused(saved: Path, sqlite_config: Config, tmp_path: Path) -> None:
    content = saved.read_bytes()
    rewrite(saved, format=2)
    with pytest.raises(Stop, match="plus récente"):
        restore(sqlite_config, saved)
    saved.write_bytes(content)
    query(saved, tmp_path / "newer", "SELECT 1")
    newer = tmp_path / "newer" / DATABASE
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    rewrite(saved, **{DATABASE: newer.read_bytes()})
    with pytest.raises(Stop, match="plus récente"):
        restore(sqlite_config, saved)


def test_backup_whose_database_was_changed_is_refused(saved: Path, sqlite_config: Config) -> None:
    """The archive is sound, its digest is not: somebody packed it again."""
    with zipfile.ZipFile(saved) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files[SECRET] += b" and more"
    with zipfile.ZipFile(saved, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(Stop, match="abîmé"):
        restore(sqlite_config, saved)


def test_backup_with_a_right_digest_and_a_broken_database_is_refused(
    saved: Path, sqlite_config: Config, tmp_path: Path
) -> None:
    """Pages that nothing owns: every query works, and only SQLite's own check sees it."""
    query(saved, tmp_path / "broken", "SELECT 1")
    broken = tmp_path / "broken" / DATABASE
    with closing(sqlite3.connect(broken)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_live_session_code'")
        connection.commit()
    rewrite(saved, **{DATABASE: broken.read_bytes()})
    with pytest.raises(Stop, match="abîmé"):
        restore(sqlite_config, saved)


def test_restore_is_refused_while_a_server_has_the_data(saved: Path, sqlite_config: Config) -> None:
    plant(sqlite_config, "still here")
    with hold(sqlite_config), pytest.raises(Stop, match="tourne déjà"):
        restore(sqlite_config, saved)
    assert accounts(sqlite_config) == [("still here",)]
    restore(sqlite_config, saved)


def test_backup_says_what_it_cannot_do(saved: Path, sqlite_config: Config, tmp_path: Path) -> None:
    with pytest.raises(Stop, match="existe déjà"):
        backup(sqlite_config, saved)
    with pytest.raises(Stop, match="rien à sauvegarder"):
        backup(make_config(tmp_path / "empty"), None)
    with pytest.raises(Stop, match="pg_dump"):
        backup(replace(sqlite_config, database_url="postgresql+psycopg://elsewhere/preau"), None)
    (sqlite_config.data / DATABASE).write_bytes(b"not a database at all" * 1000)
    with pytest.raises(Stop, match="abîmée"):
        backup(sqlite_config, tmp_path / "other.zip")
    assert not (tmp_path / "other.zip").exists()


def test_backup_without_a_class_in_progress_holds_no_answer_and_says_none(sqlite_config: Config) -> None:
    assert not any("réponses" in sentence for sentence in backup(sqlite_config, None))
