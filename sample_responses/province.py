"""What else belongs to the Lạng Sơn 2022 report: points on documents, other provinces, dossiers, targets.

Published figures stand beside real names, with their source. What was filled in so that the parts come to a published
total stands beside invented names («giả lập»), or says in the same row that it was filled in.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from io import StringIO

from analysis.scores import targets
from analysis.scores.dossier_words import heading
from analysis.scores.scorecard import inspection, points
from analysis.scores.scorecard.inspection import Finding
from analysis.scores.targets import Target
from survey.errors import word

PROVINCE = "Lạng Sơn"
SCHEME = "par_index_province_2022"
PERIOD = "theo bài báo 2023"
FILLED = "Điền vào (giả lập) để tổng khớp 81,45 % đã công bố; không phải điểm đã công bố"

DOCUMENTS = {
    "1.TL": 6.60,
    "2.TL": 7.00,
    "3.TL": 7.50,
    "4.TL": 7.40,
    "5.TL": 9.30,
    "6.TL": 8.44,
    "7.TL": 6.36,
    "8.2": 4.90,
}
"""Points on documents. Published: 81,45 of 100, 16,4 of 22 from officials, 4,08 lost in area 7. The citizens' part is
what the synthetic round gives (7,55 of 10); these fill the rest."""

REAL = {
    "Quảng Ninh": (1, 90.10, "P"),
    "Hải Phòng": (2, 90.09, "P"),
    "Hà Nội": (3, 89.58, "P"),
    "Đồng Nai": (51, 82.92, "P"),
    PROVINCE: (54, 81.45, "V"),
    "Quảng Nam": (57, 80.91, "D"),
}
"""Rank and index in per cent as published; V on an official page, P in the press, D derived from both."""
_BETWEEN = {
    52: 82.60,
    53: 81.90,
    55: 81.30,
    56: 81.10,
    58: 80.40,
    59: 79.60,
    60: 79.20,
    61: 78.60,
    62: 77.90,
    63: 77.00,
}
_CURVE, _HIGHEST, _LOWEST = 1.396, 89.40, 83.00
"""Invented: ranks 4 to 50 fall along a curve, so that the mean of the 63 is the published 84.79; 2 provinces have 90 % or
more and 56 have 80-90 %, as published."""


def provinces() -> tuple[tuple[str, float, str], ...]:
    """The 63 rows, best first: name, index in per cent, source."""
    real = {rank: (name, index, mark) for name, (rank, index, mark) in REAL.items()}
    rows, invented = [], 0
    for rank in range(1, 64):
        if rank in real:
            name, index, mark = real[rank]
            rows.append((name, index, f"PAR INDEX 2022, đã công bố ({mark})"))
            continue
        invented += 1
        along = (50 - rank) / 46
        index = _BETWEEN.get(rank, _LOWEST + (_HIGHEST - _LOWEST) * along**_CURVE)
        rows.append((f"Tỉnh (giả lập) {invented:02d}", round(index, 2), "giả lập"))
    return tuple(rows)


def provinces_csv() -> str:
    """The 63 rows as the scorecard's screen reads them."""
    head = (word("SCR_COL_PEER"), word("SCR_COL_INDEX"), "Nguồn")
    return _csv([head, *((name, f"{_comma(index)} %", source) for name, index, source in provinces())])


def points_csv() -> str:
    """The points on documents as the scorecard's screen reads them."""
    head = (word("SCR_COL_CODE"), word("SCR_COL_APPRAISED"), word("SCR_COL_NOTE"))
    return _csv([head, *((code, _comma(value), FILLED) for code, value in DOCUMENTS.items())])


def workings(officials: str) -> str:
    """The working paper «points». `officials`: the id of the round that gives the 22 points."""
    entries = tuple(points.Entry(code=code, appraised=value, note=FILLED) for code, value in DOCUMENTS.items())
    peers = tuple(points.Peer(name=name, index=round(index / 100, 6)) for name, index, _ in provinces())
    return points.to_json(
        points.Workings(
            scheme=SCHEME, sources={"officials": officials}, entries={SCHEME: entries}, peers=peers, own=PROVINCE
        )
    )


SERIES = (("par_index", PROVINCE), ("par_index_internal", "Huyện Văn Quan"))
"""The published figures that the report compares year on year."""


def goals() -> str:
    """The working paper «targets»: what the province set out to reach in 2023 (published)."""
    source = "Mục tiêu của tỉnh, theo bài báo về Lạng Sơn năm 2023"
    return targets.to_json(
        (
            Target(series="par_index", unit=PROVINCE, year=2023, value=0.85, source=source),
            Target(series="par_index", unit=PROVINCE, year=2023, rank=35, of=63, source=source),
        )
    )


def findings() -> str:
    """The working paper «findings»: what an invented inspection found. It changes no points."""
    return inspection.to_json(
        (
            Finding(
                number="01",
                agency="Sở (giả lập) 03",
                nature="strength",
                text="(Giả lập) Hoàn thành trên 80 % nhiệm vụ cải cách hành chính của kế hoạch năm.",
                state="done",
            ),
            Finding(
                number="02",
                agency="Địa phương (giả lập) 07",
                text="(Giả lập) Còn hồ sơ trễ hạn trên phần mềm một cửa điện tử chưa có thư xin lỗi.",
                recommendation="Rà soát hồ sơ trễ hạn, gửi thư xin lỗi và hẹn lại ngày trả.",
                owner="Chủ tịch UBND (giả lập) 07",
                due=date(2022, 12, 30),
                state="doing",
                criterion="3.TL",
            ),
            Finding(
                number="03",
                agency="Sở (giả lập) 05",
                nature="request",
                text="(Giả lập) Chưa cập nhật đủ thủ tục hành chính lên cổng dịch vụ công.",
                recommendation="Báo cáo kết quả cập nhật.",
                owner="Giám đốc Sở (giả lập) 05",
                due=date(2023, 1, 31),
                criterion="7.TL",
            ),
        )
    )


# -- dossiers --------------------------------------------------------------------------------------------------------

_COUNTED = (
    "received", "direct", "post", "online", "solved", "on_time", "late", "pending", "overdue", "digitised",
    "feedback", "feedback_on_time", "feedback_bad", "complained",
)  # fmt: skip
_TOTAL = {"received": 157_027, "online": 146_953, "digitised": 105_673}
"""Published for the province in 2022; on time was published as 99,8 % without its counts."""
_OFFICES = (18_400, 14_900, 11_250, 8_730, 6_420, 5_180, 9_600, 16_300, 21_470, 13_200, 12_840, 18_737)
_REASONS = ("hồ sơ phức tạp", "chờ cơ quan phối hợp", "lỗi hệ thống")


def dossiers_csv() -> str:
    """Dossiers of 2022: the published total of the province, split among twelve invented offices."""
    head = [heading(name) for name in ("unit", "period", *_COUNTED)]
    head += [word("DOS_TEMPLATE_REASON", reason=reason) for reason in _REASONS] + [heading("note")]
    rows = [list(row) for row in _offices()]
    published = [
        "Tổng cộng",
        PERIOD,
        *(_TOTAL.get(name, "") for name in _COUNTED),
        "",
        "",
        "",
        "Bài báo về Lạng Sơn, 2023",
    ]
    return _csv([head, *rows, published])


def _offices() -> Iterator[tuple[object, ...]]:
    """An office a row. Shares of the last one are what is left of the published totals."""
    left = dict(_TOTAL)
    for number, received in enumerate(_OFFICES, start=1):
        last = number == len(_OFFICES)
        online = left["online"] if last else received * (9_200 + 37 * number) // 10_000
        digitised = left["digitised"] if last else received * (6_400 + 55 * number) // 10_000
        left["online"] -= online
        left["digitised"] -= digitised
        pending = received * (90 + 11 * number) // 10_000
        solved = received - pending
        late = solved * (6 + 3 * (number % 5)) // 5_000
        post = (received - online) * 3 // 10
        feedback = received // 900
        reasons = (late // 2, late // 3, late - late // 2 - late // 3)
        counts = {
            "received": received, "direct": received - online - post, "post": post, "online": online,
            "solved": solved, "on_time": solved - late, "late": late, "pending": pending, "overdue": pending // 15,
            "digitised": digitised, "feedback": feedback, "feedback_on_time": feedback - feedback // 9,
            "feedback_bad": feedback // 6, "complained": feedback,
        }  # fmt: skip
        yield (
            f"Đơn vị (giả lập) {number:02d}",
            PERIOD,
            *(counts[name] for name in _COUNTED),
            *reasons,
            "phân bổ giả lập",
        )


_ARTICLES = (
    # unit, period, counts, source
    ("Sở Văn hóa, Thể thao và Du lịch Đồng Tháp", "30/12/2020-31/7/2021", {"received": 306, "procedures": 147, "reviewed": 46},
     "Bài báo về Đồng Tháp, 28/10/2021"),
    ("Tỉnh Bình Phước", "01/01/2020-10/2021",
     {"received": 561_578, "direct": 358_294, "post": 183_202, "online": 20_091, "solved": 549_113, "on_time": 538_008,
      "late": 11_105, "pending": 12_465}, "Bài báo về Bình Phước, 17/11/2021: ba kênh cộng lại hơn tổng 9 hồ sơ"),
    ("Tỉnh Lạng Sơn", PERIOD, {"received": 157_027, "online": 146_953, "digitised": 105_673}, "Bài báo về Lạng Sơn, 2023"),
    ("Huyện Vụ Bản", "đến 08/2022", {"received": 1_843, "online": 860}, "Bài báo về Vụ Bản, 08/2022"),
)  # fmt: skip
_ARTICLE_COUNTS = (
    "received", "direct", "post", "online", "solved", "on_time", "late", "pending", "digitised", "procedures", "reviewed"
)  # fmt: skip


def articles_csv() -> str:
    """What four newspaper articles printed of dossiers, nothing added: an empty cell was not printed."""
    head = [heading(name) for name in ("unit", "period", *_ARTICLE_COUNTS, "note")]
    rows = [
        [unit, period, *(counts.get(name, "") for name in _ARTICLE_COUNTS), source]
        for unit, period, counts, source in _ARTICLES
    ]
    return _csv([head, *rows])


def _comma(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _csv(rows: Iterable[Iterable[object]]) -> str:
    stream = StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\n").writerows(rows)
    return stream.getvalue()
