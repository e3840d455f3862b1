"""The languages that Préau speaks, as data. Everything is written in French first, and falls back to it.

Adults read French or English. A pupil may have more: the page of a phone, and what a workshop was translated into.
"""

from dataclasses import dataclass

from .activities import FALSE, PREFER_NOT, TRUE


@dataclass(frozen=True)
class Language:
    """`code` is that of cookies, addresses and names of files; `locale` that of catalogues; `tag` that of HTML, which
    gives a screen reader its voice."""

    code: str
    name: str
    locale: str
    tag: str
    direction: str = "ltr"
    for_adults: bool = False


SOURCE = Language("fr", "Français", "fr", "fr", for_adults=True)
LANGUAGES = {
    language.code: language
    for language in (
        SOURCE,
        # Easy to read and understand (facile à lire et à comprendre): French, with words and sentences of its own.
        Language("fr-falc", "Français facile", "fr@falc", "fr"),
        Language("en", "English", "en", "en", for_adults=True),
        Language("ar", "العربية", "ar", "ar", "rtl"),
        Language("uk", "Українська", "uk", "uk"),
    )
}
FOR_ADULTS = tuple(code for code, language in LANGUAGES.items() if language.for_adults)


def spoken(code: str | None, for_adults: bool) -> Language:
    """The language that somebody asked for, where it is spoken; else French."""
    found = LANGUAGES.get(code or "", SOURCE)
    return found if found.for_adults or not for_adults else SOURCE


# What a workshop says without writing it, by the id of a choice.
BUILT_IN = {
    "fr-falc": {PREFER_NOT: "Je ne veux pas répondre"},
    "en": {
        PREFER_NOT: "I’d rather not answer", TRUE: "True", FALSE: "False", "soleil": "Bright sun",
        "eclaircies": "Sunny spells", "nuages": "Clouds", "pluie": "Rain", "orage": "Storm",
    },
    "ar": {
        PREFER_NOT: "أفضّل عدم الإجابة", TRUE: "صحيح", FALSE: "خطأ", "soleil": "شمس ساطعة",
        "eclaircies": "شمس مع غيوم", "nuages": "غيوم", "pluie": "مطر", "orage": "عاصفة",
    },
    "uk": {
        PREFER_NOT: "Не хочу відповідати", TRUE: "Правда", FALSE: "Неправда", "soleil": "Яскраве сонце",
        "eclaircies": "Сонце з хмарами", "nuages": "Хмари", "pluie": "Дощ", "orage": "Гроза",
    },
}  # fmt: skip
