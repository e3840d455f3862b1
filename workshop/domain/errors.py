"""One exception for every reason to refuse. `code` is what the wire says; `workshop.wording` has the sentence."""


class Refusal(Exception):
    """Something that can't be taken, said to the one who asked and to nobody else."""

    code = "refused"
    status = 400


class UnknownCode(Refusal):
    code, status = "unknown_code", 404


class SessionEnded(Refusal):
    code, status = "ended", 410


class ClassFull(Refusal):
    code, status = "full", 409


class EntryLocked(Refusal):
    code, status = "locked", 409


class RehearsalOnly(Refusal):
    """A rehearsal never meets a real phone, so that it can never count."""

    code, status = "rehearsal", 409


class Retired(Refusal):
    """This identity was taken up again in another browser by its come-back code."""

    code, status = "retired", 409


class WrongComebackCode(Refusal):
    code, status = "wrong_code", 404


class TooManyAttempts(Refusal):
    code, status = "too_many_attempts", 429


class Malformed(Refusal):
    code, status = "malformed", 400


class TooLarge(Refusal):
    code, status = "too_large", 413


class HelloFirst(Refusal):
    code, status = "hello_first", 409


class UnknownRound(Refusal):
    code, status = "unknown_round", 404


class UnknownChoice(Refusal):
    code, status = "unknown_choice", 400


class NotAnOrder(Refusal):
    """Something has no place, or two things have the same."""

    code, status = "not_an_order", 400


class EmptyText(Refusal):
    """Nothing that can be read."""

    code, status = "empty_text", 400


class TextTooLong(Refusal):
    code, status = "text_too_long", 400


class TextTaken(Refusal):
    """An adult has let it through: the class may be reading it."""

    code, status = "text_taken", 409


class TooManyChanges(Refusal):
    """A text that changes again and again is more than an adult can read."""

    code, status = "too_many_changes", 429


class CharterFull(Refusal):
    code, status = "charter_full", 400


class RoundClosed(Refusal):
    code, status = "round_closed", 409


class SessionPaused(Refusal):
    code, status = "paused", 409


class StaleVersion(Refusal):
    """Another tab, a remote control or a double click was faster."""

    code, status = "stale", 409


class IllegalCommand(Refusal):
    code, status = "illegal_command", 409


class NeedsConfirmation(Refusal):
    """What can't be undone asks for a second, different gesture."""

    code, status = "needs_confirmation", 409


class TiedVote(Refusal):
    """Several choices of a scene lead, to several scenes: somebody must choose among them."""

    code, status = "tied", 409


class NotLeading(Refusal):
    """The class's vote decides where a story goes, not whoever leads."""

    code, status = "not_leading", 409


class HandsRefused(Refusal):
    """Lived experience is answered alone, on one's own device, or not at all."""

    code, status = "hands_refused", 409


class CardsRefused(Refusal):
    """Not what a raised card may say: lived experience, an opinion, several choices, an order, a number."""

    code, status = "cards_refused", 409


class NotOnTheWall(Refusal):
    """Another figure was on the class's screen than the one that the facilitator told."""

    code, status = "not_on_the_wall", 409


class SharedRefused(Refusal):
    """Lived experience, an opinion, a follow-up: not on a device that several pupils share."""

    code, status = "shared_refused", 409


class AnsweredAlready(Refusal):
    """Whoever has answered has their way of answering."""

    code, status = "answered_already", 409


class UnknownSeat(Refusal):
    """A place on a device on which there is none: it is first said how many share it."""

    code, status = "unknown_seat", 409


class NotAllowed(Refusal):
    code, status = "not_allowed", 403


class NotFound(Refusal):
    """Deleted meanwhile, or never there."""

    code, status = "not_found", 404


class LinkExpired(Refusal):
    code, status = "link_expired", 410


class Busy(Refusal):
    code, status = "busy", 503


class StorageFull(Refusal):
    code, status = "storage_full", 507
