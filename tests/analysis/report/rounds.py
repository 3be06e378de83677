"""Small rounds for the tests of the workbook: every kind of question, two scales, weights, missing answers."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from analysis.report.about import About
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import answers_frame, make_sample
from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section
from survey.round import Margin

UNITS = ("Huyện Văn Quan", "Huyện Đình Lập", "Thành phố Lạng Sơn", "Huyện Bình Gia", "Xã Ít Người")

LEVELS = Scale(
    name="muc_do",
    options=tuple(
        Option(value=str(value), label={"vi": label, "en": label})
        for value, label in enumerate(
            ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"), start=1
        )
    ),
)
WORDS = Scale(
    name="low_high",
    options=tuple(Option(value=v, label={"vi": v}) for v in ("low", "medium", "high", "18-24")),
)
SEX = Scale(name="gioi", options=(Option(value="m", label={"vi": "Nam"}), Option(value="f", label={"vi": "Nữ"})))
ZERO_ONE = Scale(
    name="co_chua", options=(Option(value="0", label={"vi": "Chưa"}), Option(value="1", label={"vi": "Có"}))
)


def _item(name: str, factor: str | None, scale: Scale = LEVELS, satisfied: tuple[str, ...] = ("4", "5")) -> Question:
    return Question(
        name=name,
        kind="select_one",
        label={"vi": f"Nội dung {name}: thông tin đầy đủ, dễ hiểu"},
        role="satisfaction",
        scale=scale,
        factor=factor,
        satisfied=satisfied,
    )


def questionnaire() -> Questionnaire:
    """Two aspects, three factors, six items, one of them on a scale of words; a weight on every node."""
    people = Section(
        name="a",
        label={"vi": "Phần A"},
        questions=(
            Question(name="loi_dan", kind="note", label={"vi": "Xin chào"}),
            Question(name="sex", kind="select_one", label={"vi": "Giới tính"}, role="respondent", scale=SEX),
            Question(name="age", kind="integer", label={"vi": "Tuổi"}, role="respondent"),
            Question(name="used", kind="select_one", label={"vi": "Đã dùng?"}, role="perception", scale=ZERO_ONE),
            Question(name="ways", kind="select_multiple", label={"vi": "Kênh nào?"}, role="perception", scale=WORDS),
        ),
    )
    index = (
        IndexNode(code="policy", level="aspect", label={"vi": "Chính sách"}, weight=0.62),
        IndexNode(code="service", level="aspect", label={"vi": "Dịch vụ hành chính công"}, weight=0.38),
        IndexNode(code="pol_a", level="factor", label={"vi": "Trách nhiệm giải trình"}, parent="policy", weight=2),
        IndexNode(code="pol_b", level="factor", label={"vi": "Sự tham gia"}, parent="policy", weight=1),
        IndexNode(code="ser_1", level="factor", label={"vi": "Tiếp cận"}, parent="service", weight=1),
    )
    items = Section(
        name="b",
        label={"vi": "Phần B"},
        questions=(
            _item("q9_01", "pol_a"),
            _item("q9_02", "pol_a"),
            _item("q9_03", "pol_b"),
            _item("q9_04", "ser_1"),
            _item("q9_05", "ser_1", WORDS, ("high", "18-24")),
            _item("q9_06", "service"),
            Question(name="other", kind="text", label={"vi": "Ý kiến khác"}, role="comment"),
            Question(name="quyen_so", kind="text", label={"vi": "Câu trùng tên cột"}, role="comment"),
        ),
    )
    return Questionnaire(
        id="thu",
        version="1",
        title={"vi": "Phiếu thử"},
        languages=("vi",),
        sections=(people, items),
        index=index,
        study="household",
        source={"vi": "Phiếu viết cho việc kiểm thử."},
    )


def answers(
    n: int = 60, seed: int = 7, units: Sequence[str] = UNITS
) -> tuple[list[dict[str, Any]], dict[str, list[Any]]]:
    """n people: their answers, and where they were asked. Some answers are missing; one unit has an item with none."""
    chance = random.Random(seed)
    given: list[dict[str, Any]] = []
    where: dict[str, list[Any]] = {
        "id": [],
        "day": [],
        "channel": [],
        "unit": [],
        "stratum": [],
        "psu": [],
        "base_weight": [],
    }
    for place in range(n):
        unit = units[4] if place < 3 else units[place % 4]
        person: dict[str, Any] = {
            "sex": chance.choice("mf"),
            "age": chance.randint(18, 80),
            "used": chance.choice("01"),
        }
        person["ways"] = tuple(v for v in ("low", "medium", "high", "18-24") if chance.random() < 0.4) or ("low",)
        for name in ("q9_01", "q9_02", "q9_03", "q9_04", "q9_06"):
            if chance.random() < 0.9 and not (name in ("q9_03", "q9_06") and unit == units[4]):
                person[name] = str(chance.choices((1, 2, 3, 4, 5), (1, 2, 3, 8, 4))[0])
        if chance.random() < 0.8:
            person["q9_05"] = chance.choice(("low", "medium", "high", "18-24"))
        if place % 10 == 0:
            person["other"] = f"Ý kiến số {place}, cán bộ nhiệt tình"
        given.append(person)
        for column, value in {
            "id": f"p{place:03d}", "day": f"2022-11-{1 + place % 28:02d}", "channel": "open", "unit": unit,
            "stratum": unit, "psu": f"{unit}-{place % 3}", "base_weight": 1.0 + (place % 4) * 0.37,
        }.items():  # fmt: skip
            where[column].append(value)
    return given, where


def evaluation(
    given: Sequence[Mapping[str, Any]] | None = None,
    n: int = 60,
    asked: Questionnaire | None = None,
    units: Sequence[str] = UNITS,
    **changes: Any,
) -> Evaluation:
    """An evaluation of the small round, raked to sex by default. `units`: other names for them, in their order."""
    made, where = answers(n, units=units)
    asked = asked or questionnaire()
    plan = Plan(
        **{
            "strata": "stratum",
            "psu": "psu",
            "weight": "base_weight",
            "adjust": "rake",
            "margins": (Margin(variable="sex", level="m", total=480), Margin(variable="sex", level="f", total=520)),
            "by": ("unit",),
        }
        | changes
    )
    frame = answers_frame(
        asked, list(given or made), {name: values[: len(given or made)] for name, values in where.items()}
    )
    return evaluate(make_sample(frame, plan, {"data_sha256": "ab" * 32}), asked, plan)


def renamed(names: Sequence[str], **changes: Any) -> Evaluation:
    """The small round, unweighted, with other names for its units in the order of `UNITS`."""
    frame = evaluation().sample.frame
    plan = Plan(**({"by": ("unit",)} | changes))
    units = [names[UNITS.index(unit)] for unit in frame["unit"]]
    return evaluate(make_sample(frame.assign(unit=units), plan, {}), questionnaire(), plan)


def about(**changes: Any) -> About:
    """What is said about the small round."""
    return About(
        **{
            "round_name": "Đợt thử 2022",
            "study": "household",
            "period": "01/11/2022 – 30/11/2022",
            "source": "thu.csv",
            "contact": "Phòng Cải cách hành chính",
            "created": datetime(2022, 12, 5, 8, 30),
            "code_version": "0.1.0",
            "feeds": "weighted",
            "invited": dict.fromkeys(UNITS, 20),
        }
        | changes
    )
