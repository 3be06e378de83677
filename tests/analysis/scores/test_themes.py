"""Themes of comments: what is found however it was typed, what is not, and that every count leads to its comments."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.scores.driver_sentences import theme_sentences
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import make_sample
from analysis.scores.theme_file import (
    PAPER,
    Theme,
    ThemeRules,
    from_json,
    load_themes,
    read_themes,
    shipped_text,
    themes_of_round,
    to_json,
)
from analysis.scores.themes import Themes, find_themes
from analysis.scores.vietnamese_words import sought, syllables
from survey.errors import Refused
from survey.masking import MASK
from survey.questionnaire import Question, Questionnaire, Section

COMMENT = Question(name="note", kind="text", label={"vi": "Ý kiến"}, role="comment")
FORM = Questionnaire(
    id="t",
    version="1",
    title={"vi": "t"},
    languages=("vi",),
    sections=(Section(name="s", label={"vi": "s"}, questions=(COMMENT,)),),
)
RULES = ThemeRules(
    id="t",
    version="1",
    source={"vi": "t"},
    themes=(
        Theme(id="time", label={"vi": "Thời gian"}, phrases=("chờ lâu", "quá chậm"), only_marked=("lâu",)),
        Theme(id="fees", label={"vi": "Phí"}, phrases=("lệ phí",)),
    ),
)


def evaluated(
    texts: Sequence[str | None], units: Sequence[str] | None = None, asked: Questionnaire = FORM
) -> Evaluation:
    frame = pd.DataFrame({"note": pd.Series(list(texts), dtype=object), "unit": units or ["u"] * len(texts)})
    plan = Plan(by=("unit",))
    return evaluate(make_sample(frame, plan, {}), asked, plan)


def themes(texts: Sequence[str | None], units: Sequence[str] | None = None, **options: int) -> Themes:
    found = find_themes(evaluated(texts, units), RULES, **options)
    assert found is not None
    return found


def stands(phrase: str, text: str, *, marked: bool = False) -> bool:
    wanted = sought((), (phrase,)) if marked else sought((phrase,))
    return wanted.stands_in(syllables(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("hòa nhã", "Cán bộ rất HOÀ NHÃ."),  # the other placement of the tone, capitals
        ("thủy lợi", "kênh thuỷ  lợi"),
        ("hóa đơn", "không có hoá\u0301 đơn".replace("\u0301", "")),
        ("kỹ năng", "thiếu kĩ năng"),
        ("tỷ lệ", "tỉ lệ cao"),
        ("quý", "qu\u00ed vị"),
        ("chờ lâu", "phải cho\u031b\u0300 lâu"),  # decomposed letters
        ("trực tuyến", "nộp trực-tuyến"),
        ("chờ lâu", "phai cho lau qua"),  # typed without marks
        ("đất đai", "thu tuc dat dai"),
        ("vneid", "lỗi VNeID!"),
        ("ko trả lời", "Ko trả lời"),
    ],
)
def test_a_phrase_is_found_however_it_was_typed(phrase: str, text: str) -> None:
    assert stands(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("phí", "phía trước"),  # a part of a syllable is none
        ("lệ phí", "phí lệ"),
        ("chờ lâu", "phải chờ. Lâu lắm rồi"),  # not over a full stop
        ("chờ lâu", "phải chờ\nlâu"),
        ("bàn", "bán hàng"),  # another tone
        ("chậm", "chăm chỉ"),
        ("dân", "đan lát"),
        ("chậm", "cham soc, xin cảm ơn"),  # a text with marks is read with its marks
        ("kỹ", "kỳ hạn"),
    ],
)
def test_another_word_is_not_taken_for_it(phrase: str, text: str) -> None:
    assert not stands(phrase, text)


def test_what_is_too_ambiguous_without_marks_counts_with_marks_only() -> None:
    assert stands("lâu", "đợi lâu", marked=True)
    assert not stands("lâu", "nha lau", marked=True)


def test_each_count_leads_to_its_comments_and_the_uncounted_are_told() -> None:
    found = themes(["Chờ lâu, lệ phí cao", None, "  ", "Lệ phí", "Tốt"])
    assert [(comment.row, comment.themes) for comment in found.comments] == [
        (0, ("time", "fees")),
        (3, ("fees",)),
        (4, ()),
    ]
    assert [theme.id for theme in found.ranked()] == ["fees", "time"]
    assert [comment.row for comment in found.about("fees")] == [0, 3]
    assert [comment.text for comment in found.about(None)] == ["Tốt"]
    assert [found.count(theme) for theme in ("fees", "time", None, "other")] == [2, 1, 1, 0]


def test_nobody_wrote_anything() -> None:
    assert find_themes(evaluated([None, " "]), RULES) is None


def test_numbers_that_lead_to_a_person_are_masked() -> None:
    [comment] = themes(["Chờ lâu, gọi tôi 0912345678"]).comments
    assert comment.text == f"Chờ lâu, gọi tôi {MASK}"
    assert comment.themes == ("time",)


def test_units_with_few_comments_are_counted_together_and_never_alone() -> None:
    """a 5, b 4, c 2: the two of c alone could be told from the total, so b joins them."""
    units = [*"aaaaa", *"bbbb", *"cc"]
    found = themes(["Lệ phí"] * 11, units, least=4)
    assert (found.units, found.small) == (("a",), ("b", "c"))
    assert found.count("fees", found.small) == 6
    enough = themes(["Lệ phí"] * 13, [*"aaaaa", *"bbbb", *"cc", *"dd"], least=4)
    assert (enough.units, enough.small) == (("a", "b"), ("c", "d"))
    assert themes(["Lệ phí"] * 9, [*"aaaaa", *"bbbb"], least=4).small == ()
    assert themes(["Lệ phí"] * 9, [*"aaaaa", *"bbbb"]).units == ()  # ten by default


def test_a_closing_comment_belongs_to_none_of_the_offices_that_were_rated() -> None:
    rated = replace(COMMENT, name="of_office")
    asked = replace(
        FORM,
        sections=(
            Section(name="r", label={"vi": "r"}, questions=(rated,), repeat_over="offices"),
            Section(name="s", label={"vi": "s"}, questions=(COMMENT,)),
        ),
    )
    frame = pd.DataFrame({"of_office": ["Lệ phí", "Chậm"], "note": ["Tốt", None], "unit": ["a", "b"]})
    plan = Plan(by=("unit",))
    found = find_themes(evaluate(make_sample(frame, plan, {}), asked, plan), RULES)
    assert found is not None
    assert [(comment.question, comment.unit) for comment in found.comments] == [
        ("of_office", "a"),
        ("of_office", "b"),
        ("note", None),
    ]


def test_the_shipped_list_finds_the_sample_rounds_comments() -> None:
    rules = load_themes()
    said = {
        "Mong làm thủ tục đất đai nhanh hơn, hồ sơ bị trả lại hai lần vì thiếu giấy.": {"time", "procedure", "land"},
        "Gui phan anh qua cong dich vu cong nhung chua thay tra loi": {"feedback", "online"},
        "Lệ phí niêm yết rõ ràng, không phải nộp thêm khoản nào.": {"fees", "information"},
        "Ăn cơm chưa?": set(),
    }
    found = find_themes(evaluated(list(said)), rules)
    assert found is not None
    assert {comment.text: set(comment.themes) for comment in found.comments} == said
    for theme in rules.themes:  # every word of the list finds itself
        for phrase in (*theme.phrases, *theme.only_marked):
            assert sought(theme.phrases, theme.only_marked).stands_in(syllables(phrase)), phrase
        assert theme.label["vi"] and theme.label["en"]


def test_a_list_with_faults_is_refused_with_all_of_them() -> None:
    text = """
id = "x"
[[theme]]
id = "a b"
label.vi = "A"
phrases = ["một"]
[[theme]]
id = "c"
phrases = "một"
[[theme]]
id = "d"
label.vi = "D"
phrases = []
word = 1
[[theme]]
id = "e"
label.vi = "E"
phrases = ["..."]
[[theme]]
id = "e"
label.vi = "E"
phrases = ["hai"]
"""
    with pytest.raises(Refused) as caught:
        read_themes(text, "my.toml")
    assert [problem.code for problem in caught.value.problems] == [
        "THM_TEXT", "THM_ID", "THM_WORDS", "THM_PHRASES", "THM_EMPTY", "THM_KEY", "THM_EMPTY", "THM_PHRASES",
        "THM_EMPTY", "THM_TWICE", "THM_WORDS",
    ]  # fmt: skip
    assert all("?" not in problem.say("en") for problem in caught.value.problems)
    for broken, code in (("[[theme", "RULES_FILE"), ('id = "a"\nversion = "1"\nsource.vi = "s"', "THM_NO_THEMES")):
        with pytest.raises(Refused) as caught:
            read_themes(broken, "my.toml")
        assert [problem.code for problem in caught.value.problems] == [code]


def test_a_rounds_own_list_is_kept_as_a_paper_and_read_again() -> None:
    class Kept:
        content: str | None = None

        def paper(self, round_id: str, kind: str) -> "Kept | None":
            assert (round_id, kind) == ("r", PAPER)
            return self if self.content is not None else None

    store = Kept()
    assert themes_of_round(store, "r") == load_themes()  # type: ignore[arg-type]
    store.content = to_json(shipped_text().replace('version = "2026-11"', 'version = "mine"'))
    assert themes_of_round(store, "r").version == "mine"  # type: ignore[arg-type]
    for content in ("{}", "[]", "no", '{"toml": 1}'):
        with pytest.raises(Refused):
            from_json(content)


def test_the_shipped_list_is_where_an_official_finds_it() -> None:
    path = Path(__file__).parents[3] / "analysis" / "scores" / "rules" / "themes_vi.toml"
    assert path.read_text(encoding="utf-8") == shipped_text()


def test_a_sentence_names_the_most_frequent_themes_and_the_rest() -> None:
    [said] = theme_sentences(themes(["Chờ lâu, lệ phí cao", "Lệ phí", "Tốt"]), "vi")
    assert said.startswith("Trong 3 ý kiến, nhiều nhất nói về: Phí (2 ý kiến); Thời gian (1 ý kiến); 1 ý kiến không")
