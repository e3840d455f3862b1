"""What a template may not pass over in silence."""

from typing import Any

from jinja2 import StrictUndefined, Undefined
from jinja2.utils import missing


class FieldsExist(Undefined):
    """A name that a page was not given is nothing, as usual; a field that an object has not is an error.

    So a template that is handed a tally where it takes a view fails, and draws no page that looks right.
    """

    def __new__(cls, hint: str | None = None, obj: Any = missing, **named: Any) -> Undefined:  # type: ignore[misc]  # the strict one in its place
        if obj is missing or isinstance(obj, dict):
            return super().__new__(cls)
        return StrictUndefined(hint, obj, **named)
