"""Makes the synthetic Lạng Sơn 2022 round. Run `python -m sample_responses` to write the files anew.

Everything is invented but the names of places and the shape of the survey: 395 online responses (the size of the
province's 2022 round), districts as strata, communes as first-stage units, invitations drawn by commune. The overall
index is set to lie between 72,5 and 76 %: nobody published Lạng Sơn's own value, only that it was among the bottom five
of 63 provinces and that the lowest had 72,54 %. That is an assumption, and said so in the README.
"""

import csv
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO

import xlsxwriter

from survey.instruments import load
from survey.questionnaire import Question, Questionnaire
from survey.response import Answer, asked
from survey.round import NOTICE, Place, Rated, Round

SEED = 20221105
INSTRUMENT = "sipas_household_2022"
FIRST_DAY = date(2022, 11, 7)
DAYS = 26
SYNTHETIC = "DỮ LIỆU TỔNG HỢP do máy sinh ra để minh họa, không phải của người thật (synthetic data)"

# District: communes in it, adults (rounded, an assumption), responses, leaning, the sampled communes.
# The leaning is on the latent scale.
DISTRICTS = (
    ("Thành phố Lạng Sơn", 8, 76_000, 64, 0.10, ("Chi Lăng", "Đông Kinh", "Vĩnh Trại", "Mai Pha")),
    ("Tràng Định", 22, 43_000, 30, -0.05, ("Thất Khê", "Kháng Chiến", "Tri Phương")),
    ("Bình Gia", 19, 38_000, 28, -0.20, ("Bình Gia", "Tân Văn", "Hồng Thái")),
    ("Văn Lãng", 17, 36_000, 28, 0.00, ("Na Sầm", "Tân Thanh", "Hoàng Văn Thụ")),
    ("Cao Lộc", 22, 55_000, 46, 0.05, ("Đồng Đăng", "Cao Lộc", "Yên Trạch", "Hợp Thành")),
    ("Văn Quan", 17, 39_000, 28, -0.30, ("Văn Quan", "Yên Phúc", "Tân Đoàn")),
    ("Bắc Sơn", 18, 51_000, 36, 0.20, ("Bắc Sơn", "Vũ Lễ", "Hưng Vũ")),
    ("Hữu Lũng", 24, 85_000, 48, 0.05, ("Hữu Lũng", "Minh Sơn", "Cai Kinh", "Vân Nham")),
    ("Chi Lăng", 20, 55_000, 36, 0.10, ("Đồng Mỏ", "Chi Lăng", "Vạn Linh")),
    ("Lộc Bình", 21, 57_000, 33, -0.10, ("Lộc Bình", "Na Dương", "Tú Đoạn")),
    ("Đình Lập", 12, 20_000, 18, -0.15, ("Đình Lập", "Nông trường Thái Bình")),
)
URBAN = {
    "Chi Lăng|Thành phố Lạng Sơn",
    "Đông Kinh",
    "Vĩnh Trại",
    "Thất Khê",
    "Na Sầm",
    "Đồng Đăng",
    "Hữu Lũng",
    "Đồng Mỏ",
    "Na Dương",
    "Nông trường Thái Bình",
} | {"Bình Gia", "Cao Lộc", "Văn Quan", "Bắc Sơn", "Lộc Bình", "Đình Lập"}

# The adult population by sex, age band and place of living, in shares (rounded assumptions).
POPULATION = 555_000
SHARES = {
    "sex": {"1": 0.502, "2": 0.498},
    "age": {"1": 0.115, "2": 0.215, "3": 0.330, "4": 0.205, "5": 0.135},
    "area": {"1": 0.230, "2": 0.770},
}
# Who answers online: younger, and more often in town.
ONLINE = {"sex": {"1": 0.46, "2": 0.54}, "age": {"1": 0.13, "2": 0.34, "3": 0.37, "4": 0.12, "5": 0.04}}

ASPECT = {
    "pol_a": -0.06,
    "pol_b": -0.14,
    "pol_c": 0.02,
    "pol_d": 0.00,
    "svc_1": 0.10,
    "svc_2": 0.08,
    "svc_3": 0.12,
    "svc_4": 0.10,
    "svc_5": -0.12,
}
MISSING = {"svc_5": 0.22, "pol_b": 0.10}
LEVEL = -0.1  # the latent mean, chosen once so that the overall index falls where the docstring says
LEVELS = (-2.05, -1.35, -0.72, 0.62)  # latent limits between the five answers
COMMENTS = (
    "Cán bộ một cửa hướng dẫn dễ hiểu, nhưng phải chờ lâu vào buổi sáng.",
    "Mong làm thủ tục đất đai nhanh hơn, hồ sơ bị trả lại hai lần vì thiếu giấy.",
    "Đường vào thôn còn khó đi, mùa mưa học sinh đi lại vất vả.",
    "Nộp hồ sơ trực tuyến tiện nhưng mạng yếu, tải tệp hay bị lỗi.",
    "Một số câu hỏi dùng từ khó hiểu, người lớn tuổi không biết trả lời thế nào.",
    "Trạm y tế xã phục vụ tốt, bác sĩ nhiệt tình.",
    "Nước sạch chưa về đến bản, vẫn dùng nước suối.",
    "Đề nghị trả kết quả đúng hẹn, nếu chậm thì báo trước cho dân.",
    "Hài lòng với thái độ của công chức tư pháp xã.",
    "Cần thêm ghế ngồi và chỗ viết ở bộ phận một cửa.",
    "Gửi phản ánh qua cổng dịch vụ công nhưng chưa thấy trả lời.",
    "Thông tin chính sách chủ yếu nghe qua loa, chưa hiểu hết.",
    "Điện ổn định hơn năm trước.",
    "Không có ý kiến gì thêm, cảm ơn.",
    "Nên có cán bộ biết tiếng Tày, Nùng để giải thích cho người già.",
    "Lệ phí niêm yết rõ ràng, không phải nộp thêm khoản nào.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One invented person: number (from 1), place code, the day, and what was answered."""

    number: int
    place: str
    day: date
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune:
    """One sampled commune: its code in the draw, name, district, adults, base weight, communes in the district."""

    code: str
    name: str
    district: str
    adults: int
    slips: int
    leaning: float
    urban: bool
    communes: int
    weight: float


def communes() -> tuple[Commune, ...]:
    """The drawn communes with their base weights: (communes in the district / drawn) × (adults / responses)."""
    found = []
    for d, (district, size, adults, slips, leaning, names) in enumerate(DISTRICTS):
        for k, name in enumerate(names):
            share = slips // len(names) + (k < slips % len(names))
            people = round(adults / size * (1.25 if k == 0 else 0.9))
            found.append(
                Commune(
                    code=f"LS{d + 1:02d}{k + 1}",
                    name=name,
                    district=district,
                    adults=people,
                    slips=share,
                    leaning=leaning,
                    urban=name in URBAN or f"{name}|{district}" in URBAN,
                    communes=size,
                    weight=round(size / len(names) * people / share, 2),
                )
            )
    return tuple(found)


def slips() -> tuple[Slip, ...]:
    """All 395, the same on every machine: only `random()` of a seeded generator is drawn from."""
    dice = random.Random(SEED)  # noqa: S311  a sample, not a secret
    questionnaire = load(INSTRUMENT)
    return tuple(_people(dice, questionnaire))


def _people(dice: random.Random, questionnaire: Questionnaire) -> Iterator[Slip]:
    number = 0
    for commune in communes():
        local = 0.18 * normal(dice)
        for _ in range(commune.slips):
            number += 1
            person = commune.leaning + local + 0.75 * normal(dice)
            answers: dict[str, Answer] = {
                "sex": pick(dice, ONLINE["sex"]),
                "age": pick(dice, ONLINE["age"]),
                "area": "1" if commune.urban else "2",
                "terrain": "1",
                "ethnic": pick(dice, {"1": 0.22, "2": 0.78}),
            }
            person += {"1": -0.05, "2": -0.05, "3": 0.0, "4": 0.05, "5": 0.08}[str(answers["age"])]
            for question in questionnaire.questions():
                if question.name not in answers and question.kind != "note":
                    answer = _answer(dice, question, person + LEVEL)
                    if answer is not None:
                        answers[question.name] = answer
            day = FIRST_DAY + timedelta(days=int(DAYS * dice.random() ** 1.4))
            kept = {q.name: answers[q.name] for q in asked(answers, questionnaire) if q.name in answers}
            yield Slip(number=number, place=commune.code, day=day, answers=kept)


def _answer(dice: random.Random, question: Question, person: float) -> Answer | None:
    if question.name == "comment":
        return COMMENTS[int(dice.random() * len(COMMENTS))] if dice.random() < 0.07 else None
    if question.kind == "text":
        return ("Tày", "Nùng", "Dao")[int(3 * dice.random())] if question.name == "ethnic_other" else None
    if question.scale is None:
        return None
    values = [option.value for option in question.scale.options]
    if question.kind == "select_multiple":
        return tuple(value for value in values if dice.random() < 0.35) or (values[0],)
    if question.role == "satisfaction":
        if dice.random() < MISSING.get(question.factor or "", 0.03):
            return None
        latent = person + ASPECT[question.factor or ""] + 0.65 * normal(dice)
        return values[sum(latent > limit for limit in LEVELS)]
    if not question.required and dice.random() < 0.04:
        return None
    honest = {"q4": (0.86, 0.12, 0.02), "q5": (0.88, 0.10, 0.02)}
    rising = question.name.startswith("q1_")  # most people care
    weights = honest.get(question.name, [k if rising else 1 for k in range(1, len(values) + 1)])
    return pick(dice, dict(zip(values, weights, strict=True)))


def past_round(
    id: str, name: str, instrument: str, days: tuple[date, date], *, places: tuple[Place, ...], rated: tuple[Rated, ...]
) -> Round:
    """A closed demonstration round, unweighted, on these first and last days."""
    questionnaire = load(instrument)
    return Round(
        id=id,
        name=name,
        questionnaire=questionnaire.content_hash(),
        study=questionnaire.study,
        opens=days[0],
        closes=days[1],
        languages=("vi", "en"),
        consent=NOTICE,
        contact={
            "vi": "Đây là đợt minh họa, không có cán bộ phụ trách.",
            "en": "A demonstration: nobody is in charge.",
        },
        places=places,
        rated=rated,
        feeds="unweighted",
        demonstration=True,
    )


def pick(dice: random.Random, weights: Mapping[str, float]) -> str:
    mark = dice.random() * sum(weights.values())
    for value, weight in weights.items():
        mark -= weight
        if mark < 0:
            return value
    return list(weights)[-1]


def normal(dice: random.Random) -> float:
    """A standard normal draw from two uniform ones (Box & Muller), the same under every version of Python."""
    return math.sqrt(-2 * math.log(1 - dice.random())) * math.cos(2 * math.pi * dice.random())


def workbook() -> bytes:
    """All slips as an xlsx that `hailong report` reads: id, design columns, one column a question."""
    questionnaire = load(INSTRUMENT)
    names = [question.name for question in questionnaire.questions() if question.kind != "note"]
    places = {commune.code: commune for commune in communes()}
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2022, 12, 5), "title": SYNTHETIC})  # noqa: DTZ001
        sheet = book.add_worksheet("Phiếu")
        notes = book.add_worksheet("Ghi chú")
        header = ["id", "synthetic", "day", "district", "commune", "psu", "base_weight", "communes_in_district", *names]
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        for slip in slips():
            place = places[slip.place]
            row = [
                f"LS2022-{slip.number:04d}",
                "tổng hợp",
                slip.day.isoformat(),
                place.district,
                place.name,
                place.code,
                place.weight,
                place.communes,
            ]
            for column, value in enumerate(row):
                sheet.write(slip.number, column, value)
            for column, name in enumerate(names, start=len(row)):
                answer = slip.answers.get(name)
                text = " ".join(answer) if isinstance(answer, tuple) else answer
                if isinstance(text, str) and text.isdigit():
                    sheet.write_number(slip.number, column, int(text))
                elif text is not None:
                    sheet.write_string(slip.number, column, str(text))
        sheet.freeze_panes(1, 1)
        notes.write_string(0, 0, SYNTHETIC)
        notes.write_string(
            1, 0, "Tên huyện, xã là thật; số dân, phiếu và câu trả lời là giả định. Xem README.md cùng thư mục."
        )
    return stream.getvalue()


def places_csv() -> str:
    """The draw's places as CSV: code,name,stratum,unit,weight,fpc."""
    rows = [(c.code, c.name, c.district, c.district, c.weight, c.communes) for c in communes()]
    return _csv(("code", "name", "stratum", "unit", "weight", "fpc"), rows)


def margins_csv() -> str:
    """The population margins as CSV: variable,level,total."""
    rows = [(v, level, round(POPULATION * share)) for v, levels in SHARES.items() for level, share in levels.items()]
    return _csv(("variable", "level", "total"), rows)


def _csv(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([header, *rows])
    return stream.getvalue()
