"""The forms that adults fill in. Messages come in the reader's language; what was typed is never lost."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from workshop.domain.live_session import MAX_CAPACITY, Answering
from workshop.services.accounts import MIN_PASSWORD

MAX_SIMULATED = 200
_REQUIRED = InputRequired(_("Ce champ est à remplir."))
_SHORT = Length(max=120, message=_("120 caractères au plus."))
_AT = Regexp(r"[^@\s]+@[^@\s]+", message=_("Cette adresse ne semble pas complète."))


def _between(low: int, high: int) -> NumberRange:
    return NumberRange(low, high, message=_("Entre %(min)s et %(max)s."))


class SignInForm(FlaskForm):
    email = EmailField(_("Adresse électronique"), [_REQUIRED, _SHORT])
    password = PasswordField(_("Mot de passe"), [_REQUIRED])


class InvitationForm(FlaskForm):
    """Invite a colleague."""

    email = EmailField(_("Adresse électronique"), [_REQUIRED, _SHORT, _AT])


class WelcomeForm(FlaskForm):
    name = StringField(_("Votre nom"), [_REQUIRED, _SHORT])
    password = PasswordField(
        _("Mot de passe"), [_REQUIRED, Length(min=MIN_PASSWORD, message=_("12 caractères au moins."))]
    )


class FirstAccountForm(WelcomeForm):
    email = EmailField(_("Adresse électronique"), [_REQUIRED, _SHORT, _AT])


class SetUpForm(FlaskForm):
    quiz = SelectField(_("Atelier"), [_REQUIRED])
    answering = RadioField(
        _("Façon de répondre"),
        [_REQUIRED],
        choices=[
            SelectChoice(Answering.PHONES.value, _("Chacun sur un appareil")),
            SelectChoice(Answering.CARDS.value, _("Chacun avec une carte en papier")),
            SelectChoice(Answering.MIXED.value, _("Appareils, cartes et mains levées")),
            SelectChoice(Answering.HANDS.value, _("À main levée seulement")),
        ],
        default=Answering.PHONES.value,
    )
    present = IntegerField(_("Élèves présents"), [Optional(), _between(0, MAX_CAPACITY)])
    capacity = IntegerField(_("Appareils au plus"), [Optional(), _between(1, MAX_CAPACITY)])
    school = StringField(_("Établissement"), [_SHORT])
    class_label = StringField(_("Classe"), [_SHORT])
    level = StringField(_("Niveau"), [_SHORT])
    adult = StringField(_("Adulte présent dans la salle"), [_SHORT])
    person = StringField(_("Personne à qui parler"), [_SHORT])
    place = StringField(_("Où la trouver"), [_SHORT])
    hours = StringField(_("Quand"), [_SHORT])
    deputy = StringField(_("En son absence"), [_SHORT])
    partner = SelectField(_("Binôme : qui pourrait reprendre la séance"), [Optional()], default="")
    intervention = HiddenField()
    people_there = BooleanField(_("C’est vérifié : ces personnes sont là aujourd’hui"))
    rehearsal = BooleanField(_("C’est une répétition : aucun téléphone, rien ne compte"))
    simulated = IntegerField(_("Élèves simulés"), [Optional(), _between(0, MAX_SIMULATED)])
