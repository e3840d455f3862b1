"""Names of the cookies, for HTTP and for the socket's handshake alike. Each is HttpOnly and SameSite=Lax."""

DESK = "preau_desk"
LANGUAGE = "preau_language"  # one of `domain/languages.py`


_ADULTS = ("desk", "form", "screen_", "remote_", "teacher_", "school_", "notes_")


def is_pupils(name: str) -> bool:
    """Whether a cookie tells of the pupil who holds a device: all of ours do, but those of adults."""
    return name.startswith("preau_") and not name.removeprefix("preau_").startswith(_ADULTS)


def participant_cookie(code: str) -> str:
    """One for each live session: what a phone was in another class is nobody's business."""
    return f"preau_{code.lower()}"


def screen_cookie(live_id: int) -> str:
    return f"preau_screen_{live_id}"


def remote_cookie(live_id: int) -> str:
    return f"preau_remote_{live_id}"


def teacher_cookie(live_id: int) -> str:
    """For one class alone: who reads two has two links."""
    return f"preau_teacher_{live_id}"


def school_cookie(school_id: int) -> str:
    return f"preau_school_{school_id}"
