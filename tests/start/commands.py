"""The commands as a user types them, in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

from workshop.config import ROOT

CLOSED = "http://127.0.0.1:9"  # nothing listens on the « discard » port
# No index, no proxy that answers, no cache, no other place that this machine may have for its packages.
OFFLINE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": f"{CLOSED}/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "PIP_NO_CACHE_DIR": "1",
    "HTTP_PROXY": CLOSED,
    "HTTPS_PROXY": CLOSED,
}


def manage(*arguments: str | Path, tree: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python3 manage.py …` of a tree, from a folder that is not that tree."""
    return subprocess.run(
        [sys.executable, str(tree / "manage.py"), *map(str, arguments)],
        cwd="/" if os.name == "posix" else None,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def sentence_of(result: subprocess.CompletedProcess[str]) -> str:
    """What a command that failed said: one line on standard error, and nothing else."""
    assert result.returncode not in (0, None), result.stdout
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Installation, une seule fois")]
    assert len(lines) == 1, result.stderr
    return lines[0]
