"""The settings of the application that answers this request."""

from flask import current_app

from workshop.config import Config


def config() -> Config:
    found = current_app.config["PREAU"]
    assert isinstance(found, Config)
    return found
