"""`update`, from a real git remote, with a class in progress: all of it, or nothing."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.driving import Phone, Server
from tests.start.commands import OFFLINE, manage, sentence_of
from workshop.config import ROOT

NEW_TABLE = '''"""a table of the next version"""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9000", "{last}", None, None


def upgrade() -> None:
    op.create_table("news", sa.Column("id", sa.Integer(), primary_key=True)){then}
'''
VERSIONS = Path("workshop", "storage", "migrations", "versions")


def git(*arguments: str | Path, tree: Path) -> str:
    names = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "A developer"), ("EMAIL", "dev@preau.invalid"))
    }
    command = ["git", *map(str, arguments)]
    done = subprocess.run(command, cwd=tree, env={**os.environ, **names}, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A tree that was cloned from a remote, on the environment of these tests: what is installed is not tried here."""
    git("clone", "--quiet", ROOT, tmp_path / "remote", tree=tmp_path)
    tree = tmp_path / "tree"
    git("clone", "--quiet", tmp_path / "remote", tree, tree=tmp_path)
    (tree / ".venv").symlink_to(ROOT / ".venv")
    return tree


def publish(remote: Path, then: str = "") -> str:
    """The next version: one more table. `then` is what else its migration does."""
    last = sorted(path.stem.partition("_")[0] for path in (remote / VERSIONS).glob("[0-8]*.py"))[-1]
    (remote / VERSIONS / "9000_news.py").write_text(NEW_TABLE.format(last=last, then=then), encoding="utf-8")
    git("add", ".", tree=remote)
    git("commit", "--quiet", "--message", "Next version", tree=remote)
    return version_of(remote)


def test_update_during_a_class_is_refused_then_undone_when_it_fails_then_done(installed: Path, tmp_path: Path) -> None:
    server, remote = Server(tmp_path / "data").start(), tmp_path / "remote"
    phone = Phone(server)
    round_ = phone.rounds[0]
    choice = phone.offered(round_)[0]
    assert phone.answer(round_, choice)[0] == "saved"
    before, broken = version_of(installed), publish(remote, then='\n    raise RuntimeError("a broken migration")')

    said = manage("update", "--data", server.data, tree=installed)
    assert said.returncode != 0
    assert "tourne déjà" in said.stderr
    assert version_of(installed) == before, "the code changed under a class"
    server.stop()

    said = manage("update", "--data", server.data, tree=installed)
    assert said.returncode != 0
    assert said.stderr.rstrip().endswith("la version d’avant est remise en place, avec vos données.")
    assert version_of(installed) == before
    assert tables(server) == 0, "a migration was left half done"

    fixed = publish(remote)
    assert fixed != broken
    done = manage("update", "--data", server.data, tree=installed)
    assert done.returncode == 0, done.stderr
    assert "Sauvegarde faite et vérifiée" in done.stdout
    assert "réponses, une par une" in done.stdout
    assert done.stderr.rstrip().endswith("À jour.")
    assert (version_of(installed), tables(server)) == (fixed, 1)
    server.tree = installed
    server.start(demo=False)
    again = Phone(server, phone.cookies)
    assert again.mine["answers"][round_]["choices"] == [choice]


def version_of(tree: Path) -> str:
    return git("rev-parse", "HEAD", tree=tree)


def tables(server: Server) -> int:
    with closing(sqlite3.connect(server.database)) as connection:
        return int(connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'news'").fetchone()[0])


def test_update_without_network_changes_nothing(installed: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.rmtree(tmp_path / "remote")
    said = manage("update", "--data", data, tree=installed, **OFFLINE)
    assert said.returncode != 0
    assert "La nouvelle version n’a pas pu être prise : pas de réseau" in said.stderr
    (installed / ".git").rename(installed / "no-git")
    assert "n’a pas été obtenu par git" in sentence_of(manage("update", tree=installed))
