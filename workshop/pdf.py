"""Papers as tagged PDF: a Typst template of ours, our own fonts. What people typed is data, never markup."""

import importlib.util
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from gevent import get_hub

from .config import ROOT

FONTS = ROOT / "static" / "fonts"


def has_pdf() -> bool:
    """Typst has no wheel for every system (Windows on ARM): there, the same content as a page."""
    return importlib.util.find_spec("typst") is not None


def make_pdf(template: Path, data: Any, made_at: datetime) -> bytes:
    """The PDF of a template that reads the JSON in `sys.inputs.data`. `made_at` dates it: same data, same bytes.

    In a thread of gevent's pool: laying out takes tens of milliseconds, which a class must not wait for.
    """
    return bytes(get_hub().threadpool.apply(_compile, (template, json.dumps(data), int(made_at.timestamp()))))


def _compile(template: Path, data: str, timestamp: int) -> bytes:
    import typst  # noqa: PLC0415  # not everywhere, and 30 MB that a class does not need

    source: bytes = template.read_bytes()
    made: bytes = typst.compile(  # type: ignore[misc]  # its stub has a type that nothing tells
        source,
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards=["ua-1", "a-2a"],  # accessible, and made to last: Typst refuses to write what breaks either
        timestamp=timestamp,
    )
    return made
