"""Files made to harm, or harmed on the way: each is refused with a reason, or what is harmful in it is left out."""

import io
import json
import time
import tomllib
import zipfile
from contextlib import suppress

import openpyxl
import pytest

from workshop.formats import pictures, workshop_files
from workshop.formats.plain_text import Stripped, clean, plain
from workshop.formats.questions import Unreadable
from workshop.formats.reading import MAX_FILE, gaps, read_file

QUIZ = 'format = 1\nslug = "a"\n'


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_file(data)
    return refused.value.code


def zipped(**files: bytes | str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return whole.getvalue()


def test_zip_bomb_is_not_unpacked() -> None:
    started = time.monotonic()
    assert refusal(zipped(**{"a/quiz.fr.toml": QUIZ, "a/zeros.png": bytes(200_000_000)})) == "zip_bomb"
    assert time.monotonic() - started < 30  # it would take minutes
    assert refusal(zipped(**{f"{number}.txt": b"" for number in range(600)})) == "zip_bomb"


def test_zip_whose_header_lies_gives_no_more_than_it_says() -> None:
    honest = zipped(**{"a/quiz.fr.toml": QUIZ + "#" * 100_000})
    size = len(QUIZ) + 100_000
    lying = honest.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert refusal(lying) == "zip"


@pytest.mark.parametrize("name", ["../quiz.fr.toml", "a/../../etc/passwd", "/etc/passwd", "C:/x.png", "..\\..\\x.png"])
def test_names_that_leave_the_folder_are_refused(name: str) -> None:
    assert refusal(zipped(**{"a/quiz.fr.toml": QUIZ, name: b"x"})) == "zip_path"


def test_symbolic_link_in_a_zip_is_refused() -> None:
    whole = io.BytesIO(zipped(**{"a/quiz.fr.toml": QUIZ}))
    with zipfile.ZipFile(whole, "a") as archive:
        link = zipfile.ZipInfo("a/photo.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal(whole.getvalue()) == "zip_path"


def test_zip_with_a_password_is_refused() -> None:
    honest = zipped(**{"a/quiz.fr.toml": QUIZ})
    central = honest.index(b"PK\x01\x02")
    locked = honest[: central + 8] + b"\x01" + honest[central + 9 :]
    assert refusal(locked) == "zip_password"


def test_zip_cut_short_is_refused() -> None:
    whole = zipped(**{"a/quiz.fr.toml": QUIZ})
    assert refusal(whole[:-30]) == "zip"


ENTITIES = """<?xml version="1.0"?>
<!DOCTYPE quiz [<!ENTITY a "ha">{}]>
<quiz><question type="essay"><name><text>{}</text></name></question></quiz>"""


def test_entity_bomb_is_refused() -> None:
    laughs = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    assert refusal(ENTITIES.format(laughs, "&j;").encode()) == "xml_entities"
    outside = '<!ENTITY b SYSTEM "file:///etc/passwd">'
    assert refusal(ENTITIES.format(outside, "&b;").encode()) == "xml_entities"


def test_very_deep_xml_and_json_are_refused() -> None:
    assert refusal(b"<quiz>" + b"<a>" * 300_000 + b"</a>" * 300_000 + b"</quiz>") == "nothing"
    assert refusal(b'{"0": {"question": ' + b"[" * 200_000) == "json"
    deep = "[" * 100_000 + "]" * 100_000
    assert refusal(zipped(**{"donnees.json": json.dumps({"type": "Sondage", "donnees": deep})})) == "json"


def test_a_file_too_large_is_refused_unread() -> None:
    assert refusal(b"x" * (MAX_FILE + 1)) == "too_large"
    assert refusal(bytes(100_000_000)) == "too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\0", "empty_file"),
        (b"Bonjour", "unknown"),
        (b"%PDF-1.7 {not a question", "unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unknown"),  # an old .xls
        (b"<quiz><question>", "xml"),
        (b'<?xml version="1.0" encoding="klingon"?><quiz/>', "encoding"),
        (b"<?xml version='1.0'?><html/>", "unknown"),
        (b"<quiz></quiz>", "nothing"),
        (b"\xff\xfe{\x00}", "encoding"),
        (b'format = 1\ntitle = "\xe9t\xe9"\n', "encoding"),
        (b'format = 1\ntitle = "\n', "toml"),
        (b"un;deux;trois\n1;2;3\n", "headings"),
    ],
)
def test_what_is_no_file_of_questions_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_old_windows_alphabet_is_read_and_said() -> None:
    brought = read_file("Où habite l’élève ? {=À Brest ~À Nîmes}".encode("cp1252"))
    assert brought.taken[0].text == "Où habite l’élève ?"
    assert [note.code for note in brought.notes] == ["old_encoding"]
    assert read_file("Où ?{=Là ~Ici}".encode("utf-16")).taken[0].text == "Où ?"


def test_scripts_and_markup_never_reach_a_draft() -> None:
    attack = (
        '<quiz><question type="multichoice"><name><text>&lt;script&gt;alert(1)&lt;/script&gt;</text></name>'
        '<questiontext format="html"><text>&lt;p onclick="steal()"&gt;Vrai&lt;script&gt;steal()&lt;/script&gt; ?'
        '&lt;img src=x onerror=steal()&gt;&lt;/p&gt;</text></questiontext>'
        '<answer fraction="100" format="html"><text>&lt;b&gt;oui&lt;/b&gt;&lt;iframe src="//evil"&gt;</text></answer>'
        '<answer fraction="0"><text>non</text></answer></question></quiz>'
    )  # fmt: skip
    brought = read_file(attack.encode())
    [found] = tomllib.loads(brought.source)["activities"]
    assert found["text"] == "Vrai ?"
    assert [choice["text"] for choice in found["choices"]] == ["oui", "non"]
    assert {"script_left", "media_left", "picture_left"} == {note.code for note in brought.notes}


def test_formula_cells_are_neither_worked_out_nor_taken() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Question", "Réponse 1", "Réponse 2", "Bonne réponse"])
    book.active.append(["Un et un ?", "=1+1", "3", "1"])
    book.active.append(["Deux et un ?", "2", "3", "2"])
    whole = io.BytesIO()
    book.save(whole)
    csv = (
        'Question;Réponse 1;Réponse 2;Bonne réponse\nUn et un ?;"=HYPERLINK(""http://evil"")";3;1\nDeux et un ?;2;3;2\n'
    )
    for data in (whole.getvalue(), csv.encode()):
        brought = read_file(data)
        assert [each.text for each in brought.taken] == ["Deux et un ?"]
        assert [(note.code, note.place.line) for note in brought.notes] == [("formula", 2)]


def test_workbook_that_says_it_has_a_million_rows_is_read_as_far_as_it_goes() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Question", "Réponse 1", "Réponse 2", "Bonne réponse"])
    book.active.append(["Oui ?", "a", "b", "1"])
    book.active.cell(1_000_000, 16_000, "loin")
    whole = io.BytesIO()
    book.save(whole)
    assert [each.text for each in read_file(whole.getvalue()).taken] == ["Oui ?"]


def test_workbook_with_endless_styles_or_rows_takes_no_longer() -> None:
    book = openpyxl.Workbook()
    for row in (["Question", "Réponse 1", "Réponse 2", "Bonne réponse"], ["Oui ?", "a", "b", "1"]):
        book.active.append(row)
    honest = io.BytesIO()
    book.save(honest)

    def swollen(part: str, before: bytes, more: bytes) -> bytes:
        whole = io.BytesIO()
        with zipfile.ZipFile(honest) as archive, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
            for name in archive.namelist():
                content = archive.read(name)
                made.writestr(name, content.replace(before, more + before) if name == part else content)
        return whole.getvalue()

    started = time.monotonic()
    styles = swollen("xl/styles.xml", b"</cellXfs>", b'<xf numFmtId="0"/>' * 400_000)
    assert [each.text for each in read_file(styles).taken] == ["Oui ?"]
    assert refusal(swollen("xl/worksheets/sheet1.xml", b"</sheetData>", b"<row/>" * 1_000_000)) == "zip_bomb"
    assert time.monotonic() - started < 30  # it would take minutes


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>steal()</script>",
        '<rect onload="steal()"/>',
        '<a href="https://evil"><text>ici</text></a>',
        '<image xlink:href="https://evil/pixel.png"/>',
        '<style>@import "https://evil/x.css";</style>',
        '<rect style="fill: url(https://evil/x)"/>',
        '<use href="https://evil/x.svg#a"/>',
        "<foreignObject><body/></foreignObject>",
        '<set attributeName="href" to="javascript:steal()"/>',
    ],
)
def test_drawing_that_acts_or_calls_elsewhere_is_left_out(inside: str) -> None:
    assert pictures.is_drawing(DRAWING.format('<rect fill="url(#g)"/>').encode())
    assert not pictures.is_drawing(DRAWING.format(inside).encode())
    file = workshop_files.read(zipped(**{"a/quiz.fr.toml": QUIZ, "a/dessin.svg": DRAWING.format(inside)}))
    assert file.media == {} and [note.code for note in file.notes] == ["file_left"]


def test_picture_is_what_its_bytes_are_whatever_its_name() -> None:
    page = b"<html><script>steal()</script></html>"
    file = workshop_files.read(zipped(**{"a/quiz.fr.toml": QUIZ, "a/photo.png": page, "a/run.exe": b"MZ"}))
    assert file.media == {} and len(file.notes) == 2


def test_pupils_answers_in_a_digistorm_file_are_not_read() -> None:
    """The archive is of the shape that Digistorm's server writes; no file of its own was found in public."""
    data = {
        "description": "", "support": {}, "options": {},
        "questions": [
            {"question": "Tu fais quoi ?", "support": {}, "option": "choix-unique",
             "items": [{"texte": "J’aide", "image": ""}, {"texte": "Rien", "image": ""}]},
            {"question": "Combien ?", "support": {}, "option": "choix-multiples",
             "retroaction": {"correcte": "Bravo.", "incorrecte": ""},
             "items": [{"texte": "1", "image": "", "reponse": True}, {"texte": "2", "image": "un.png", "reponse": True},
                       {"texte": "3", "image": "", "reponse": False}]},
            {"question": "Un mot ?", "support": {}, "option": "texte-court", "items": [], "reponses": "aider"},
        ],
    }  # fmt: skip
    whole = {
        "type": "Questionnaire", "titre": "Entre nous", "code": "1", "donnees": json.dumps(data),
        "reponses": json.dumps({"1": [{"identifiant": "x", "nom": "Zoé Martin-Secret", "reponse": ["Rien"]}]}),
        "sessions": "{}",
    }  # fmt: skip
    brought = read_file(zipped(**{"donnees.json": json.dumps(whole)}))
    document = tomllib.loads(brought.source)
    assert brought.origin == "digistorm" and document["title"] == "Entre nous"
    situation, knowledge, word = document["activities"]
    assert situation["register"] == "situation" and [c["text"] for c in situation["choices"]] == ["J’aide", "Rien"]
    assert knowledge["multiple"] and knowledge["expected"] == ["1", "2"] and knowledge["explanation"] == "Bravo."
    assert word["kind"] == "wordcloud" and "aider" in word["notes"]["after"]
    assert [note.code for note in brought.notes] == ["results_left", "picture_left", "words"]
    assert "Secret" not in repr(brought)


def test_invisible_characters_are_taken_out() -> None:
    assert clean("a\u200bb\u202ec\x00d\ud800e\ufffe") == "abcde"
    assert clean("«\u202foui\u202f»") == "«\u202foui\u202f»"
    for text in ("1 < 2 et 3 > 2", "a <n et c> d", "x <y", "AT&T"):
        assert plain(text) == text


@pytest.mark.parametrize("piece", ["<a", "<![CDATA[", "<!--", "&#", "<![foo[", "</script", "<ol><li>", "&amp;" * 3])
def test_no_markup_takes_long(piece: str) -> None:
    started = time.monotonic()
    Stripped(piece * 200_000)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "piece", ["{", "{}", "{=a ~b}", "::", "\\", "//\n", "{=a->b}\n\n", "a{#1}\n\n", "x{~%50%a#b~%50%c}\n\n"]
)
def test_no_text_of_five_million_bytes_takes_long(piece: str) -> None:
    data = (piece * (MAX_FILE // len(piece))).encode()[:MAX_FILE]
    started = time.monotonic()
    with suppress(Unreadable):
        gaps(read_file(data))
    assert time.monotonic() - started < 20
