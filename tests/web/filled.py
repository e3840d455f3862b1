"""A form as a browser would send it, read from its page."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.wanted, self.inside = form_id, False
        self.found: list[tuple[str, str]] = []
        self.area: str | None = None
        self.select: str | None = None
        self.picked: str | None = None
        self.first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self.inside = given.get("id") == self.wanted
        elif not self.inside:
            return
        elif tag == "input" and name:
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.found.append((name, value))
        elif tag == "textarea" and name:
            self.area = name
            self.found.append((name, ""))
        elif tag == "select" and name:
            self.select, self.picked, self.first = name, None, None
        elif tag == "option":
            self.first = value if self.first is None else self.first
            if "selected" in given:
                self.picked = value

    def handle_data(self, data: str) -> None:
        if self.area:
            name, before = self.found[-1]
            self.found[-1] = (name, before + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            name, text = self.found[-1]
            # A line break right after the tag is not part of the text; lines are sent with both characters.
            self.found[-1] = (
                name,
                text.removeprefix("\r\n").removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n"),
            )
            self.area = None
        elif tag == "select" and self.select:
            self.found.append((self.select, self.picked if self.picked is not None else self.first or ""))
            self.select = None


def filled(page: str, form_id: str = "part") -> dict[str, str]:
    """What sending this form sends, its buttons left out."""
    fields = _Fields(form_id)
    fields.feed(page)
    return dict(fields.found)
