"""The lines of a hosted instance's log: readable by a machine, about nobody."""

import json
import logging
import runpy
import sys

import pytest

from workshop.config import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")


def line(message: str, *arguments: object, error: Exception | None = None) -> dict[str, object]:
    form = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["Line"]()
    caught = None
    if error is not None:
        try:
            raise error
        except Exception:
            caught = sys.exc_info()
    record = logging.LogRecord("preau", logging.ERROR, "here.py", 1, message, arguments, caught)
    found: dict[str, object] = json.loads(form.format(record))
    return found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Listening at: http://0.0.0.0:8000 (12)", "Listening at: http://… (12)"),
        ("from 192.168.1.77.", "from …"),
        ("from [2001:db8::77]:443, fe80::1%wlan0", "from […]:443, …%wlan0"),
        ("at 12:34:56, version 1.2.3, 10.5 s", "at 12:34:56, version 1.2.3, 10.5 s"),
    ],
)
def test_addresses_are_not_written(written: str, read: str) -> None:
    assert line("%s", written)["message"] == read


def test_text_of_an_exception_is_not_written_and_its_place_is() -> None:
    found = line("answer failed", error=ValueError("what a pupil sent"))
    assert (found["error"], found["level"], found["message"]) == ("ValueError", "error", "answer failed")
    assert "pupil" not in json.dumps(found)
    assert "test_log.py" in str(found["where"])


def test_a_line_is_one_line() -> None:
    assert line("two\nlines")["message"] == "two\nlines"
