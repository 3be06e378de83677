"""What stands beside every figure on the result pages: what it rests on, how sure it is, by whose rules."""

from collections.abc import Iterable
from typing import get_args

import streamlit as st

from analysis.estimation.reliability import Grade
from analysis.scores.beside import grade_words, reason_words
from analysis.scores.caveats import PRIVATE
from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Row
from survey.errors import word
from survey.words import number, plain


def kinds(evaluation: Evaluation, language: str = "vi") -> dict[bool, str]:
    """What the two numbers that always stand side by side are called: weighted (True), unweighted."""
    weighted = word(f"RES_WEIGHTED_{evaluation.plan.weighting().upper()}", language)
    return {True: weighted, False: word("RES_UNWEIGHTED", language)}


def proof(row: Row, language: str) -> dict[str, str]:
    """The last columns of a table of figures: on how many answers each rests and its label."""
    return {
        word("RES_SLIPS", language): number(row.n, 0, language),
        word("RES_GRADE", language): grade_words(row.reliability, language),
    }


def standing(row: Row, language: str) -> str:
    """«vững», or «yếu: quá ít nơi được chọn…»."""
    why = "; ".join(reason_words(reason, language) for reason in row.reasons)
    return grade_words(row.reliability, language) + (f": {why}" if why else "")


def evidence(evaluation: Evaluation, what: str, rows: Iterable[tuple[str, Row]], language: str) -> None:
    """What each figure of a table rests on, why it has its label, and whose rules those are. `what`: the first head."""
    rules = evaluation.rules
    few, least = (number(threshold.value, 0, language) for threshold in (rules.least_n, rules.least_df))
    grades = {grade: grade_words(grade, language) for grade in get_args(Grade)}
    told = (
        ("RES_N_EFF", word("RES_N_EFF_MEANS", language)),
        ("RES_DF", word("RES_DF_MEANS", language)),
        ("RES_GRADE", word("RES_GRADE_MEANS", language, few=few, least=least, private=PRIVATE, **grades)),
        ("RES_RULES", word("RES_RULES_MEAN", language, id=rules.id, version=rules.version)),
    )
    with st.expander(word("RES_EVIDENCE", language), icon=":material/fact_check:"):
        st.table([{what: name, **_rests_on(row, language)} for name, row in rows], hide_index=True)
        st.markdown("\n".join(f"- **{plain(word(code, language))}**: {plain(meaning)}" for code, meaning in told))


def _rests_on(row: Row, language: str) -> dict[str, str]:
    figures = {
        # The label comes second, since only the first two columns of a table wrap their words.
        "RES_GRADE_WHY": standing(row, language),
        "RES_SLIPS": number(row.n, 0, language),
        "RES_N_EFF": number(row.n_eff, 0, language),
        "RES_DEFF": number(row.deff, 2, language),
        "RES_DF": number(row.df, 0, language),
    }
    return {word(code, language): figure for code, figure in figures.items()}
