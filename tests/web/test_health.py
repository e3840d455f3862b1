"""The console's line on the network, in words."""

import re

from flask import Flask

from workshop.realtime.health import Health


def test_console_tells_of_the_network_in_one_line(app: Flask) -> None:
    def line(**counts: int) -> str:
        with app.test_request_context():
            template = app.jinja_env.from_string(
                '{% from "components/icons.html" import icon %}{% include "facilitator/health.html" %}'
            )
            return " ".join(re.sub(r"<[^>]+>", "", template.render(health=Health(**counts))).split())

    assert line(direct=28, dropped=1) == ""
    assert line(direct=24, dropped=4).startswith("4 appareils se sont mis en veille ou ont perdu la connexion")
    assert line(dropped=28).startswith("La plupart des appareils")
    assert line(direct=28, trip=1_500).startswith("Le réseau est lent")
    assert line(direct=10, paged=10).startswith("Plusieurs appareils n’ont pas de connexion directe")
