"""What a phone used as a remote is given: never more than the console and, where anyone may listen, next to nothing."""

from dataclasses import replace

from workshop.domain.activities import Notes
from workshop.services.viewing import Board

from .audiences import facilitator_view
from .views import FacilitatorView, QuestionView, SceneView


def remote_view(board: Board, encrypted: bool) -> FacilitatorView:
    """The console's view without its other remotes and its summary. Over http also without results, without what pupils
    wrote, and of the notes only what is said aloud anyway."""
    view = replace(facilitator_view(board), remotes=(), summary=())
    if encrypted:
        return view
    said = Notes(say=view.notes.say) if view.notes else None
    return replace(view, notes=said, scene=_bare(view.scene), reading=None, apart=0)


def _bare(scene: SceneView | None) -> SceneView | None:
    return replace(scene, questions=tuple(map(_asked, scene.questions))) if scene else None


def _asked(question: QuestionView) -> QuestionView:
    return replace(question, result=None, disclosed=None, shift=None, texts=())
