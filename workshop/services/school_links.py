"""The link of one school's review: see `lasting_links.py`. And who, in the association, may read and hand it over."""

from datetime import datetime

from sqlalchemy import select

from workshop.domain.errors import NotAllowed
from workshop.extensions import db
from workshop.storage.models import Account
from workshop.storage.planning_models import Intervention, School, intervention_facilitator

from .lasting_links import LastingLinks

KIND = "school"
links = LastingLinks(KIND, "school_id")


def readable(school_id: int, secret: str | None, now: datetime) -> tuple[int, datetime]:
    """The school that this cookie may read, and when its link expires; else LinkExpired, always the same."""
    school, until = links.readable(School, school_id, secret, now)
    return school.id, until


def may_hand_over(school_id: int, account: Account) -> bool:
    """An administrator, and whoever runs one of the school's interventions."""
    planned = intervention_facilitator.c
    theirs = (
        select(planned.account_id)
        .join(Intervention, Intervention.id == planned.intervention_id)
        .where(Intervention.school_id == school_id, planned.account_id == account.id)
    )
    return account.is_admin or db.session.execute(theirs.limit(1)).first() is not None


def check_may_hand_over(school_id: int, account: Account) -> None:
    if not may_hand_over(school_id, account):
        raise NotAllowed
