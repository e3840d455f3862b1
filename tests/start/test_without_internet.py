"""Everything from the laptop: a class is played where no route leads out of the machine, and nothing tries to leave."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workshop.config import ROOT

ISLAND, WATCH = Path(__file__).with_name("island.py"), Path(__file__).with_name("watch")
OUTSIDE = ("203.0.113.1", "2001:db8::1")  # nobody's, by RFC 5737 and 3849: asked for to see that it would be noticed


def alone() -> list[str]:
    """The command that runs another one in a network namespace of its own; skips where that is not to be had."""
    if shutil.which("unshare") is None:
        pytest.skip("no `unshare`: network namespaces are Linux's, of the package util-linux")
    said = []
    for way in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        tried = subprocess.run([*way, "true"], capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            return way
        said.append(tried.stderr.strip())
    pytest.skip(f"this machine refuses network namespaces, to root and to users: {'; '.join(said)}")


@pytest.mark.timeout(200)
def test_class_is_played_where_no_route_leads_out_and_nothing_tries_to_leave(tmp_path: Path) -> None:
    watch = tmp_path / "asked-for"
    done = subprocess.run(
        [*alone(), sys.executable, str(ISLAND), str(tmp_path / "data"), *OUTSIDE],
        env={**os.environ, "PYTHONPATH": f"{WATCH}:{ROOT}", "PREAU_TEST_WATCH": str(watch)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["recorded"] == told["asked"] > 50
    assert set(told["pages"].values()) == {200}, told["pages"]
    assert told["browser"] == ["127.0.0.1:port", "192.168.77.1:port"]
    assert told["seen_when_tried"] == 2, "leaving would not have been noticed: this test proves nothing"
    assert told["left"] == 0, "a process asked the kernel for an address out of this machine"
    asked_for = [line for line in watch.read_text().splitlines() if line != "watching"]
    assert [line.split()[0] for line in asked_for] == list(OUTSIDE), asked_for
