"""Texts in any order of arrivals and verdicts: nothing is published that no adult let through, nothing set apart is."""

import unicodedata

from hypothesis import given, settings, strategies as st

from workshop.domain.activities import MAX_TEXT
from workshop.domain.errors import Refusal
from workshop.domain.texts import (
    SIZES,
    State,
    Verdict,
    arriving,
    decided,
    may_call_for_help,
    merged,
    plain,
    proposals,
    sizes,
)

VERDICTS: tuple[Verdict, ...] = ("approve", "refuse", "apart", "release")
TEXTS = ("courage", "Courages !", "connard", "je veux mourir", "Je veux mourir !", "en parler")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrives"), st.sampled_from(TEXTS)),
        st.tuples(st.sampled_from(VERDICTS), st.sampled_from(TEXTS)),
    ),
    max_size=25,
)


@given(steps)
@settings(deadline=None)
def test_only_what_an_adult_let_through_is_approved(taken: list[tuple[str, str]]) -> None:
    groups: dict[str, State] = {}
    apart: set[str] = set()
    let_through: set[str] = set()
    for what, text in taken:
        like = merged(text)
        if what == "arrives":
            state = arriving(text, groups.get(like))
            if state == "apart":
                apart.add(like)
            else:
                groups[like] = state
        elif what == "release":
            if like in apart and decided("apart", "release") == "waiting":
                apart.discard(like)
                groups.setdefault(like, "waiting")
        elif like in groups:
            after = decided(groups[like], what)  # type: ignore[arg-type]  # one of its values
            if after == "apart":
                groups.pop(like)
                apart.add(like)
            elif after is not None:
                groups[like] = after
            if what == "approve":
                let_through.add(like)
            else:
                let_through.discard(like)
        assert {one for one, state in groups.items() if state == "approved"} <= let_through
        assert all(state != "apart" for state in groups.values())


@given(st.text())
def test_plain_text_is_short_seen_and_stays_as_it_is(typed: str) -> None:
    try:
        text = plain(typed)
    except Refusal:
        return
    assert 0 < len(text) <= MAX_TEXT
    assert not any(unicodedata.category(letter)[0] == "C" for letter in text)
    assert plain(text) == text
    assert merged(text)
    text.encode()  # no half of a pair is left
    assert isinstance(proposals(text), tuple)
    may_call_for_help(text)


words = st.text("abcdefghijklmnopqrtuvwyzéèà", min_size=4, max_size=12)


@given(st.lists(words, min_size=1, max_size=3))
def test_case_accents_spaces_and_plurals_make_no_other_text(found: list[str]) -> None:
    text = " ".join(found)
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    assert merged(bare.upper() + " !") == merged(text)
    assert merged("  ".join(found)) == merged(text)
    assert merged(" ".join(word + "s" for word in found)) == merged(text)


@given(st.lists(st.integers(1, 40), max_size=30))
def test_sizes_keep_the_order(counts: list[int]) -> None:
    drawn = sizes(counts)
    assert all(1 <= size <= SIZES for size in drawn)
    for a, first in zip(counts, drawn, strict=True):
        for b, second in zip(counts, drawn, strict=True):
            assert a > b or first <= second
