"""Pages of lists with a past behind them: as many queries for fifty classes as for five, and what matters now first."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from samples.held import Class, make_school, write
from workshop import clock
from workshop.extensions import db
from workshop.services.keys import new_token
from workshop.storage.models import Account, LiveSessionRow
from workshop.storage.planning_models import Intervention
from workshop.storage.transaction import transaction

from .conftest import ClassRoom

PAGES = (
    "/animer", "/animer/nouvelle", "/animer/bilan", "/agenda", "/etablissements", "/etablissements?q=tilleuls",
    "/etablissements/{school}", "/etablissements/{school}/bilan", "/interventions/{visit}", "/animer/{class}/bilan",
    "/ateliers",
)  # fmt: skip


def held_today(count: int, owner_id: int) -> dict[str, int]:
    """So many classes, all in one school and in the week that the agenda shows; ids of the first."""
    now = clock.now()
    school = make_school("Collège des Tilleuls", "44")
    owner = db.session.get_one(Account, owner_id)
    visits = [
        Intervention(
            school=school, starts_at=now, slug="le-montage", answering="phones", token=new_token(), created_at=now,
            changed_at=now, facilitators=[owner],
        )
        for _ in range(count)
    ]  # fmt: skip
    with transaction():
        db.session.add_all([school, *visits])
        db.session.flush()
    started = now - timedelta(days=1)
    ids = write(*(Class(owner_id, f"4e {n}", started=started, intervention=visit) for n, visit in enumerate(visits)))
    found = {"school": school.id, "visit": visits[0].id, "class": ids[0]}
    db.session.remove()
    return found


@pytest.mark.parametrize("page", PAGES)
def test_pages_ask_as_much_of_the_database_for_fifty_classes_as_for_five(
    app: Flask, desk: FlaskClient, owner_id: int, page: str
) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def count(classes: int) -> int:
        address = page.format(**held_today(classes, owner_id))
        assert desk.get(address).status_code == 200  # reads once what a process reads once
        asked.clear()
        desk.get(address)
        return len(asked)

    assert count(5) == count(50)


def test_class_left_open_stays_on_the_home_page_however_many_came_after_it(
    desk: FlaskClient, room: ClassRoom, owner_id: int
) -> None:
    code = room.code
    with transaction():
        long_ago = clock.now() - timedelta(days=400)
        db.session.execute(update(LiveSessionRow).values(created_at=long_ago))
    write(*(Class(owner_id, f"4e {n}") for n in range(60)))
    page = desk.get("/animer").text
    assert "Laissées ouvertes" in page and code in page
    assert page.count("Voir le bilan") == 50
