"""What a quiz file must respect once it has been read: the rules of a question, and those of the whole workshop."""

from collections import Counter
from typing import cast

from .activities import Activity, Kind, Question, Workshop
from .quiz_fields import ID, PLACEHOLDER, Reader

PAIRED = 3
ABLE = 2  # asked in the lobby besides the paired questions: it must stay light


def check_question(r: Reader, q: Question) -> None:
    if q.register == "knowledge":
        if q.form == "order" and (len(q.right_order) != len(q.choices) or set(q.right_order) != set(q.choice_ids)):
            r.fail("expected", "écrivez tous les identifiants, une fois chacun, dans le bon ordre.")
        elif q.right_order and q.right_order == q.choice_ids:
            r.fail("choices", "les appareils les montrent dans cet ordre : écrivez-les dans un autre que le bon.")
        elif not q.expected and not q.right_order:
            r.fail("expected", "une question de savoir a une réponse attendue.")
        if not q.explanation:
            r.fail("explanation", "une question de savoir a une explication.")
        if not q.sources:
            r.fail("sources", "une explication s’appuie sur au moins une source.")
        if len(q.expected) > 1 and not q.multiple:
            r.fail("multiple", "plusieurs réponses attendues : écrivez multiple = true.")
        return
    if q.certainty:
        r.fail("certainty", "seule une question de savoir demande si l’on en est sûr.")
    if q.expected or q.right_order:
        r.fail("expected", "seule une question de savoir a une réponse attendue.")
    if q.register == "experience":
        for wrong, name in (
            (q.rounds != 1, "rounds"),
            (q.multiple, "multiple"),
            (bool(q.explanation), "explanation"),
            (bool(q.misconception), "misconception"),
            (q.is_scale, "kind"),
            (len(q.choices) > 5, "choices"),
        ):
            if wrong:
                r.fail(name, "impossible pour une question sur le vécu.")


def check_whole(r: Reader, w: Workshop, paired: tuple[Question, ...], media: frozenset[str] | None) -> None:
    asked = [q.id for a in w.activities if a.kind not in ("before", "after") for q in a.questions]
    for kind, ids in (("activities", [a.id for a in w.activities]), ("questions", [*(q.id for q in paired), *asked])):
        for found, times in Counter(ids).items():
            if found and times > 1:
                r.fail(kind, f"l’identifiant « {found} » sert {times} fois.")
            if found and not ID.fullmatch(found):
                r.fail(kind, f"« {found} » : utilisez des minuscules sans accent, des chiffres et des tirets.")
    total = sum(activity.minutes for activity in w.activities)
    if total != w.minutes:
        r.fail("minutes", f"les activités durent {total} minutes en tout, et non {w.minutes}.")
    kinds = [activity.kind for activity in w.activities]
    for kind in ("before", "after", "help"):
        if kinds.count(cast(Kind, kind)) > 1:
            r.fail("activities", f"une seule activité « {kind} ».")
    if "before" in kinds and kinds[0] != "before":
        r.fail("activities", "l’activité « before » vient en premier.")
    if kinds and kinds[-1] != "help":
        r.fail("activities", 'la dernière activité est l’écran d’aide (kind = "help").')
    if "after" in kinds and kinds[-2:] != ["after", "help"]:
        r.fail("activities", "l’activité « after » vient juste avant l’écran d’aide.")
    if ("before" in kinds) != ("after" in kinds) or ("before" in kinds and len(paired) != PAIRED):
        r.fail("questions", f"« before » et « after » vont ensemble, avec {PAIRED} questions appariées.")
    if "weather" in kinds and kinds.index("weather") != ("before" in kinds):
        r.fail("activities", "la météo de la classe vient au tout début : en premier, ou juste après « before ».")
    _check_short(r, w)
    _check_able(r, w, paired)
    for where, texts in (("title", w.title), ("objectives", w.objectives), ("room", w.room), ("able", w.able)):
        if PLACEHOLDER.search(repr(texts)):
            r.fail(where, "les prénoms ne sont remplacés que dans le résumé, « without_phones » et les activités.")
    _check_names(r, "summary", w.summary, w.names)
    _check_names(r, "without_phones", w.without_phones or "", w.names)
    for activity in w.activities:
        _check_activity(r, activity, w.names, media)


def _check_short(r: Reader, w: Workshop) -> None:
    """The short variant measures and ends as the whole workshop does."""
    for activity in w.activities if w.has_short else ():
        if activity.kind in ("before", "after", "help") and activity.short_minutes is None:
            r.fail("short", f"« {activity.id} » fait aussi partie de la variante courte : donnez-lui ses minutes.")


def _check_able(r: Reader, w: Workshop, paired: tuple[Question, ...]) -> None:
    ids = [q.id for q in paired] + [able.id for able in w.able]
    for able in w.able:
        if not ID.fullmatch(able.id) or ids.count(able.id) > 1:
            r.fail("able", f"« {able.id} » : un identifiant à elle, en minuscules sans accent, chiffres et tirets.")
        if able.objective > len(w.objectives):
            r.fail("able", f"« {able.id} » : « objective » est la place d’un objectif, de 1 à {len(w.objectives)}.")
    if len(w.able) > ABLE:
        r.fail("able", f"{ABLE} au plus : elles s’ajoutent aux questions de l’accueil.")


def _check_activity(r: Reader, activity: Activity, names: dict[str, str], media: frozenset[str] | None) -> None:
    r.activity = activity.id
    _check_names(r, "names", repr(activity), names)
    for message in activity.messages:
        if message.sender is not None and message.sender not in names:
            r.fail("messages", f"« {message.sender} » n’est pas dans la liste des prénoms.")
    if activity.owner and activity.owner not in names:
        r.fail("owner", f"« {activity.owner} » n’est pas dans la liste des prénoms.")
    pictures = [activity.image, *(m.image for m in activity.messages), *(scene.image for scene in activity.scenes)]
    for picture in pictures:
        if picture and media is not None and picture not in media:
            r.fail("image", f"le fichier « {picture} » n’est pas à côté du quiz.")
    r.activity = ""


def _check_names(r: Reader, where: str, text: str, names: dict[str, str]) -> None:
    for key in sorted(set(PLACEHOLDER.findall(text))):
        if key not in names:
            r.fail(where, f"« {{{key}}} » n’est pas dans la liste des prénoms.")
