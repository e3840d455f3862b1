"""Headers, hosts, origins, cookies: what every response says, and which requests are taken at all."""

import base64
import gzip
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from flask import Flask
from flask.testing import FlaskClient

from workshop import create_app
from workshop.config import Config

from .conftest import ClassRoom

PAGES = ["/", "/connexion", "/motifs", "/nowhere", "/healthz"]


@pytest.mark.parametrize("path", PAGES)
def test_every_response_carries_the_strict_policy(phone: FlaskClient, path: str) -> None:
    headers = phone.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_policy_of_a_pupils_page_names_the_one_script_that_it_holds(phone: FlaskClient, room: ClassRoom) -> None:
    answer = phone.get(f"/r/{room.code}")
    [held] = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(held.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/connexion", "/motifs"])
def test_page_has_no_inline_script_or_style_that_the_policy_would_refuse(phone: FlaskClient, path: str) -> None:
    page = phone.get(path).text
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page


def test_forged_host_is_refused(phone: FlaskClient) -> None:
    assert phone.get("/", headers={"Host": "attacker.example"}).status_code == 421


def test_forwarded_headers_are_ignored_on_a_laptop(phone: FlaskClient) -> None:
    """Nobody stands in front: who says so lies, to pass for the machine itself."""
    lying = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "attacker.example"}
    answer = phone.get("/connexion", headers=lying, environ_base={"REMOTE_ADDR": "192.168.1.66"})
    assert answer.status_code == 403


def test_sign_in_over_the_lan_is_refused_and_says_where_to_go(phone: FlaskClient) -> None:
    page = phone.get("/connexion", environ_base={"REMOTE_ADDR": "192.168.1.66"})
    assert page.status_code == 403
    assert 'type="password"' not in page.text


@pytest.fixture
def hosted(sqlite_config: Config) -> Flask:
    return create_app(replace(sqlite_config, public_url="https://atelier.example.org"), start=False)


def test_hosted_cookies_travel_over_https_only(hosted: Flask) -> None:
    page = hosted.test_client().get("/connexion", headers={"Host": "atelier.example.org"})
    assert page.status_code == 200
    assert all("Secure" in cookie for cookie in page.headers.getlist("Set-Cookie"))
    assert page.headers["Strict-Transport-Security"]


def test_participant_cookie_is_for_this_class_alone_and_out_of_reach_of_scripts(
    phone: FlaskClient, room: ClassRoom
) -> None:
    [cookie] = phone.get(f"/r/{room.code}").headers.getlist("Set-Cookie")
    assert cookie.startswith(f"preau_{room.code.lower()}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie  # gone with the browser's window


def test_page_of_a_pupil_is_not_kept_by_caches(phone: FlaskClient, room: ClassRoom) -> None:
    assert phone.get(f"/r/{room.code}").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["../config.py", "..%2f..%2fwsgi.py", "quiz.fr.toml", "none.svg"])
def test_only_pictures_leave_the_quizzes_folder(phone: FlaskClient, name: str) -> None:
    assert phone.get(f"/quizzes/le-montage/{name}").status_code == 404


def test_picture_of_a_workshop_can_run_nothing(phone: FlaskClient) -> None:
    pictures = sorted((Path(phone.application.root_path).parent / "quizzes").glob("*/*.svg"))
    assert pictures
    for picture in pictures:
        found = phone.get(f"/quizzes/{picture.parent.name}/{picture.name}")
        assert found.status_code == 200
        assert "sandbox" in found.headers["Content-Security-Policy"]
        assert "script-src" not in found.headers["Content-Security-Policy"]
        found.close()


def test_static_bundle_is_kept_for_ever_and_another_digest_is_not_found(phone: FlaskClient) -> None:
    bundles = phone.application.extensions["preau_bundles"]
    address = bundles.address("participant.js")
    assert "immutable" in phone.get(address).headers["Cache-Control"]
    assert phone.get(address.replace(bundles["participant.js"].digest, "0" * 12)).status_code == 404


@pytest.mark.parametrize(
    ("takes", "encoding"),
    [("gzip, deflate", "gzip"), ("gzip, deflate, br, zstd", "br"), ("br;q=0, gzip", "gzip"), ("", None)],
)
def test_static_bundle_is_compressed_for_each_browser(phone: FlaskClient, takes: str, encoding: str | None) -> None:
    bundle = phone.application.extensions["preau_bundles"]["participant.css"]
    found = phone.get(bundle.address, headers={"Accept-Encoding": takes})
    assert found.headers.get("Content-Encoding") == encoding
    inflate = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[encoding]
    assert inflate(found.data) == bundle.body
    assert found.headers["Vary"] == "Accept-Encoding"


def test_font_of_a_page_is_kept_for_ever(phone: FlaskClient) -> None:
    bundles = phone.application.extensions["preau_bundles"]
    [address] = re.findall(rb'url\("(/static/b/[^"]+)"\)', bundles["participant.css"].body)
    font = phone.get(address.decode())
    assert font.data.startswith(b"wOF2")
    assert font.mimetype == "font/woff2"
    assert "immutable" in font.headers["Cache-Control"]
    assert "Content-Encoding" not in font.headers


def test_long_form_is_refused_with_a_sentence(phone: FlaskClient, room: ClassRoom) -> None:
    phone.get(f"/r/{room.code}")
    answer = phone.post(f"/r/{room.code}/answer", data={"choices": "x" * 100_000})
    assert answer.status_code == 413
    assert "trop long" in answer.text


def test_failure_shows_no_trace(app: Flask, phone: FlaskClient) -> None:
    @app.get("/fails")
    def fails() -> str:
        raise RuntimeError("inner workings")

    answer = phone.get("/fails")
    assert answer.status_code == 500
    assert "inner workings" not in answer.text
    assert "Traceback" not in answer.text
