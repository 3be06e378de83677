"""The instrument of the reference survey citizen395: 22 items, four factors. As a module, it writes the workbook."""

from pathlib import Path

from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section
from survey.xlsform import write_workbook

WORKBOOK = Path(__file__).with_suffix(".xlsx")
FACTORS = {"a": range(1, 6), "b": range(6, 12), "c": range(12, 17), "d": range(17, 23)}
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
LEVELS_EN = ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied")


def citizen22() -> Questionnaire:
    return Questionnaire(
        id="citizen22",
        version="1",
        title={"vi": "Khảo sát công dân 22 câu (dùng để kiểm thử)", "en": "Citizen survey of 22 items (for tests)"},
        languages=("vi", "en"),
        study="user",
        source={"vi": "Dữ liệu tổng hợp của bộ tham chiếu", "en": "Synthetic data of the reference cases"},
        status={"vi": "Chỉ dùng để kiểm thử", "en": "For tests only"},
        index=tuple(IndexNode(code=code, level="factor", label=_both(code.upper())) for code in FACTORS),
        sections=(
            Section(
                name="respondent",
                label={"vi": "Người trả lời", "en": "Respondent"},
                questions=(
                    _asked("sex", "Giới tính", "Sex", ("Nam", "Nữ"), ("Male", "Female")),
                    _asked("age", "Nhóm tuổi", "Age group", *(tuple(f"{word} {n}" for n in range(1, 5)) for word in
                           ("Nhóm", "Group"))),
                ),
            ),
            *(
                Section(name=f"part_{code}", label=_both(code.upper()), questions=tuple(_item(n, code) for n in items))
                for code, items in FACTORS.items()
            ),
        ),
    )  # fmt: skip


def _both(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def _scale(name: str, vi: tuple[str, ...], en: tuple[str, ...]) -> Scale:
    pairs = enumerate(zip(vi, en, strict=True), start=1)
    return Scale(name=name, options=tuple(Option(value=str(n), label={"vi": a, "en": b}) for n, (a, b) in pairs))


def _asked(name: str, vi: str, en: str, options: tuple[str, ...], options_en: tuple[str, ...]) -> Question:
    scale = _scale(name, options, options_en)
    return Question(name=name, kind="select_one", role="respondent", label={"vi": vi, "en": en}, scale=scale)


def _item(number: int, factor: str) -> Question:
    return Question(
        name=f"q{number}",
        kind="select_one",
        role="satisfaction",
        label={"vi": f"Nội dung {number}", "en": f"Item {number}"},
        scale=_scale("satisfaction", LEVELS, LEVELS_EN),
        factor=factor,
        satisfied=("4", "5"),
    )


if __name__ == "__main__":
    WORKBOOK.write_bytes(write_workbook(citizen22()))
