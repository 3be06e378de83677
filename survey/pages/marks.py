"""Part of a desk page: how many slips of a round carry which mark of how they came?"""

import streamlit as st

from survey.forms.flags import flag_words
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import plain, share, whole


def marked(round_: Round) -> None:
    """Each mark with its slips, the commonest first, and that no slip is dropped for one. Nothing without slips."""
    slips = site().store.marks(round_.id)
    total, spoken = sum(slips.values()), language()
    if not total:
        return
    st.header(tell("COUNTS_MARKS"), anchor=False)
    numbers: dict[str, int] = {}
    for marks, number in slips.items():
        for mark in marks:
            numbers[mark] = numbers.get(mark, 0) + number
    if numbers:
        st.table(
            [
                {
                    tell("COUNTS_MARK"): plain(flag_words(mark, spoken)),
                    tell("COUNTS_SLIPS"): whole(number, spoken),
                    tell("COUNTS_SHARE"): share(number, total, spoken),
                }
                for mark, number in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
            ],
            hide_index=True,
        )
    some = total - slips.get((), 0)
    st.caption(plain(tell("COUNTS_MARKS_NOTE", number=whole(some, spoken), total=whole(total, spoken))))
