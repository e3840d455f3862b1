"""Which shapes of the database this version knows."""

from pathlib import Path

from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).with_name("migrations")


def known_revisions() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
