"""Take the pictures of docs/screenshots: every screen at its real size, in a class of 28 with plausible answers.

python3 manage.py test browser                                   # once, for the environment
.venv/bin/python -m tests.browser.take_screenshots
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.driving import Server, leaving_nothing
from workshop.config import ROOT

from .classroom import QUESTIONS, Crowd, Model
from .conftest import CHROMIUM
from .console import Console
from .house import House
from .people import LAPTOP, PHONE, SCREEN, Pupil, activity_count, choices_of

FOLDER = ROOT / "docs" / "screenshots"
CLASS = 28
