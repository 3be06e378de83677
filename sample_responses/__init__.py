"""Rounds to try the product with: a synthetic Lạng Sơn 2022 round, and a real survey of 1976 (housing.csv)."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from importlib import resources

from sample_responses.generate import FIRST_DAY, INSTRUMENT, Commune, Slip, communes, slips
from survey.clock import VIETNAM
from survey.forms.accept import Submission, accept
from survey.instruments import load, workbook_bytes
from survey.intake import read_margins
from survey.keys import new_key
from survey.rating import asked_in
from survey.round import NOTICE, Place, Round
from survey.sheet import read_table
from survey.store import Store

ROUND_ID = "lang-son-2022"
MARGINS = "lang_son_2022_synthetic_margins.csv"

_AT_ONCE = 16


def load_round(store: Store) -> Round:
    """Put the synthetic round with its 395 slips into the store, each through the door every answer passes.

    The round stays open. Loading it again changes nothing: the slips' keys follow from their numbers.
    """
    round_ = demonstration_round()
    load_slips(store, round_, INSTRUMENT, slips(), "slip")
    return round_


def load_slips(store: Store, round_: Round, instrument: str, given: Iterable[Slip], seed: str) -> None:
    """Put a synthetic round and its slips into the store, each through the door. `seed`: what their keys follow from,
    together with their numbers."""
    questionnaire = load(instrument)
    store.add_questionnaire(questionnaire, workbook_bytes(instrument))
    if round_.id not in {known.id for known in store.rounds()}:
        store.save_round(round_)
    asked = asked_in(questionnaire, round_)

    def send(slip: Slip) -> None:
        random = _bytes_of(f"{seed} {slip.number}")
        day = datetime.combine(slip.day, time(9), tzinfo=VIETNAM) + timedelta(minutes=slip.number)
        submission = Submission(
            key=new_key(b"synthetic", random, round_.id),
            answers=slip.answers,
            language="vi",
            channel="link",
            place=slip.place or None,
            opened_at=day - timedelta(minutes=4 + slip.number % 9),
        )
        accept(store, round_, asked, submission, now=day, random=random)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as people:  # who wait together are committed together
        list(people.map(send, given))


def demonstration_round() -> Round:
    """The synthetic round as data: its draw, its margins, and that it is a demonstration."""
    questionnaire = load(INSTRUMENT)
    margins = resources.files(__name__).joinpath(MARGINS).read_bytes()
    return Round(
        id=ROUND_ID,
        name="Đợt minh họa Lạng Sơn 2022 (dữ liệu tổng hợp)",
        questionnaire=questionnaire.content_hash(),
        study=questionnaire.study,
        opens=FIRST_DAY,
        closes=None,
        languages=("vi", "en"),
        consent=NOTICE,
        contact={
            "vi": "Đây là đợt minh họa. Ở đợt thật, tên và số điện thoại của cán bộ phụ trách tại Sở Nội vụ hiện ở đây.",
            "en": "This is a demonstration. In a real round the officer in charge at Sở Nội vụ is named here.",
        },
        places=tuple(_place(commune) for commune in communes()),
        margins=read_margins(read_table(margins, name=MARGINS), questionnaire),
        feeds="weighted",
        invited=_invited(),
        demonstration=True,
    )


def _place(commune: Commune) -> Place:
    return Place(
        code=commune.code,
        name=commune.name,
        stratum=commune.district,
        unit=commune.district,
        weight=commune.weight,
        fpc=commune.communes,
    )


def _invited() -> dict[str, int]:
    """Invitations by district: an assumption of three a response, rounded up to ten."""
    sent: dict[str, int] = {}
    for commune in communes():
        sent[commune.district] = sent.get(commune.district, 0) + 3 * commune.slips
    return {district: -(-number // 10) * 10 for district, number in sent.items()}


def _bytes_of(seed: str) -> Callable[[int], bytes]:
    """A source of bytes that follows from the seed, so that loading twice finds the same keys."""
    state = hashlib.shake_256(f"hailong synthetic {seed}".encode())
    taken = 0

    def read(count: int) -> bytes:
        nonlocal taken
        taken += count
        return state.digest(taken)[-count:]

    return read
