"""An adult decides of what pupils wrote: lets through, refuses, sets apart. Once for all that say the same."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from workshop.domain.errors import NotFound, SessionEnded, UnknownRound
from workshop.domain.texts import State, Verdict, decided, may_call_for_help, merged, plain
from workshop.extensions import db
from workshop.storage import live_sessions
from workshop.storage.models import LiveSessionRow, RoundRow
from workshop.storage.text_models import ApprovedText, SetApart, WrittenText
from workshop.storage.transaction import transaction

from .change import Change
from .tallying import question_of


@dataclass(frozen=True)
class Moderated:
    """`apart`: the participants whose phones are now to be shown whom to talk to. Told to nobody."""

    change: Change
    apart: tuple[int, ...] = ()


def moderate(live_id: int, round_id: int, text: str, verdict: Verdict, now: datetime) -> Moderated:
    """Decide of `text`, in the wording that the adult read, and of all that say the same. Harmless twice.

    Raises UnknownRound, SessionEnded, or NotFound when its author has changed it meanwhile.
    """
    with transaction():
        row = _round(live_id, round_id)
        like = merged(text)
        rows = db.session.execute(
            select(WrittenText).where(
                WrittenText.round_id == round_id, WrittenText.merged == like, WrittenText.state != "apart"
            )
        ).scalars()
        written = list(rows)
        through = db.session.get(ApprovedText, (round_id, like))
        if not any(one.text == text for one in written) and (through is None or through.text != text):
            raise NotFound
        state: State = "approved" if through else written[0].state  # type: ignore[assignment]  # one of its values
        after = decided(state, verdict)
        if after is None:
            return Moderated(Change(live_id))
        for one in written:
            one.state = after
        if after == "approved":
            db.session.add(ApprovedText(round_id=round_id, merged=like, text=text, people=0))
        elif through is not None:
            db.session.delete(through)
        if after == "apart":
            db.session.add_all(SetApart(round_id=round_id, text=wording, at=now) for wording in _wordings(written))
        _touched(row, now)
        return Moderated(Change(live_id), tuple(o.participant_id for o in written if after == "apart"))


def take_back(live_id: int, round_id: int, text: str, now: datetime) -> Moderated:
    """Undo the last verdict on `text`: it waits again, with all that say the same. Raises as `moderate` does.

    Words that the list set apart by itself stay so: nobody's verdict did that. The help shown to a phone stays too.
    """
    query = select(SetApart.id, SetApart.text).where(SetApart.round_id == round_id)
    like = [sheet for sheet in db.session.execute(query) if merged(sheet.text) == merged(text)]
    db.session.rollback()
    if not like:
        return moderate(live_id, round_id, text, "wait", now)
    by_hand = [sheet.id for sheet in like if not may_call_for_help(sheet.text)]
    if not by_hand:
        raise NotFound
    for sheet_id in by_hand:
        release(live_id, sheet_id, now)
    return Moderated(Change(live_id))


def _wordings(written: list[WrittenText]) -> list[str]:
    return sorted({one.text for one in written})


def say_aloud(live_id: int, round_id: int, typed: str, now: datetime) -> Change:
    """Words that somebody said in the room, typed by the facilitator: read already. Raises as `plain` does."""
    text = plain(typed)
    with transaction():
        row = _round(live_id, round_id)
        like = merged(text)
        through = db.session.get(ApprovedText, (round_id, like))
        if through is None:
            db.session.add(ApprovedText(round_id=round_id, merged=like, text=text, people=1))
            waiting = update(WrittenText).where(WrittenText.round_id == round_id, WrittenText.merged == like)
            db.session.execute(waiting.where(WrittenText.state != "apart").values(state="approved"))
        else:
            through.people += 1
        _touched(row, now)
    return Change(live_id)


def _round(live_id: int, round_id: int) -> LiveSessionRow:
    """The live session of a round that takes words, both locked: what is being written waits."""
    row = live_sessions.find(live_id, lock=True)
    stored = db.session.get(RoundRow, round_id, with_for_update=True)
    if row is None or stored is None or stored.live_session_id != live_id:
        raise UnknownRound
    if row.ended_at is not None:
        raise SessionEnded
    question = question_of(stored, live_sessions.workshop_of(row))
    if question.form != "text":
        raise UnknownRound
    return row


def _touched(row: LiveSessionRow, now: datetime) -> None:
    row.edits += 1
    row.active_at = now


def release(live_id: int, sheet_id: int, now: datetime) -> Change:
    """It was no call for help: back among those that wait, if its author left it as it was. NotFound, SessionEnded."""
    with transaction():
        sheet = _find(live_id, sheet_id)
        row = _round(live_id, sheet.round_id)
        like = update(WrittenText).where(WrittenText.round_id == sheet.round_id, WrittenText.text == sheet.text)
        db.session.execute(like.where(WrittenText.state == "apart").values(state="waiting"))
        db.session.delete(sheet)
        row.erasure_pending = True
        _touched(row, now)
    return Change(live_id)


def delete_sheet(live_id: int, sheet_id: int) -> None:
    """For good, once it was passed on. Raises NotFound."""
    with transaction():
        db.session.delete(_find(live_id, sheet_id))
        db.session.get_one(LiveSessionRow, live_id).erasure_pending = True


def _find(live_id: int, sheet_id: int) -> SetApart:
    here = select(RoundRow.id).where(RoundRow.live_session_id == live_id)
    query = select(SetApart).where(SetApart.id == sheet_id, SetApart.round_id.in_(here))
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def purge_sheets(before: datetime) -> int:
    """In the caller's transaction, those set apart before this moment; how many."""
    ids = list(db.session.execute(select(SetApart.id).where(SetApart.at <= before)).scalars())
    db.session.execute(delete(SetApart).where(SetApart.id.in_(ids)))
    return len(ids)
