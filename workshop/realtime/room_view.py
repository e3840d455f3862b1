"""What is counted in the room and not by devices: hands, and paper cards with the turns that they take."""

from workshop.domain.activities import Activity, Question
from workshop.domain.cards import turns
from workshop.services.viewing import Board

from .views import HandsView, SceneView


def counted_in_the_room(board: Board, activity: Activity, scene: SceneView) -> tuple[HandsView, ...]:
    """A form for each open question of the scene that hands can answer; none on lived experience."""
    if activity.is_experience:
        return ()
    asked = {question.id: question for question in activity.questions if question.takes_hands}
    return tuple(
        HandsView(
            question.round,
            question.form,
            question.text,
            tuple((choice, board.hands.get(int(question.round), {}).get(choice.id, 0)) for choice in question.choices),
            _cards(board, int(question.round), asked[question.id]),
        )
        for question in scene.questions
        if question.is_open and question.round and question.id in asked
    )


def card_turns(board: Board, question: Question) -> tuple[tuple[int, ...], ...]:
    """The turns that cards need; none where they are not used, or once is enough."""
    if not _reads_cards(board, question):
        return ()
    found = turns(len(question.choices))
    return found if len(found) > 1 else ()


def _cards(board: Board, round_id: int, question: Question) -> tuple[int, ...] | None:
    if not _reads_cards(board, question):
        return None
    return tuple(board.cards.get(round_id, {}).get(choice, 0) for choice in question.choice_ids)


def _reads_cards(board: Board, question: Question) -> bool:
    return board.live.answering.has_cards and question.takes_cards
