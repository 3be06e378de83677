"""What do the web benchmarks ask? 25 five-point items in 5 groups and a comment: a form on one page, in one place."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from survey.links import link_token
from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section
from survey.store import Store
from survey.xlsform import write_workbook
from tests.survey.builders import ROUND as EXAMPLE
from tests.survey.builders import office

ROUND, PLACE = "do-tai", "P01"
_LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
_SCALE = Scale(
    name="levels", options=tuple(Option(value=str(n), label={"vi": each}) for n, each in enumerate(_LEVELS, 1))
)
_GROUPS = ("Tiếp cận dịch vụ", "Thủ tục hành chính", "Công chức", "Kết quả", "Góp ý, phản ánh")
_ITEMS = (
    "Nơi ngồi chờ có đủ chỗ, sạch và dễ chịu",
    "Giấy tờ phải nộp được niêm yết đầy đủ, dễ đọc",
    "Người tiếp nhận giải thích rõ ràng, lịch sự",
    "Được hẹn ngày trả kết quả và trả đúng ngày hẹn",
    "Biết gửi ý kiến ở đâu và được trả lời",
)

QUESTIONNAIRE = Questionnaire(
    id="do_tai",
    version="1",
    title={"vi": "Phiếu hỏi 25 nội dung"},
    languages=("vi",),
    sections=(
        *(
            Section(
                name=f"g{group}",
                label={"vi": title},
                questions=tuple(
                    Question(
                        name=f"q{group}{item}",
                        kind="select_one",
                        label={"vi": f"{group}.{item}. {text}"},
                        role="satisfaction",
                        scale=_SCALE,
                        factor=f"f{group}",
                        satisfied=("4", "5"),
                        required=True,
                    )
                    for item, text in enumerate(_ITEMS, 1)
                ),
            )
            for group, title in enumerate(_GROUPS, 1)
        ),
        Section(
            name="khac",
            label={"vi": "Ý kiến khác"},
            questions=(Question(name="y_kien", kind="text", label={"vi": "Ý kiến khác của ông/bà"}, role="comment"),),
        ),
    ),
    index=tuple(
        IndexNode(code=f"f{group}", level="factor", label={"vi": title}) for group, title in enumerate(_GROUPS, 1)
    ),
    study="user",
)
ANSWERS = {f"q{group}{item}": str(1 + (group * item) % 5) for group in range(1, 6) for item in range(1, 6)}
ANSWERS["y_kien"] = "Cán bộ hướng dẫn tận tình, chỉ mong có thêm ghế ngồi chờ."


def furnish(data: Path) -> str:
    """Put the round into this data folder. Returns the token of its place's signed link."""
    round_ = replace(
        EXAMPLE,
        id=ROUND,
        name="Đợt đo tải",
        questionnaire=QUESTIONNAIRE.content_hash(),
        opens=date(2020, 1, 1),
        closes=None,
        languages=("vi",),
        places=EXAMPLE.places[:1],
    )
    return link_token(office(data, QUESTIONNAIRE, write_workbook(QUESTIONNAIRE), round_), ROUND, PLACE)


def stored(data: Path) -> int:
    """How many slips are on disk."""
    with Store.open(data / "hailong.sqlite3") as store:
        return store.counts(ROUND).total
