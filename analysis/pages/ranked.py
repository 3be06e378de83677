"""One ranking of an evaluation for the pages, made once; and its settings as a table."""

import streamlit as st

from analysis.scores.blocks import unit_blocks
from analysis.scores.evaluate import Evaluation
from analysis.scores.rank_words import block_words
from analysis.scores.ranking import Ranking, rank_units
from analysis.scores.ranking_rules import RankingRules, rules_with
from survey.errors import word
from survey.questionnaire import say
from survey.round import Round
from survey.words import number, plain


def ranked(round_: Round, evaluation: Evaluation, id: str, *, weighted: bool) -> Ranking:
    """The round's units in a number of the index tree."""
    plan, data = evaluation.plan, sorted(evaluation.sample.provenance.items())
    return _ranked(
        repr((round_.id, round_.least, plan, data, len(evaluation.sample), id, weighted)),
        round_,
        evaluation,
        id,
        weighted,
    )


# The data's digest stands in the provenance, so the key stands for the answers.
@st.cache_resource(max_entries=32, show_spinner=False)
def _ranked(key: str, _round: Round, _evaluation: Evaluation, _id: str, _weighted: bool) -> Ranking:
    rules = rules_with(_round.least)
    return rank_units(_evaluation, weighted=_weighted, id=_id, blocks=unit_blocks(_round), rules=rules)


def named_settings(rules: RankingRules, language: str) -> list[dict[str, str]]:
    """Every setting of the rules with its value, mark and source."""
    return [
        {
            word("RNK_SETTING", language): word(f"RNK_SETTING_{name.upper()}", language),
            word("RNK_SETTING_VALUE", language): plain(_value(rules, name, language)),
            word("RNK_SETTING_MARK", language): plain(mark),
            word("RNK_SETTING_SOURCE", language): plain(say(source, language)),
        }
        for name, mark, source in rules.sources
    ]


def _value(rules: RankingRules, name: str, language: str) -> str:
    if name == "kinds":
        return number(sum(len(words) for words in rules.kinds.values()), 0, language)
    if name == "block_order":
        return ", ".join(block_words(kind, language) for kind in rules.block_order)
    return number(getattr(rules, name), 0, language)
