"""The filters of the association's figures: a form that changes nothing, read from the address."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from workshop.services.reporting import Option, Options
from workshop.storage.held_sessions import Filters

from . import words

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_DAY = InputRequired(_("Indiquez un jour."))


class Narrowing(SelectField):
    """One of what was run at least once, or everything: also when the address does not name it."""

    def pre_validate(self, form: FlaskForm) -> None:
        if self.data is not None and self.data not in dict(_pairs(self)):
            raise ValidationError(_("Ce choix n’existe pas, ou plus."))


class ImpactForm(FlaskForm):
    class Meta:
        csrf = False  # it only reads, and its address may be kept

    since = DateField(_("Du"), [_DAY])
    until = DateField(_("Au"), [_DAY])
    department = Narrowing(_("Département"))
    school = Narrowing(_("Établissement"))
    level = Narrowing(_("Niveau"))
    workshop = Narrowing(_("Atelier"))
    facilitator = Narrowing(_("Animation"))

    def offer(self, options: Options) -> None:
        self.department.choices = _choices(_("Tous"), options.departments, words.department)
        self.school.choices = _choices(_("Tous"), options.schools)
        self.level.choices = _choices(_("Tous"), options.levels)
        self.workshop.choices = _choices(_("Tous"), options.workshops)
        self.facilitator.choices = _choices(_("Toute l’équipe"), options.facilitators)

    def validate_since(self, field: DateField) -> None:
        if field.data and not _FIRST_YEAR <= field.data.year <= _LAST_YEAR:
            raise ValidationError(_("Ce jour est trop loin."))

    def validate_until(self, field: DateField) -> None:
        self.validate_since(field)
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("La fin vient avant le début."))

    @property
    def filters(self) -> Filters:
        return Filters(
            self.since.data,
            self.until.data,
            self.department.data or "",
            self.school.data or "",
            self.level.data or "",
            self.workshop.data or "",
            int(self.facilitator.data) if self.facilitator.data else None,
        )

    def narrowed(self) -> str:
        """The filters that are set, but the days: « Niveau 4e, Atelier Juste un montage »."""
        fields = (self.department, self.school, self.level, self.workshop, self.facilitator)
        return ", ".join(f"{field.label.text} {dict(_pairs(field))[field.data]}" for field in fields if field.data)


def _pairs(field: SelectField) -> list[tuple[str, str]]:
    return [(choice.value, str(choice.label)) for choice in field.choices]


def _choices(every: str, options: tuple[Option, ...], say: object = None) -> list[SelectChoice]:
    found = [(option.value, say(option.label) if callable(say) else option.label) for option in options]
    return [SelectChoice("", every), *(SelectChoice(value, label) for value, label in found)]
