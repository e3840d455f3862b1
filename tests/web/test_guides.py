"""The guides of docs/fr, in the application: they open without the Internet."""

import re

import pytest
from flask.testing import FlaskClient

from workshop.web import guides


@pytest.mark.parametrize("name", guides.NAMES)
def test_guides_open_in_the_application_and_lead_to_one_another_alone(desk: FlaskClient, name: str) -> None:
    page = desk.get(f"/animer/guides/{name}")
    assert page.status_code == 200
    article = page.text.split("<article")[1].split("</article>")[0]
    assert set(re.findall(r'href="([^"]+)"', article)) <= {f"/animer/guides/{other}" for other in guides.NAMES}
    assert "[ ]" not in article
    assert "](" not in article


def test_guide_that_is_none_does_not_exist(desk: FlaskClient) -> None:
    for name in ("methodologie", "..%2Fconfiguration", "papiers/accord"):
        assert desk.get(f"/animer/guides/{name}").status_code == 404
