"""The forms of what is planned: schools, their adults, interventions, the national directory."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from workshop.domain.live_session import MAX_CAPACITY
from workshop.domain.schools import COLLEGE, DEPARTMENTS, LYCEE, MAX_TEXT
from workshop.domain.uai import check_letter, tidy_uai, uai_fault
from workshop.services.interventions import FIRST_YEAR, LAST_YEAR
from workshop.web.forms import SetUpForm
from workshop.wording import LEVEL_NAMES

_REQUIRED = DataRequired(_("Ce champ est à remplir."))
_SHORT = Length(max=MAX_TEXT, message=_("120 caractères au plus."))


def _tidy(text: str | None) -> str:
    """Without control characters, which a database refuses, nor spaces too many."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


def _text(label: str, *validators: object) -> StringField:
    return StringField(label, [*validators, _SHORT], filters=[_tidy])


def _boxes(label: str, **options: object) -> SelectMultipleField:
    return SelectMultipleField(label, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), **options)


def _departments(first: object) -> list[SelectChoice]:
    named = [SelectChoice(code, f"{code} · {name}") for code, name in DEPARTMENTS.items()]
    return [SelectChoice("", first), *named]


class SchoolForm(FlaskForm):
    name = _text(_("Nom"), _REQUIRED)
    level = SelectField(
        _("Type d’établissement"), [_REQUIRED], choices=[SelectChoice(key, name) for key, name in LEVEL_NAMES.items()]
    )
    town = _text(_("Commune"))
    department = SelectField(_("Département"), choices=_departments("–"), default="")
    uai = StringField(_("Code UAI"), filters=[lambda text: tidy_uai(text or "")])

    def validate_uai(self, field: StringField) -> None:
        fault = uai_fault(field.data) if field.data else None
        if fault == "uai_letter":
            raise ValidationError(
                _("Avec ces chiffres, la lettre serait %(letter)s : un caractère est faux.")
                % {"letter": check_letter(field.data[:7])}
            )
        if fault:
            raise ValidationError(_("Un code UAI a sept chiffres et une lettre, comme 0440029T."))


class ContactForm(FlaskForm):
    name = _text(_("Nom"), _REQUIRED)
    role = _text(_("Fonction"))
    email = EmailField(
        _("Adresse électronique"),
        [Optional(), _SHORT, Regexp(r"[^@\s]+@[^@\s]+$", message=_("Cette adresse ne semble pas complète."))],
        filters=[_tidy],
    )
    listens = BooleanField(_("Les élèves peuvent aller lui parler"))
    place = _text(_("Où la trouver"))
    hours = _text(_("Quand"))


_DATE, _TIME = _("Indiquez une date, comme 23/11/2026."), _("Indiquez une heure, comme 10 h 30.")


class _Day(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        with _in_words(_DATE):
            super().process_formdata(valuelist)


class _Hour(TimeField):
    def process_formdata(self, valuelist: list[str]) -> None:
        with _in_words(_TIME):
            super().process_formdata(valuelist)


@contextmanager
def _in_words(sentence: str) -> Iterator[None]:
    """What the library says of a field that it cannot read, in our words."""
    try:
        yield
    except ValueError as error:
        raise ValueError(sentence) from error


class InterventionForm(FlaskForm):
    # The first form is that of browsers with a picker; the others are typed where there is none.
    date = _Day(_("Date"), [InputRequired(_DATE)], format=["%Y-%m-%d", "%d/%m/%Y"])
    time = _Hour(_("Heure"), [InputRequired(_TIME)], format=["%H:%M", "%Hh%M", "%H h %M"])
    class_label = _text(_("Classe"))
    level = _text(_("Niveau"))
    expected = IntegerField(
        _("Élèves attendus"), [Optional(), NumberRange(0, MAX_CAPACITY, message=_("Entre %(min)s et %(max)s."))]
    )
    slug = SelectField(_("Atelier"), [_REQUIRED])
    answering = RadioField(SetUpForm.answering.args[0], [_REQUIRED], **SetUpForm.answering.kwargs)
    adult = _text(_("Adulte présent dans la salle"))
    facilitators = _boxes(_("Qui anime"), coerce=int)

    def validate_date(self, field: DateField) -> None:
        if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise ValidationError(_("Vérifiez l’année."))


class PeriodForm(FlaskForm):
    """Days, both included; read from the address, and changes nothing."""

    class Meta:
        csrf = False

    du = _Day(_("Du"), [InputRequired(_DATE)], format=["%Y-%m-%d", "%d/%m/%Y"])
    au = _Day(_("Au"), [InputRequired(_DATE)], format=["%Y-%m-%d", "%d/%m/%Y"])

    def validate_au(self, field: DateField) -> None:
        if field.data and self.du.data and not FIRST_YEAR <= self.du.data.year <= field.data.year <= LAST_YEAR:
            raise ValidationError(_("Vérifiez l’année."))
        if field.data and self.du.data and field.data < self.du.data:
            raise ValidationError(_("Ce jour est avant le premier."))


class DirectoryForm(FlaskForm):
    file = FileField(_("Fichier CSV"), [FileRequired(_("Choisissez un fichier."))])
    levels = _boxes(
        _("Établissements à garder"),
        choices=[SelectChoice(key, name) for key, name in LEVEL_NAMES.items()],
        default=[COLLEGE, LYCEE],
    )
    department = SelectField(_("Département"), choices=_departments(_("Tous")), default="")

    def validate_levels(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_("Gardez au moins un type d’établissement."))
