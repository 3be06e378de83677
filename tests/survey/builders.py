"""A small questionnaire with every kind of question, its round, and a store that holds both."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import func, insert, select

from survey.access import ensure_passcode
from survey.expression import Expression
from survey.forms.accept import Submission
from survey.keys import load_secret
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section
from survey.response import Response
from survey.round import Place, Round
from survey.store import Store
from survey.store.codec import round_text
from survey.store.schema import round_settings

YES_NO = Scale(
    name="yes_no",
    options=(Option(value="1", label={"vi": "Có", "en": "Yes"}), Option(value="2", label={"vi": "Không", "en": "No"})),
)
LEVELS = Scale(
    name="levels",
    options=tuple(Option(value=str(n), label={"vi": f"Mức {n}", "en": f"Level {n}"}) for n in range(1, 6)),
)
WAYS = Scale(
    name="ways",
    options=tuple(Option(value=v, label={"vi": v}) for v in ("web", "post", "desk")),
)


def question(name: str, kind: str, **fields: object) -> Question:
    return Question(name=name, kind=kind, label={"vi": f"Câu {name}"}, **fields)  # type: ignore[arg-type]


QUESTIONNAIRE = Questionnaire(
    id="thu",
    version="1",
    title={"vi": "Phiếu thử", "en": "Trial form"},
    languages=("vi", "en"),
    sections=(
        Section(
            name="use",
            label={"vi": "Sử dụng"},
            questions=(
                question("intro", "note"),
                question("used", "select_one", scale=YES_NO, required=True),
                question("ways", "select_multiple", scale=WAYS, relevant=Expression("${used} = '1'")),
                question(
                    "times",
                    "integer",
                    relevant=Expression("${used} = '1'"),
                    constraint=Expression(". >= 1 and . <= 50"),
                    constraint_message={"vi": "Số lần từ 1 đến 50.", "en": "Between 1 and 50 times."},
                ),
            ),
        ),
        Section(
            name="rating",
            label={"vi": "Đánh giá"},
            relevant=Expression("${used} = '1'"),
            questions=(
                question("q1", "select_one", scale=LEVELS, role="satisfaction", required=True),
                question("why", "text", relevant=Expression("${q1} <= 2"), required=True),
                question("fee", "decimal", constraint=Expression(". >= 0")),
                question("day", "date"),
            ),
        ),
        Section(name="end", label={"vi": "Khác"}, questions=(question("comment", "text", role="comment"),)),
    ),
)

GOOD: dict[str, object] = {"used": "1", "ways": ["desk", "web"], "times": "3", "q1": "5", "comment": " Rất tốt "}

ROUND = Round(
    id="dot-1",
    name="Đợt thử",
    questionnaire=QUESTIONNAIRE.content_hash(),
    study="user",
    opens=date(2026, 11, 1),
    closes=date(2026, 11, 30),
    languages=("vi", "en"),
    consent="2026-10",
    contact={"vi": "Sở Nội vụ, 0205 000 000"},
    places=(
        Place(code="P01", name="Xã A", stratum="Huyện 1", unit="U1"),
        Place(code="P02", name="Xã B", stratum="Huyện 2", unit="U2"),
    ),
)

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # 12:00 in Vietnam


def counting() -> Callable[[int], bytes]:
    """A stand-in for randomness that never repeats itself."""
    numbers = itertools.count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


def form_key(number: int) -> str:
    return f"k{number:041d}"


def submission(number: int = 1, **changes: object) -> Submission:
    """A good submission with the key number `number`."""
    opened = NOON - timedelta(minutes=5)
    good = Submission(key=form_key(number), answers=GOOD, language="vi", channel="link", place="P01", opened_at=opened)
    return replace(good, **changes)  # type: ignore[arg-type]


def response(number: int = 1, **changes: object) -> Response:
    """A slip as accept() would make it, number `number`."""
    slip = Response(
        id=f"{number:032x}",
        round_id=ROUND.id,
        questionnaire=ROUND.questionnaire,
        answers={"used": "1", "ways": ("web", "desk"), "times": 3, "fee": 1.5, "comment": "Tốt «=1+1»"},
        place="P01",
        channel="link",
        language="vi",
        day="2026-11-21",
        duration="3-10",
        flags=("fast",),
        consent="2026-10",
        key_hash=f"{number:064x}",
        salt=f"{number:032x}",
        commitment=f"{number:064x}",
        receipt_hash=f"{number:064x}",
    )
    return replace(slip, **changes)  # type: ignore[arg-type]


def office(data: Path, questionnaire: Questionnaire, workbook: bytes, round_: Round) -> bytes:
    """A data folder that a server can be started on, with this round; its secret."""
    with Store.open(data / "hailong.sqlite3") as store:
        store.add_questionnaire(questionnaire, workbook)
        store.save_round(round_)
    ensure_passcode(data, token_bytes)
    return load_secret(data / "secret.key", token_bytes)


def furnished(path: Path | str) -> Store:
    """A store at `path` with QUESTIONNAIRE and ROUND."""
    store = Store.open(path)
    store.add_questionnaire(QUESTIONNAIRE, b"workbook")
    store.save_round(ROUND)
    return store


def overwrite(store: Store, round_: Round) -> None:
    """The round with other settings, as if it had been opened with them: nothing but a test may do that."""
    row = {"round_id": round_.id, "questionnaire": round_.questionnaire, "settings": round_text(round_)}
    newest = select(func.max(round_settings.c.revision)).where(round_settings.c.round_id == round_.id)
    if round_.id not in {each.id for each in store.rounds()}:
        store.save_round(round_)
        return
    with store._write() as writer:
        writer.execute(insert(round_settings), {**row, "revision": writer.execute(newest).scalar_one() + 1})
