"""Labels of figures: every published criterion on both sides of its threshold, and rules that can be replaced."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.estimation.errors import EstimationError
from analysis.estimation.reliability import Label, Threshold, label, load_rules

GOOD_SHARE = {"value": 0.6, "low": 0.5, "high": 0.7, "n": 100, "df": 40, "se": 0.05}
GOOD_MEAN = {"value": 60.0, "low": 52.0, "high": 68.0, "n": 100, "df": 40, "se": 4.0}


def judge(*, share: bool, rules=None, **changes: float) -> Label:
    figure = {**(GOOD_SHARE if share else GOOD_MEAN), **changes}
    (found,) = label(rules or load_rules(), **figure, share=share)
    return found


def codes(found: Label) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_a_figure_that_meets_every_criterion_is_reliable() -> None:
    for share in (True, False):
        assert judge(share=share) == Label(grade="reliable", reasons=())


# NCHS Data Presentation Standards for Proportions (Series 2, No. 175, 2017)
@pytest.mark.parametrize(
    ("good", "bad", "code", "grade", "figure"),
    [
        # at least 30 people, at least 30 effective (p(1-p)/se² = 0.24/0.0081 = 29.63; 0.24/0.0079 > 30)
        ({"n": 30}, {"n": 29}, "few_answers", "unpublishable", 29),
        ({"se": 0.0889}, {"se": 0.09}, "few_effective", "unpublishable", 0.24 / 0.0081),
        # at least 8 degrees of freedom
        ({"df": 8}, {"df": 7}, "few_df", "weak", 7),
        # an interval of 0.30 or wider
        ({"low": 0.45, "high": 0.7499}, {"low": 0.45, "high": 0.7501}, "wide", "unpublishable", 0.3001),
        # more than 130 % of the share wide: 0.13/0.1, unless at most 0.05 wide
        (
            {"value": 0.1, "low": 0.05, "high": 0.1799, "se": 0.03},
            {"value": 0.1, "low": 0.05, "high": 0.1801, "se": 0.03},
            "relatively_wide",
            "unpublishable",
            1.301,
        ),
        (
            {"value": 0.02, "low": 0.005, "high": 0.0549, "se": 0.01},
            {"value": 0.02, "low": 0.005, "high": 0.0551, "se": 0.01},
            "relatively_wide",
            "unpublishable",
            2.505,
        ),
        # the same of the complement: flagged only
        (
            {"value": 0.9, "low": 0.8201, "high": 0.95, "se": 0.03},
            {"value": 0.9, "low": 0.8199, "high": 0.95, "se": 0.03},
            "complement_wide",
            "weak",
            1.301,
        ),
        # nobody, or everybody
        (
            {"value": 0.01, "low": 0.0, "high": 0.04, "se": 0.01},
            {"value": 0.0, "low": 0.0, "high": 0.04, "se": 0.0},
            "nobody_or_everybody",
            "weak",
            0.0,
        ),
        (
            {"value": 0.99, "low": 0.96, "high": 1.0, "se": 0.01},
            {"value": 1.0, "low": 0.96, "high": 1.0, "se": 0.0},
            "nobody_or_everybody",
            "weak",
            1.0,
        ),
    ],
)
def test_each_nchs_criterion_for_shares_holds_at_its_threshold(good, bad, code, grade, figure) -> None:
    assert judge(share=True, **good).grade == "reliable"
    found = judge(share=True, **bad)
    assert (found.grade, codes(found)) == (grade, [code])
    assert found.reasons[0].figure == pytest.approx(figure)


# Statistics Canada, household surveys: up to 16.6 % acceptable, up to 33.3 % marginal, above not to be released
@pytest.mark.parametrize(
    ("cv", "grade", "reasons"),
    [
        (0.165, "reliable", []),
        (0.167, "weak", ["marginal_cv"]),
        (0.332, "weak", ["marginal_cv"]),
        (0.334, "unpublishable", ["large_cv"]),
    ],
)
def test_each_statistics_canada_limit_on_the_cv_holds_for_means(cv, grade, reasons) -> None:
    for value in (60.0, -60.0):
        found = judge(share=False, value=value, se=60 * cv)
        assert (found.grade, codes(found)) == (grade, reasons)
    assert judge(share=True, se=0.05, value=0.1, low=0.05, high=0.17).grade == "reliable"  # cv 0.5; not for shares


def test_n_and_df_count_for_means_too_and_width_does_not() -> None:
    assert codes(judge(share=False, n=29, df=7)) == ["few_answers", "few_df"]
    assert judge(share=False, df=7).grade == "weak"
    assert judge(share=False, low=-100.0, high=200.0).grade == "reliable"


def test_the_worst_reason_gives_the_grade_and_all_are_told_with_their_figures() -> None:
    found = judge(share=True, n=12, df=3, value=0.5, low=0.1, high=0.9, se=0.15)
    assert found.grade == "unpublishable"
    assert [(reason.code, reason.grade, reason.threshold) for reason in found.reasons] == [
        ("few_answers", "unpublishable", 30),
        ("wide", "unpublishable", 0.30),
        ("few_df", "weak", 8),
    ]
    assert [reason.figure for reason in found.reasons] == pytest.approx([12, 0.8, 3])


def test_the_effective_n_is_at_most_n_and_told_only_where_n_is_enough() -> None:
    assert codes(judge(share=True, n=29, se=0.001)) == ["few_answers"]
    assert codes(judge(share=True, n=29, se=0.1)) == ["few_answers"]
    ours = replace(load_rules(), least_n=Threshold(value=10, source="ours"))
    assert codes(judge(share=True, n=29, se=0.1, rules=ours)) == []
    assert codes(judge(share=True, n=31, se=0.1, rules=ours)) == ["few_effective"]


def test_a_share_of_nobody_has_no_relative_width() -> None:
    assert codes(judge(share=True, value=0.0, low=0.0, high=0.09, se=0.0)) == ["nobody_or_everybody"]
    assert codes(judge(share=True, value=1.0, low=0.69, high=1.0, se=0.0)) == ["wide", "nobody_or_everybody"]


def test_what_cannot_vary_is_reliable() -> None:
    assert judge(share=True, low=0.6, high=0.6, se=0.0).grade == "reliable"
    assert judge(share=False, value=0.0, low=0.0, high=0.0, se=0.0).grade == "reliable"


def test_a_mean_of_zero_has_no_cv_to_be_published_with() -> None:
    assert codes(judge(share=False, value=0.0)) == ["large_cv"]


def test_percentages_are_no_shares() -> None:
    for value in (50.0, -0.1):
        with pytest.raises(EstimationError, match="divide percentages by 100") as refused:
            judge(share=True, value=value)
        assert refused.value.code == "REL_NO_SHARE"


def test_what_is_not_known_cannot_be_published_and_says_so_once() -> None:
    for share in (True, False):
        assert codes(judge(share=share, value=np.nan, low=np.nan, high=np.nan, se=np.nan)) == ["no_value"]
        for unknown in ("low", "high", "se"):
            assert codes(judge(share=share, **{unknown: np.nan})) == ["no_error"]
        assert judge(share=share, df=np.nan).grade == "weak"
        assert judge(share=share, n=np.nan).grade == "unpublishable"


def test_a_list_is_judged_figure_by_figure() -> None:
    found = label(
        load_rules(),
        value=np.array([0.6, 0.6, 0.6]),
        low=np.array([0.5, 0.4, 0.5]),
        high=0.71,
        n=np.array([100, 100, 9]),
        df=40,
        se=0.05,
        share=True,
    )
    assert [one.grade for one in found] == ["reliable", "unpublishable", "unpublishable"]
    assert [codes(one) for one in found] == [[], ["wide"], ["few_answers"]]


def shipped() -> str:
    return (Path(load_rules.__code__.co_filename).parent / "rules" / "reliability.toml").read_text(encoding="utf-8")


def write(folder: Path, text: str) -> Path:
    file = folder / "ours.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_rules_name_the_source_of_every_threshold() -> None:
    rules = load_rules()
    assert rules.id == "reliability/nchs-2017"
    for threshold in (rules.least_n, rules.least_df, rules.least_effective_n, rules.narrow_width, rules.wide_width):
        assert "NCHS 2017" in threshold.source
    for threshold in (rules.marginal_cv, rules.largest_cv):
        assert "Statistics Canada" in threshold.source


def test_rules_can_be_replaced(tmp_path) -> None:
    assert shipped().count("[least_n]\nvalue = 30") == 1
    ours = load_rules(write(tmp_path, shipped().replace("[least_n]\nvalue = 30", "[least_n]\nvalue = 10")))
    assert judge(share=False, n=12).grade == "unpublishable"
    assert judge(share=False, n=12, rules=ours).grade == "reliable"
    assert load_rules(str(tmp_path / "ours.toml")) == ours


def test_a_file_that_holds_no_rules_is_told(tmp_path) -> None:
    for file in (tmp_path / "none.toml", write(tmp_path, "[least_n\nvalue = 30"), tmp_path):
        with pytest.raises(EstimationError) as refused:
            load_rules(file)
        assert refused.value.code == "REL_RULES_FILE" and file.name in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "code", "named"),
    [
        ("value = 30", "worth = 30", "REL_RULES_VALUE", "[least_n]: «value»"),
        ("value = 30", "value = -1", "REL_RULES_VALUE", "[least_n]: «value»"),
        ("value = 30", "value = true", "REL_RULES_VALUE", "[least_n]: «value»"),
        ("value = 30", "value = nan", "REL_RULES_VALUE", "[least_n]: «value»"),
        ('version = "1"', "version = 1", "REL_RULES_VALUE", "[version]"),
        ("source =", "origin =", "REL_RULES_VALUE", "«source»"),
        ("[least_df]", "[least_fd]", "REL_RULES_UNKNOWN", "least_fd"),
        ("[least_df]\nvalue = 8", "[narrow]\nvalue = 8", "REL_RULES_UNKNOWN", "narrow"),
        ("value = 0.166", "value = 0.4", "REL_RULES_ORDER", "marginal_cv"),
        ("value = 0.30", "value = 0.05", "REL_RULES_ORDER", "wide_width"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_and_named(tmp_path, old, new, code, named) -> None:
    with pytest.raises(EstimationError) as refused:
        load_rules(write(tmp_path, shipped().replace(old, new)))
    assert refused.value.code == code
    assert named in str(refused.value)
    assert "ours.toml" in str(refused.value)
