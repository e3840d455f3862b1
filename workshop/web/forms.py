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
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from workshop.domain.live_session import MAX_CAPACITY, Answering
from workshop.room_network import Wifi
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


class ConfirmForm(FlaskForm):
    """A button that says what it does: the token alone."""


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


class WifiForm(FlaskForm):
    """The Wi-Fi that phones join first: what its standard takes, so that no code is shown that no phone can read."""

    wifi_name = StringField(_("Nom du Wi-Fi"), [_REQUIRED])
    wifi_key = StringField(_("Clé"))
    hidden = BooleanField(_("Ce Wi-Fi est caché : son nom ne paraît pas dans la liste des téléphones"))
    stays = BooleanField(_("C’est notre routeur : s’en souvenir pour les prochaines fois"))

    def validate_wifi_name(self, field: StringField) -> None:
        name = str(field.data)
        if len(name.encode()) > 32 or not name.isprintable():
            raise ValidationError(_("Un nom de Wi-Fi a 32 caractères au plus."))

    def validate_wifi_key(self, field: StringField) -> None:
        key = str(field.data or "")
        if key and (not 8 <= len(key) <= 63 or not key.isascii() or not key.isprintable()):
            raise ValidationError(
                _("Une clé de Wi-Fi a de 8 à 63 caractères, sans accent. Laissez vide s’il n’y en a pas.")
            )

    @property
    def wifi(self) -> Wifi:
        return Wifi(str(self.wifi_name.data), str(self.wifi_key.data or "") or None, bool(self.hidden.data))
