"""The application of wsgi.py, which takes its time to load, and says when it has."""

import time
from pathlib import Path

import wsgi

time.sleep(1)
app = wsgi.app
Path(wsgi.config.data, "loaded").touch()
