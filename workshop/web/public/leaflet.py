"""What a school may read of a workshop before it asks for one: nothing that is for the facilitator, no answer.

Written once, for the public page and for the paper.
"""

from dataclasses import dataclass

from flask_babel import gettext as _

from workshop import wording
from workshop.domain.activities import Activity, Source, Workshop

HOUR = 42  # minutes; with eight to come in and leave, what most lessons last
# The tone of a kind of activity, on the ribbon of the hour.
_TONES = {"before": "f", "after": "f", "exit": "f", "conversation": "a", "scenario": "a", "help": "c"}


@dataclass(frozen=True)
class Step:
    """One moment of the hour. `x` and `width` are its place on the ribbon, in thousandths; `short` its minutes in the
    short variant, or None."""

    title: str
    minutes: int
    short: int | None
    what: str
    scene: str | None
    optional: bool
    tone: str
    x: float
    width: float


@dataclass(frozen=True)
class SourceLine:
    title: str
    date: str


@dataclass(frozen=True)
class Leaflet:
    slug: str
    language: str
    theme: str
    title: str
    levels: tuple[str, ...]
    minutes: int
    length: str
    short: str | None
    summary: str
    objectives: tuple[str, ...]
    crcn: tuple[str, ...]
    emc: tuple[str, ...]
    steps: tuple[Step, ...]
    lived: bool
    material: tuple[str, ...]
    without_phones: str | None
    family: str | None
    sources: tuple[SourceLine, ...]
    picture: str | None
    reviewed: str


def themes() -> dict[str, str]:
    return {"cyberharcelement": _("Cyberharcèlement"), "e-reputation": _("E-réputation")}


def material() -> tuple[str, ...]:
    """What every workshop needs, where its file says nothing of its own."""
    return (
        _("Un vidéoprojecteur, et un écran lisible du fond."),
        _("Des téléphones ou des tablettes, si l’établissement le permet. Sinon, rien."),
    )


def without_phones() -> str:
    """What is true of every workshop, where its file says nothing of its own."""
    return str(
        _(
            "Tout se fait aussi à main levée, les yeux fermés, sauf ce qui touche au vécu et à l’avis de chacun : ces "
            "questions ne se posent alors pas, et la classe parle de l’histoire."
        )
    )


def tones() -> tuple[tuple[str, str], ...]:
    """The legend of the ribbon."""
    return (
        ("a", _("l’histoire")),
        ("b", _("les votes et les échanges")),
        ("d", _("une question sur soi")),
        ("f", _("les questions du début et de la fin")),
        ("c", _("à qui parler")),
    )


def leaflet(w: Workshop) -> Leaflet:
    """A workshop with its first names put in, as a school reads it."""
    return Leaflet(
        slug=w.slug,
        language=w.language,
        theme=themes()[w.theme],
        title=w.title,
        levels=w.levels,
        minutes=w.minutes,
        length=_length(w.minutes),
        short=_("Une variante de %(minutes)s minutes existe.", minutes=w.shortened().minutes) if w.has_short else None,
        summary=w.summary,
        objectives=w.objectives,
        crcn=w.crcn,
        emc=w.emc,
        steps=_steps(w),
        lived=any(activity.is_experience for activity in w.activities),
        material=w.material,
        without_phones=w.without_phones,
        family=w.family,
        sources=_sources(w),
        picture=_picture(w),
        reviewed=_("Contenus relus le %(day)s.", day=wording.day(w.reviewed_on)),
    )


def _length(minutes: int) -> str:
    if minutes == HOUR:
        return str(_("Une heure de cours : %(minutes)s minutes, et huit pour s’installer et sortir.", minutes=minutes))
    return str(_("%(minutes)s minutes.", minutes=minutes))


def _steps(w: Workshop) -> tuple[Step, ...]:
    steps, at = [], 0
    whole = sum(activity.minutes for activity in w.activities)
    for a in w.activities:
        tone = "d" if a.is_experience else _TONES.get(a.kind, "b")
        short = a.minutes if a.kind == "exit" else a.short_minutes
        x, width = 1000 * at / whole, 1000 * a.minutes / whole
        scene = a.text if a.kind in ("conversation", "scenario") else None
        steps.append(
            Step(a.title, a.minutes, short if w.has_short else None, _what(a), scene, a.optional, tone, x, width)
        )
        at += a.minutes
    return tuple(steps)


def _what(a: Activity) -> str:
    """What happens in it, whatever it says: a page that pupils may find must not tell them an answer."""
    said = {
        "before": _("Quelques questions, chacun à son rythme, sans note. Elles reviendront à la fin."),
        "after": _("Les mêmes questions qu’au début : la classe voit ce qui a bougé, puis lit les explications."),
        "slide": _("Un temps de repère, à l’écran."),
        "scale": _("Un débat mouvant : on se place entre deux avis, on écoute, on peut changer de place."),
        "categorise": _("Des phrases à ranger, puis à discuter."),
        "order": _("Des gestes à mettre dans l’ordre, puis à discuter."),
        "estimate": _("Un nombre à deviner, puis le chiffre d’une source."),
        "wordcloud": _("Un mot chacun, lu par un adulte avant d’être montré."),
        "question_box": _("Une boîte à questions, lue par un adulte avant d’être montrée."),
        "scenario": _("Une histoire dont la classe vote la suite."),
        "weather": _("La météo de la classe : on dit comment on arrive, si l’on veut."),
        "poster": _("La classe écrit ses engagements."),
        "exit": _("Quelques questions sur l’heure elle-même, si l’on veut."),
        "help": _("À qui parler, dans l’établissement et ailleurs. Un temps de lecture, au calme."),
    }
    if a.kind in said:
        return str(said[a.kind])
    if a.kind == "conversation":
        return _story(a)
    if a.is_experience:
        return str(
            _("Une question sur ce que chacun a vu ou vécu. On peut la passer ; le résultat est brouillé exprès.")
        )
    knowledge = any(question.register == "knowledge" for question in a.questions)
    first = _("Une question de savoir.") if knowledge else _("« Que ferais-tu ? » Aucune réponse n’est la bonne.")
    then = _("On vote, on échange, on revote.") if a.rounds > 1 else _("On vote, puis on en parle.")
    return f"{first} {then}"


def _story(a: Activity) -> str:
    looks = {
        "group": _("Une conversation inventée, qui arrive message par message."),
        "post": _("Une publication inventée, et ses commentaires."),
        "profile": _("Le profil inventé d’une personne de l’histoire."),
        "search": _("Une page de résultats inventée."),
    }
    return str(looks[a.look])


def _sources(w: Workshop) -> tuple[SourceLine, ...]:
    """Every source of the workshop, once each."""
    found: dict[str, SourceLine] = {}
    for activity in w.activities:
        every = [*activity.sources]
        for question in activity.questions:
            every += question.sources
            every += [source for choice in question.choices for source in choice.sources]
        for source in every:
            found.setdefault(source.title, SourceLine(source.title, _dated(source)))
    return tuple(found.values())


def _dated(source: Source) -> str:
    if source.date:
        return wording.day(source.date)
    return str(_("lu le %(day)s", day=wording.day(source.checked))) if source.checked else ""


def _picture(w: Workshop) -> str | None:
    """The first picture of the story: the whole page is drawn around one image at most."""
    for activity in w.activities:
        for picture in (activity.image, *(message.image for message in activity.messages)):
            if picture:
                return f"/quizzes/{w.slug}/{picture}"
    return None
