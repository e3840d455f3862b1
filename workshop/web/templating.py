"""How templates are found, and what they may not pass over in silence."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
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


class SwiftEnvironment(Environment):
    """Globals are complete before the first page is drawn, and templates are few: neither is looked for again at each
    `import` of each page. A class waits while its page is drawn; this was a fifth of it."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}
