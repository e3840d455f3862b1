"""A workshop small enough to be known by heart, with each kind of activity, and a way to run it.

Whatever must not reach a pupil before its time carries the word PLANTED.
"""

import datetime
from dataclasses import replace

from workshop.domain.activities import (
    PREFER_NOT,
    Activity,
    Choice,
    Message,
    Notes,
    Question,
    Room,
    Scene,
    Source,
    Workshop,
)
from workshop.domain.live_session import Command, Decision, LiveSession, decide, first_state

NOW = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=datetime.UTC)
PLANTED = "PLANTED"
NOTES = Notes(say=f"{PLANTED} notes", confide=f"{PLANTED} confidence")
SOURCE = Source(f"{PLANTED} source")


def choices(*ids: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, f"Proposition {name}", f"{PLANTED} takeaway {name}", (SOURCE,)) for name in ids)


def paired(name: str) -> Question:
    return Question(
        name, f"Question {name} ?", "knowledge", choices("faux", "juste"), expected=frozenset({"juste"}),
        explanation=f"{PLANTED} explanation", sources=(SOURCE,), misconception=f"{PLANTED} misconception",
    )  # fmt: skip


def opinion(name: str) -> Question:
    ids = ("non", "peut-etre", "oui", PREFER_NOT)
    return Question(name, f"Opinion {name} ?", "opinion", tuple(Choice(i, f"Réponse {i}") for i in ids))


PAIRED = (paired("q1"), paired("q2"))
ABLE, USEFUL = opinion("capable"), opinion("utile")
VOTE = replace(paired("vote"), choices=choices("a", "b", "c"), expected=frozenset({"b"}), rounds=2)
LIVED = Question("vecu", "Cela t’est-il arrivé ?", "experience", choices("oui", "non", PREFER_NOT))
SCALE = Question("debat", "D’accord ?", "situation", choices("1", "2", "3", "4", "5"), form="scale")

WORKSHOP = Workshop(
    slug="petit",
    language="fr",
    title="Petit atelier",
    theme="cyberharcelement",
    levels=("4e",),
    minutes=18,
    summary="Avec {cible}.",
    objectives=("Essayer",),
    names={"cible": "Camille", "temoin": "Nour"},
    room=Room("tables", "relais", "adulte"),
    activities=(
        Activity("avant", "before", "Avant", 2, questions=(*PAIRED, ABLE), notes=NOTES),
        Activity("accroche", "slide", "Accroche", 2, text="Bonjour {cible}", notes=NOTES),
        Activity(
            "fil", "conversation", "Fil", 2, notes=NOTES, optional=True,
            messages=tuple(Message("cible", f"17:4{n}", f"message {n} de {{temoin}}") for n in range(3)),
        ),
        Activity("vote", "choice", "Vote", 2, questions=(VOTE,), notes=NOTES),
        Activity("vecu", "choice", "Vécu", 2, questions=(LIVED,), notes=NOTES),
        Activity("debat", "scale", "Débat", 2, questions=(SCALE,), ends=("non", "oui"), optional=True, notes=NOTES),
        Activity("apres", "after", "Après", 2, questions=PAIRED, notes=NOTES),
        Activity("sortie", "exit", "Sortie", 2, text="Si tu veux", questions=(ABLE, USEFUL), notes=NOTES),
        Activity("aide", "help", "À qui parler", 2, points=("3018",), notes=NOTES),
    ),
    reviewed_on=datetime.date(2026, 11, 23),
)  # fmt: skip
TALE = Activity(
    "histoire", "scenario", "Et si…", 2, notes=NOTES,
    scenes=(
        Scene("debut", "Début", "Tout commence.", leads_to=(("dire", "suite"), ("taire", "fin-a"), ("rire", "fin-a"))),
        Scene("suite", "La suite", "Cela continue.", leads_to=(("oui", "fin-a"), ("non", "fin-b"))),
        Scene("fin-a", "Une fin", "Cela finit ainsi."),
        Scene("fin-b", "Une autre fin", "Ou ainsi."),
    ),
    questions=(
        Question("debut", "Et alors ?", "situation", choices("dire", "taire", "rire")),
        Question("suite", "Et puis ?", "situation", choices("oui", "non")),
    ),
)  # fmt: skip
# The same hour with a story after the vote.
TOLD = replace(WORKSHOP, activities=(*WORKSHOP.activities[:4], TALE, *WORKSHOP.activities[4:]))
AT = {activity.id: place for place, activity in enumerate(WORKSHOP.activities)}


def lobby(workshop: Workshop = WORKSHOP, **changes: object) -> LiveSession:
    return first_state(LiveSession(**changes), workshop, NOW).live  # type: ignore[arg-type]  # its own fields


def ask(
    live: LiveSession, name: str, *, confirmed: bool = True, number: int | None = 10,
    now: datetime.datetime = NOW, workshop: Workshop = WORKSHOP,
) -> Decision:  # fmt: skip
    """What a command with the present version decides."""
    return decide(live, workshop, Command(name, live.version, confirmed, number), now)


def run(words: str, live: LiveSession | None = None) -> LiveSession:
    """The state after these commands, one word each; `@vote` presses on to this activity."""
    live = live or lobby()
    for word in words.split():
        if not word.startswith("@"):
            live = ask(live, word).live
            continue
        while live.position < AT[word[1:]] or live.phase == "lobby":
            live = ask(live, "start" if live.phase == "lobby" else "close" if live.open_rounds else "next").live
    return live
