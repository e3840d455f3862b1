"""a long history: what pages and the sweep look for is found without reading it"""

from typing import Any

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _where(sqlite: str, postgresql: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}


def upgrade() -> None:
    op.drop_index("ix_live_session_follows", table_name="live_session")
    op.create_index("ix_live_session_follows", "live_session", ["follows"], **_where(*["follows IS NOT NULL"] * 2))
    op.create_index("ix_live_session_owner_id", "live_session", ["owner_id", "created_at"])
    op.create_index("ix_live_session_started_at", "live_session", ["started_at"])
    op.create_index("ix_live_session_ended_at", "live_session", ["ended_at"])
    op.create_index(
        "ix_live_session_rehearsal", "live_session", ["ended_at"], **_where("rehearsal IS 1", "rehearsal IS true")
    )
    op.create_index(
        "ix_live_session_erasure_pending",
        "live_session",
        ["id"],
        **_where("erasure_pending IS 1", "erasure_pending IS true"),
    )
    op.create_index("ix_round_closes_at", "round", ["closes_at"], **_where("is_open IS 1", "is_open IS true"))
    op.create_index("ix_link_live_session_id", "link", ["live_session_id"])
    op.drop_index("ix_intervention_school_id", table_name="intervention")
    op.create_index("ix_intervention_school_id", "intervention", ["school_id", "starts_at"])


def downgrade() -> None:
    op.drop_index("ix_intervention_school_id", table_name="intervention")
    op.create_index("ix_intervention_school_id", "intervention", ["school_id"])
    op.drop_index("ix_link_live_session_id", table_name="link")
    op.drop_index("ix_round_closes_at", table_name="round")
    for name in ("erasure_pending", "rehearsal", "ended_at", "started_at", "owner_id", "follows"):
        op.drop_index(f"ix_live_session_{name}", table_name="live_session")
    op.create_index("ix_live_session_follows", "live_session", ["follows"])
