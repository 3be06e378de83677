"""What a citizen learns from a receipt, in plain pages: how the slip stands, and nothing of its answers."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from survey import site as shared
from survey.errors import Problem, Refused
from survey.ledger import (
    PROMISE,
    grouped,
    known_key,
    promise_key,
    public_bytes,
    read_proof,
    receipt_promise,
    signing_key,
)
from survey.limits import Limits, Rate
from survey.pages import ledger_files, receipts
from survey.proof.closing import close_days
from survey.proof.voiding import decide
from survey.site import Site
from tests.survey.builders import ROUND, counting
from tests.survey.pages.test_web import Client
from tests.survey.proof.slips import DAYS, SECOND, code_of, copied, delete, fill, insert, opened, slip

CLOSED, OPEN, UNKNOWN = 1, 7, 99
BROKEN = "Biên nhận có chữ ký đúng, nhưng kho không có phiếu như biên nhận ghi"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with four slips, the one of the last day still open."""
    folder = tmp_path_factory.mktemp("made") / "data"
    slips = [slip(number, answers={"used": "1", "why": "SECRET ANSWER"}) for number in (1, 2, 7, 9)]
    folder.mkdir()
    fill(folder / "hailong.sqlite3", slips)
    promise_key(folder, os.urandom)
    with opened(folder) as store:
        close_days(store, folder, signing_key(folder, os.urandom), SECOND)
    return folder


@pytest.fixture
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("HAILONG_DATA", str(copied(made, tmp_path / "data")))
    yield shared.site()
    shared.close()


def browser(rate: Rate) -> Client:
    routes = receipts.routes(Limits(os.urandom, by_address=rate), clock=lambda: SECOND, random=counting())
    return Client(Starlette(routes=[*routes, *ledger_files.routes()]))


@pytest.fixture
def client(here: Site) -> Iterator[Client]:
    with browser(Rate(burst=100, per_second=1.0)) as opened:
        yield opened


def ask(client: Client, what: int | str, job: str = "", language: str = "") -> httpx.Response:
    typed = grouped(code_of(what)) if isinstance(what, int) else what
    answer = client.post(f"/bien-nhan{language}", data={"ma": typed, **({"viec": job} if job else {})})
    assert "SECRET" not in answer.text
    assert not client.cookies
    assert "<script" not in answer.text
    return answer


def withdraw(client: Client, number: int, language: str = "") -> httpx.Response:
    """Both steps, as a person takes them."""
    sealed = re.search(r'value="(rut-that\.[^"]+)"', ask(client, number, "rut", language).text)
    assert sealed is not None
    return ask(client, number, sealed[1], language)


def promised(here: Site, number: int, *, round_id: str = ROUND.id, day: str = DAYS[1]) -> str:
    return receipt_promise(promise_key(here.folder, os.urandom), round_id, day, code_of(number))


def title(answer: httpx.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.text)
    assert found is not None
    return found[1]


def test_the_page_asks_for_a_code_and_posts_it(client: Client) -> None:
    page = client.get("/bien-nhan")
    assert page.status_code == 200
    assert title(page) == "Phiếu của tôi đã được tính chưa?"
    assert '<form method="post" action="/bien-nhan">' in page.text
    assert '<label class="ten" for="ma">Mã biên nhận</label>' in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_slip_of_a_closed_day_is_counted_with_day_and_root(client: Client, here: Site) -> None:
    answer = ask(client, CLOSED)
    assert (answer.status_code, title(answer)) == (200, "Phiếu đã được tính")
    assert "03/11/2026" in answer.text
    assert here.store.checkpoints(ROUND.id)[-1].root in answer.text
    assert "Tải tệp bằng chứng" in answer.text
    assert "đến ngày 08/11/2026, 3 phiếu" in answer.text


def test_the_whole_text_of_the_qr_is_understood(client: Client, here: Site) -> None:
    assert title(ask(client, promised(here, CLOSED))) == "Phiếu đã được tính"


def test_the_downloaded_proof_is_checked_without_the_server(client: Client, here: Site) -> None:
    answer = ask(client, CLOSED, "bang-chung")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"] == f'attachment; filename="dot-1-{DAYS[1]}.tlog-proof"'
    assert len(answer.content) < 3_000
    proof = read_proof(answer.text)
    assert proof.check(code_of(CLOSED), public_bytes(signing_key(here.folder, os.urandom))).size == 3
    assert code_of(CLOSED) not in answer.text


def test_a_slip_of_an_open_day_has_no_proof_yet(client: Client) -> None:
    answer = ask(client, OPEN)
    assert title(answer) == "Phiếu đã được ghi nhận, ngày gửi chưa khóa sổ"
    assert "bang-chung" not in answer.text
    assert title(ask(client, OPEN, "bang-chung")) == title(answer)


def test_an_unknown_code_is_told_so_with_what_to_do(client: Client) -> None:
    answer = ask(client, UNKNOWN)
    assert (answer.status_code, title(answer)) == (404, "Không có phiếu với mã này")
    assert "Xin so lại từng ký tự" in answer.text
    assert grouped(code_of(UNKNOWN)).replace("-", "") in answer.text.replace("-", "")


def test_a_signed_receipt_without_a_slip_is_called_what_it_is(client: Client, here: Site) -> None:
    delete(here.folder / "hailong.sqlite3", slip(CLOSED).id)
    answer = ask(client, promised(here, CLOSED))
    assert (answer.status_code, title(answer)) == (404, BROKEN)
    assert "gửi ngày 03/11/2026" in answer.text
    assert "bị mất hoặc bị lấy đi" in answer.text


def test_a_signed_receipt_of_another_day_or_round_than_the_slip_is_called_what_it_is(
    client: Client, here: Site
) -> None:
    assert title(ask(client, promised(here, CLOSED, day=DAYS[0]))) == BROKEN
    assert title(ask(client, promised(here, CLOSED, round_id="dot-2"))) == BROKEN


def test_a_forged_or_damaged_qr_is_told_so_also_where_the_slip_is_known(client: Client, here: Site) -> None:
    promise = promised(here, CLOSED)
    wrong = [promise.replace(promise.split(" ")[-1], "A" * 86), promise.replace(DAYS[1], DAYS[0]), promise.lower()]
    for text in wrong:
        answer = ask(client, text)
        assert (answer.status_code, title(answer)) == (422, "Chữ ký không đúng")
        assert "Rút phiếu này" not in answer.text


def test_asking_makes_no_key(client: Client, here: Site) -> None:
    promise = promised(here, CLOSED)
    for name in ("promise.key", "signing.key"):
        (here.folder / name).unlink()
    assert title(ask(client, promise)) == "Phiếu đã được tính"
    assert known_key(here.folder) is known_key(here.folder, PROMISE) is None


def test_a_slip_of_a_closed_day_that_the_files_do_not_prove_is_not_called_counted(client: Client, here: Site) -> None:
    insert(here.folder / "hailong.sqlite3", slip(33))
    assert slip(33).day == DAYS[1]
    answer = ask(client, 33)
    assert title(answer) == "Phiếu có trong kho, nhưng sổ chưa chứng minh được"
    assert "Tải tệp bằng chứng" not in answer.text
    file = here.folder / "so-cai" / ROUND.id / "days" / f"{DAYS[1]}.txt"
    whole = file.read_text("utf-8")
    file.write_text("", "utf-8")
    assert title(ask(client, CLOSED)) == title(answer)
    file.write_text(whole, "utf-8")
    assert title(ask(client, CLOSED)) == "Phiếu đã được tính", "a wrong tree is not kept"


def test_a_mistyped_code_is_told_beside_the_field(client: Client) -> None:
    for typed in ("", "abc", code_of(1)[:-1] + "U", "<script>alert(1)</script>", "x" * 5_000, "\x00é"):
        answer = ask(client, typed)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert '<a href="#ma">' in answer.text
        assert 'aria-invalid="true"' in answer.text


def test_a_withdrawal_is_confirmed_first_and_then_waits_for_a_decision(client: Client, here: Site) -> None:
    confirm = ask(client, CLOSED, "rut")
    assert title(confirm) == "Ông/bà muốn rút phiếu này?"
    assert "trong 15 ngày" in confirm.text
    assert here.store.void_acts(ROUND.id) == ()
    assert title(ask(client, CLOSED, "kiem-tra")) == "Phiếu đã được tính"

    done = withdraw(client, CLOSED)
    assert title(done) == "Phiếu đang chờ hủy theo yêu cầu"
    (act,) = here.store.void_acts(ROUND.id)
    assert (act.response_id, act.act, act.actor, act.day) == (slip(CLOSED).id, "ask", "citizen", "2026-11-09")
    for job in ("rut", "rut-that", ""):
        again = ask(client, CLOSED, job)
        assert title(again) == title(done)
        assert "Rút phiếu này" not in again.text
    assert len(here.store.void_acts(ROUND.id)) == 1


def test_nothing_is_withdrawn_without_the_step_that_asks(client: Client, here: Site) -> None:
    other = re.search(r"rut-that\.([^\"]+)", ask(client, 2, "rut").text)
    assert other is not None
    late = f"{int((SECOND - timedelta(hours=1)).timestamp()):x}"
    for seal in ("", ".", f".{other[1]}", f".{late}-{'0' * 32}", ".zz-é"):
        answer = ask(client, CLOSED, f"rut-that{seal}")
        assert title(answer) == "Ông/bà muốn rút phiếu này?"
        assert "Bước xác nhận đã hết hạn" in answer.text
    assert here.store.void_acts(ROUND.id) == ()


def test_a_confirmation_lasts_a_quarter_of_an_hour(here: Site) -> None:
    now = [SECOND]
    routes = receipts.routes(Limits(os.urandom, by_address=Rate(burst=9, per_second=1.0)), clock=lambda: now[0])
    with Client(Starlette(routes=routes)) as client:
        sealed = re.search(r'value="(rut-that\.[^"]+)"', ask(client, CLOSED, "rut").text)
        assert sealed is not None
        now[0] = SECOND + timedelta(minutes=16)
        assert title(ask(client, CLOSED, sealed[1])) == "Ông/bà muốn rút phiếu này?"
        now[0] = SECOND + timedelta(minutes=14)
        assert title(ask(client, CLOSED, sealed[1])) == "Phiếu đang chờ hủy theo yêu cầu"


def test_a_voided_slip_is_told_so_and_still_has_its_proof(client: Client, here: Site) -> None:
    withdraw(client, CLOSED)
    decide(
        here.store,
        ROUND.id,
        slip(CLOSED).id,
        "Người dân yêu cầu",
        approve=True,
        actor="Bình",
        today=SECOND.date(),
        random=os.urandom,
    )
    answer = ask(client, CLOSED)
    assert title(answer) == "Phiếu đã bị hủy"
    assert "Sở Nội vụ" in answer.text
    assert "Tải tệp bằng chứng" in answer.text
    assert "Bình" not in answer.text


def test_the_page_speaks_english_throughout(client: Client) -> None:
    vietnamese = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạảãàáấầẩẫậắằẳẵặẹẻẽèéếềểễệịỉĩìíọỏõòóốồổỗộớờởỡợụủũùúứừửữựỳỵỷỹý]")
    pages = [client.get("/bien-nhan?ngon_ngu=en"), *(ask(client, n, language="?ngon_ngu=en") for n in (1, 7, 99))]
    pages += [ask(client, 2, job, "?ngon_ngu=en") for job in ("rut", "rut-that")]
    pages += [withdraw(client, 2, "?ngon_ngu=en"), ask(client, "HAILONG1 a b " + code_of(1) + " c", "", "?ngon_ngu=en")]
    pages.append(ask(client, "abc", language="?ngon_ngu=en"))
    for answer in pages:
        assert '<html lang="en">' in answer.text
        assert 'action="/bien-nhan?ngon_ngu=en"' in answer.text or "<form" not in answer.text
        data = (ROUND.name, ROUND.contact["vi"], "Hài Lòng", "Tiếng Việt")
        text = answer.text
        for name in data:
            text = text.replace(name, "")
        assert not vietnamese.findall(text)


def test_who_tries_many_codes_has_to_wait(here: Site) -> None:
    with browser(Rate(burst=3, per_second=0.01)) as client:
        for _ in range(3):
            assert ask(client, UNKNOWN).status_code == 404
        answer = ask(client, CLOSED)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 100
        assert "Phiếu đã được tính" not in answer.text
        assert client.get("/bien-nhan").status_code == 200


def test_a_huge_posting_is_not_read(client: Client) -> None:
    assert ask(client, "1" * 70_000).status_code == 413


def test_what_is_posted_as_no_form_is_not_taken(client: Client) -> None:
    for kind in ("text/plain", "multipart/form-data; boundary=x", ""):
        answer = client.post("/bien-nhan", content=f"ma={code_of(CLOSED)}", headers={"content-type": kind})
        assert answer.status_code == 415
        assert "Phiếu đã được tính" not in answer.text


def test_what_nobody_foresaw_is_told_in_words(client: Client, here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("no word of this")

    monkeypatch.setattr(here.store, "receipt_state", broken)
    answer = ask(client, CLOSED)
    assert answer.status_code == 500
    assert "Trang đang gặp trục trặc" in answer.text
    assert "no word of this" not in answer.text


def test_while_the_store_cannot_be_asked_the_page_claims_nothing(
    client: Client, here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: str) -> None:
        raise Refused([Problem(code="STO_BUSY", values={"path": "x"})])

    monkeypatch.setattr(here.store, "receipt_state", busy)
    answer = ask(client, CLOSED)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "chưa biết gì về phiếu này" in answer.text


def test_a_ledger_that_was_changed_gives_no_false_proof(client: Client, here: Site) -> None:
    file = here.folder / "so-cai" / ROUND.id / "receipts" / f"{DAYS[1]}.txt"
    file.write_text("", "utf-8")
    answer = ask(client, CLOSED, "bang-chung")
    assert answer.status_code == 422
    assert "Sổ công khai hiện không chứng minh được phiếu này" in answer.text


# --- The files themselves.


def test_everybody_may_read_the_ledgers_files(client: Client, here: Site) -> None:
    names = client.get("/so-cai/dot-1/").text.split()
    assert names == sorted(names)
    assert {"checkpoints.txt", "vkey.txt", "promise-vkey.txt", f"days/{DAYS[1]}.txt", f"receipts/{DAYS[1]}.txt"} <= set(
        names
    )
    for name in names:
        answer = client.get(f"/so-cai/dot-1/{name}")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.content == (here.folder / "so-cai" / "dot-1" / name).read_bytes()


OUTSIDE = (
    "dot-1/../../signing.key",
    "dot-1/%2e%2e/%2e%2e/signing.key",
    "dot-1/days/../../../secret.key",
    "%2e%2e/",
    "../",
    "dot-2/",
    "dot-1/days/",
    "dot-1/days/2026-11-09.txt",
    "dot-1//etc/passwd",
    "dot 1/checkpoints.txt",
    "dot-1/checkpoints.txt/",
    "dot-1/.checkpoints.txt.1",
)


def test_nothing_else_of_the_data_folder_can_be_read(client: Client, here: Site) -> None:
    (here.folder / "so-cai" / "dot-1" / ".checkpoints.txt.1").write_text("draft")
    for path in OUTSIDE:
        answer = client.get(f"/so-cai/{path}")
        assert answer.status_code == 404, path
        assert here.secret not in answer.content
