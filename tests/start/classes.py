"""`python -m tests.start.classes 3`: brings the database up to date, and makes as many classes in their lobby, each
with the addresses that a demonstration prints; one JSON object a line."""

# ruff: noqa: E402  # gevent must patch the standard library before anything imports it
from gevent import monkey

monkey.patch_all()

import json
import sys

from workshop import create_app
from workshop.config import read_config
from workshop.starting import open_demo, upgrade


def main() -> None:
    config = read_config()
    app = create_app(config, start=False)
    upgrade(app)
    with app.app_context():
        for _ in range(int(sys.argv[1])):
            print(json.dumps(open_demo(app, config, 40).addresses))


if __name__ == "__main__":
    main()
