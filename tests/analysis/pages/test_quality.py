"""The quality page: what is unusual is told, a person decides, and every result says so."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

import sample_responses
from survey import site as shared
from survey.clock import today
from survey.exclusions import decide as leave_out
from survey.exclusions import decisions, excluded
from survey.pages import context
from survey.proof.voiding import ask
from survey.proof.voiding import decide as void
from survey.site import Site
from tests.analysis.pages.looking import run, words

WHY = "Đã gọi lại, không có người này"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(tmp_path_factory.mktemp("desk")))
        patch.setattr(context, "holder", lambda token: "Nga")
        sample_responses.load_round(shared.site().store)
        yield shared.site()
        shared.close()


def decide(at: AppTest, what: str, text: str = WHY, flag: int = 0) -> AppTest:
    at.selectbox(key="quality-flag").select_index(flag).run()
    (field,) = (each for each in at.text_input if (each.key or "").startswith("quality-text"))
    field.set_value(text)
    at.radio(key="quality-do").set_value(what)
    (save,) = (each for each in at.button if each.label == "Ghi quyết định")
    save.click().run()
    assert not at.exception
    return at


def test_signs_are_explained_and_no_answer_is_shown(here: Site) -> None:
    at = run("quality")
    said = words(at)
    assert "Chưa có phiếu nào để ngoài ước lượng" in said
    assert "11 đơn vị đủ phiếu để thử" in said
    table = at.table[0].value
    assert any("4 phiếu có cùng một ý kiến" in each.replace("\\", "") for each in table["Giải thích"])
    shown = said + "".join(each.value.to_string() for each in at.table)
    comments = {
        str(slip.answers["comment"])
        for slip in here.store.responses(sample_responses.ROUND_ID)
        if "comment" in slip.answers
    }
    assert comments and not any(comment in shown for comment in comments)


def test_a_decision_without_a_reason_is_refused_and_nothing_is_kept(here: Site) -> None:
    at = decide(run("quality"), "OUT", text="không")
    assert "cần từ 10 đến 300 ký tự" in at.error[0].value.replace("\\", "")
    assert not decisions(here.store, sample_responses.ROUND_ID)


def test_a_person_leaves_slips_out_and_takes_them_in_again(here: Site) -> None:
    round_id = sample_responses.ROUND_ID
    at = decide(run("quality"), "OUT")
    assert "Đã để 4 phiếu ngoài ước lượng" in at.success[0].value
    assert len(excluded(here.store, round_id)) == 4
    both = at.table[0].value
    assert both["Số phiếu"].tolist() == ["391", "395"]
    assert {entry.act for entry in here.store.staff_log()} == {"quality.exclude"}
    assert [each.value for each in at.metric] == ["395", "0", "4", "391"]
    assert "4 phiếu để ngoài ước lượng theo quyết định của người phụ trách" in words(run("results"))
    at = decide(run("quality"), "KEEP")
    assert excluded(here.store, round_id) == frozenset()
    assert "Chưa có phiếu nào để ngoài ước lượng" in words(at)
    standing = at.table[-1].value
    assert standing["Số phiếu"].tolist() == ["4"] and standing["Quyết định"].tolist() == ["giữ lại"]


def test_where_every_slip_is_left_out_the_page_still_takes_them_in_again(here: Site) -> None:
    round_id = sample_responses.ROUND_ID
    ids = [slip.id for slip in here.store.responses(round_id)]
    leave_out(
        here.store, round_id, ids, exclude=True, reason="other", text=WHY, actor="Nga", today=today(), all_of_them=True
    )
    assert "đưa trở vào ở trang «Chất lượng phiếu»" in run("results").warning[-1].value.replace("\\", "")
    at = run("quality")
    options = at.selectbox(key="quality-flag").options
    assert options[-1] == "Cả đợt · Phiếu đang để ngoài ước lượng · 395"
    decide(at, "KEEP", flag=len(options) - 1)
    assert excluded(here.store, round_id) == frozenset()


def test_a_slip_that_was_voided_since_is_no_longer_told_as_left_out(here: Site) -> None:
    round_id, store = sample_responses.ROUND_ID, here.store
    ids = [slip.id for slip in store.responses(round_id)][:2]
    leave_out(store, round_id, ids, exclude=True, reason="other", text=WHY, actor="Nga", today=today())
    ask(store, round_id, ids[0], WHY, actor="Lan", today=today(), random=bytes)
    void(store, round_id, ids[0], WHY, approve=True, actor="Bình", today=today(), random=lambda n: b"x" * n)
    assert "1 phiếu để ngoài ước lượng" in words(run("results"))
