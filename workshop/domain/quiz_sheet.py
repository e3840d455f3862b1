"""The teacher's sheet of a question, as it is written in a quiz file."""

from .activities import LikelyAnswer, Sheet, SheetStep
from .quiz_fields import Reader

MOST_MINUTES = 10


def read_sheet(r: Reader, register: str, misconception: str | None) -> Sheet | None:
    """The table `sheet` of a question, or None when there is none; whatever is wrong with it is noted in `r`."""
    if "sheet" not in r.table:
        r.asked.add("sheet")
        return None
    table = r.table_of("sheet")
    if register != "knowledge" or not misconception:
        r.fail("sheet", "une fiche reprend une idée fausse : il faut une question de savoir, avec « misconception ».")
    sheet = Sheet(
        aim=table.text("aim", required=True),
        material=table.text("material", required=True),
        steps=tuple(_step(step) for step in table.tables("steps", required=True)),
        likely_answers=tuple(_likely(answer) for answer in table.tables("likely_answers", required=True)),
        closing=table.text("closing", required=True),
        without_phones=table.text("without_phones", required=True),
        if_confides=table.text("if_confides", required=True),
    )
    if "steps" in table.table and not sheet.steps:
        table.fail("steps", "écrivez au moins une étape.")
    if sheet.minutes > MOST_MINUTES:
        table.fail("steps", f"les étapes durent {sheet.minutes} minutes en tout : {MOST_MINUTES} au plus.")
    table.finish()
    return sheet


def _step(r: Reader) -> SheetStep:
    step = SheetStep(r.integer("minutes", 1, MOST_MINUTES), r.text("text", required=True))
    r.finish()
    return step


def _likely(r: Reader) -> LikelyAnswer:
    answer = LikelyAnswer(r.text("heard", required=True), r.text("answer", required=True))
    r.finish()
    return answer
