"""The number on a printed slip, scanned or typed into the Streamlit form."""

from survey import site as shared
from survey.keys import key_hash, paper_key
from survey.slips import slip_number
from tests.survey.forms.rich.person import Form, stored, typed


def test_a_printed_number_is_one_slip_however_it_is_typed_and_another_rounds_is_refused(
    here: shared.Site, desk: dict[str, str | None]
) -> None:
    number = slip_number("dot-1", 12)
    form = Form(kenh="paper", dv="P02").fill()
    typed(form, "interviewer").set_value("NV1")
    typed(form, "slip").set_value(slip_number("dot-2", 12))
    form.press("Gửi phiếu")
    assert "một đợt khảo sát khác" in form.errors() and not stored(here)
    typed(form, "slip").set_value(number.replace("-", ""))
    form.press("Gửi phiếu")
    [slip] = stored(here)
    assert slip.key_hash == key_hash(paper_key(here.secret, number, "dot-1"))
