"""What cannot be undone is asked first, on a page of its own."""

from collections.abc import Sequence

from flask import make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from .forms import ConfirmForm


def ask(heading: str, said: Sequence[str], back: str, wider: str | None = None) -> AnyResponse:
    """The page before what cannot be undone: what it does, and a way back. The button posts to the same address;
    `wider` is that of what goes further."""
    form = ConfirmForm()
    return make_response(
        render_template("desk/delete.html", form=form, heading=heading, said=said, back=back, wider=wider)
    )
