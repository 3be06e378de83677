"""A server with a round of every state and a question of every kind, ordinary and hostile: what people may meet."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import sample_responses
from survey.access import ensure_passcode
from survey.clock import now, today
from survey.expression import Expression
from survey.forms.accept import Submission, accept
from survey.invitations import hashed, new_codes, shown
from survey.keys import load_secret, new_key
from survey.ledger import promise_key, receipt_code, receipt_promise, signing_key
from survey.proof.closing import close_days
from survey.proof.voiding import ask, decide
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section, Words
from survey.round import Desk, Place, Round
from survey.store import Store
from survey.xlsform import read_workbook, write_workbook
from tests.browser.conftest import Server, free_port, launched

SHORT, WIDE, CLOSED, EARLY, INVITED, HOSTILE = "mot-trang", "nhieu-noi", "da-dong", "chua-mo", "chi-moi", "doc-hai"
"""Ids of rounds: on one page, with many places, not open any more, not open yet, by invitation, with hostile texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied(Server):
    """`code` a fresh invitation, `used` one that was used; `counted` and `voided` receipts, `lost` a broken promise."""

    code: str
    used: str
    counted: str
    voided: str
    lost: str


def words(vi: str, en: str = "") -> Words:
    return {"vi": vi, "en": en} if en else {"vi": vi}


def option(value: str, vi: str, en: str = "") -> Option:
    return Option(value=value, label=words(vi, en))


def every_kind() -> Questionnaire:
    """One page with a question of every kind, a gate, hints, and wordings that lack English."""
    yes_no = Scale(name="yn", options=(option("1", "Có", "Yes"), option("2", "Không")))
    rating = Scale(name="levels", options=(option("2", "Hài lòng", "Satisfied"), option("1", "Không", "Dissatisfied")))
    ways = Scale(name="ways", options=tuple(option(f"w{n}", f"Cách {n}", f"Way {n}") for n in range(3)))
    jobs = Scale(name="jobs", options=tuple(option(f"j{n}", f"Nghề {n}", f"Job {n}") for n in range(20)))
    questions = (
        Question(name="intro", kind="note", label=words("Ông/bà nhớ lại lần gần đây nhất.")),
        Question(name="used", kind="select_one",
                 label=words("Ông/bà đã làm thủ tục chưa?", "Have you used the service?"),
                 hint=words("Trong 12 tháng qua.", "In the last 12 months."), scale=yes_no, required=True),
        Question(name="ways", kind="select_multiple", label=words("Bằng cách nào?", "How?"), scale=ways,
                 required=True, relevant=Expression("${used} = '1'")),
        Question(name="q1", kind="select_one", label=words("Ông/bà có hài lòng không?", "Are you satisfied?"),
                 scale=rating, role="satisfaction", satisfied=("2",), relevant=Expression("${used} = '1'")),
        Question(name="job", kind="select_one", label=words("Ông/bà làm nghề gì?", "What is your job?"), scale=jobs),
    )  # fmt: skip
    numbers = (
        Question(name="times", kind="integer", label=words("Bao nhiêu lần?", "How often?"), required=True,
                 constraint=Expression(". >= 1 and . <= 50"), constraint_message=words("Từ 1 đến 50.", "1 to 50.")),
        Question(name="fee", kind="decimal", label=words("Phí bao nhiêu nghìn đồng?", "What fee, in thousand dong?")),
        Question(name="day", kind="date", label=words("Ngày nào?", "Which day?"), required=True),
        Question(name="officer", kind="text", label=words("Mã cán bộ", "Officer's code"), role="officer",
                 constraint=Expression("string-length(.) <= 40")),
        Question(name="comment", kind="text", label=words("Ý kiến khác của ông/bà", "Anything else?"), role="comment"),
    )  # fmt: skip
    return Questionnaire(
        id="moi_loai",
        version="1",
        title=words("Phiếu thử mọi loại câu hỏi", "A form with every kind of question"),
        languages=("vi", "en"),
        sections=(
            Section(name="dich_vu", label=words("Dịch vụ", "The service"), questions=questions),
            Section(name="them", label=words("Thêm"), questions=numbers),
        ),
        study="user",
    )


def rounds(questionnaire: Questionnaire) -> dict[str, Round]:
    """A round of each state that asks `questionnaire`."""
    places = tuple(
        Place(code=f"P{n:03d}", name=f"Xã số {n}", stratum=f"Huyện {n % 3}", unit=f"U{n % 3}") for n in range(6)
    )
    plain = Round(
        id=SHORT,
        name="Đợt thử một trang",
        questionnaire=questionnaire.content_hash(),
        study="user",
        opens=date(2020, 1, 1),
        closes=None,
        languages=("vi", "en"),
        consent="2026-10",
        contact=words("Sở Nội vụ, 0205 000 000"),
        places=places,
        desks=(Desk(code="Q1", name="Quầy số 1", place="P001"),),
    )
    many = tuple(replace(places[0], code=f"M{n:03d}", name=f"Xã {n}", stratum=f"Huyện {n % 3}") for n in range(70))
    states = (
        plain,
        replace(plain, id=WIDE, name="Đợt nhiều nơi", places=many, desks=()),
        replace(plain, id=CLOSED, name="Đợt đã đóng", closes=date(2020, 2, 1)),
        replace(plain, id=EARLY, name="Đợt chưa mở", opens=today() + timedelta(days=30)),
        replace(plain, id=INVITED, name="Đợt theo giấy mời", invitation_only=True),
    )
    return {each.id: each for each in states}


def answer(store: Store, round_: Round, asked: Questionnaire, answers: Mapping[str, object], **more: object) -> str:
    """One slip of yesterday; its receipt code."""
    secret: bytes = more.pop("secret", b"secret")  # type: ignore[assignment]
    key = new_key(secret, secrets.token_bytes, round_.id)
    sent = Submission(key=key, answers=answers, language="vi", channel="open", place=round_.places[0].code, **more)  # type: ignore[arg-type]
    yesterday = now() - timedelta(days=1)
    return accept(store, round_, asked, sent, now=yesterday, random=secrets.token_bytes, secret=secret).receipt


@contextmanager
def varied(data: Path) -> Iterator[Varied]:
    """The server, started on a folder with all of it."""
    workbook = write_workbook(every_kind())
    questionnaire = read_workbook(workbook, name="moi_loai.xlsx")
    secret, random = load_secret(data / "secret.key", secrets.token_bytes), secrets.token_bytes
    answers = {"used": "2", "times": "2", "day": "2026-01-02"}
    with Store.open(data / "hailong.sqlite3") as store:
        sample_responses.load_round(store)
        store.add_questionnaire(questionnaire, workbook)
        made = rounds(questionnaire)
        for round_ in made.values():
            store.save_round(round_)
        issued = new_codes({None: 2}, random)
        store.add_invitations(INVITED, hashed(secret, issued))
        answer(store, made[INVITED], questionnaire, answers, secret=secret, invitation=issued[1].code)
        counted, voided = (answer(store, made[SHORT], questionnaire, answers) for _ in range(2))
        reason = "Nhập trùng hai lần"
        act = ask(store, SHORT, voided, reason, actor="An", today=today(), random=random)
        decide(store, SHORT, act.response_id, reason, approve=True, actor="Bình", today=today(), random=random)
        promising = promise_key(data, random)
        close_days(store, data, signing_key(data, random), now())
    passcode = ensure_passcode(data, random)
    assert passcode is not None
    yesterday = (today() - timedelta(days=1)).isoformat()
    lost = receipt_promise(promising, SHORT, yesterday, receipt_code(new_key(secret, random, SHORT)))
    port = free_port()
    with launched(data, port):
        yield Varied(
            url=f"http://127.0.0.1:{port}",
            passcode=passcode,
            data=data,
            code=shown(issued[0].code),
            used=shown(issued[1].code),
            counted=counted,
            voided=voided,
            lost=lost,
        )
