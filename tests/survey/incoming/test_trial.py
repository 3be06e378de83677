"""What a trial says of a file is what comes of it; nothing is stored twice, lost or stored in part."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from survey.errors import Problem, Refused
from survey.exclusions import used_responses
from survey.forms.accept import accept
from survey.incoming.files import read_file
from survey.incoming.matching import Matching, fingerprint, remember, remembered
from survey.incoming.propose import propose
from survey.incoming.storing import store_all
from survey.incoming.trial import Into, trial
from survey.incoming.undo import withdraw
from survey.incoming.where import place_reader
from survey.keys import paper_key
from survey.ledger import commitment
from survey.store import Checkpoint, Store
from tests.survey.builders import GOOD, NOON, QUESTIONNAIRE, ROUND, submission
from tests.survey.incoming import shapes
from tests.survey.incoming.conftest import RANDOM, SECRET, TODAY, Try, trial_of
from tests.survey.incoming.test_broken import GOOD as ROW
from tests.survey.incoming.test_broken import HEAD


def test_two_rows_that_say_the_same_are_two_slips_and_stay_two(store: Store, tried: Try) -> None:
    """Google's export has no name for a row: it is known by what it says and by how many before it say the same."""
    line = shapes.GOOGLE_CSV.splitlines()[1]
    twice = f"{shapes.GOOGLE_CSV}{line}\n"
    place = {"place": "Nơi ông/bà ở"}
    assert store_all(store, tried(twice, **place)).new == 3
    assert store_all(store, tried(twice, **place)).new == 0
    longer = f"{twice}{line.replace('8:09:40', '8:09:41')}\n"
    assert (tried(longer, **place).known, len(tried(longer, **place).ready)) == (3, 1)


def test_a_row_that_stands_twice_in_a_file_is_one_slip_and_told(tried: Try) -> None:
    header, first = shapes.ODK_CSV.splitlines()[:2]
    found = tried("\n".join([header, first, first]) + "\n")
    assert (len(found.ready), found.twice) == (1, 1)


def test_a_paper_slip_that_was_typed_on_the_screen_is_known_in_the_template(store: Store, tried: Try) -> None:
    key = paper_key(SECRET, "7", ROUND.id)
    typed = submission(1, key=key, channel="paper", interviewer="A", opened_at=None, answers=GOOD)
    accept(store, ROUND, QUESTIONNAIRE, typed, now=NOON, random=RANDOM)
    found = tried(HEAD + ROW)
    assert (found.known, found.ready) == (1, ())


def test_a_day_that_is_closed_already_is_told_and_the_ledger_has_today(store: Store, tried: Try) -> None:
    store.add_checkpoint(Checkpoint(round_id=ROUND.id, through="2026-11-10", size=0, root="0" * 64, note="x"))
    header, first, second, _ = shapes.ODK_CSV.splitlines()
    found = tried("\n".join([header, first, second.replace("2026-11-04", "2026-11-12")]) + "\n")
    assert (found.late, len(found.ready)) == (1, 2)
    store_all(store, found)
    slips = {slip.place: slip for slip in store.responses(ROUND.id)}
    assert {place: slip.day for place, slip in slips.items()} == {"P01": TODAY.isoformat(), "P02": "2026-11-12"}
    assert all(slip.commitment == commitment(slip) for slip in slips.values())


def test_a_file_is_stored_whole_or_not_at_all(store: Store, tried: Try) -> None:
    found = tried(shapes.ODK_CSV)
    spoilt = replace(found.ready[1], response=replace(found.ready[1].response, round_id="none"))
    with pytest.raises(Refused) as refused:
        store_all(store, replace(found, ready=(found.ready[0], spoilt)))
    assert {problem.code for problem in refused.value.problems} == {"STO_UNKNOWN_PARENT"}
    assert store.all_responses(ROUND.id) == ()
    with pytest.raises(Refused):
        store_all(store, replace(found, problems=(Problem(code="INT_NOTHING"),)))
    assert store_all(store, found).new == 2


def test_numbers_of_people_are_hidden_in_what_is_stored_and_in_what_is_shown(store: Store, tried: Try) -> None:
    found = tried(shapes.KOBO_CSV.replace("Tốt; nhanh", "Gọi 0912 345 678"))
    assert "0912" not in repr(found.shown)
    store_all(store, found)
    slip = next(slip for slip in store.responses(ROUND.id) if slip.place == "P01")
    assert "[đã che]" in str(slip.answers["comment"])
    assert slip.flags == ("masked",)


def test_a_person_says_what_strange_cells_and_places_mean(store: Store, tried: Try) -> None:
    content = HEAD + ROW.replace("Mức 5", "Rất tốt").replace("Xã A", "Xa A cu")
    found = tried(content)
    assert found.strange == {("q1", "Rất tốt"): 1}
    assert found.places == {"Xa A cu": 1}
    put_right = tried(content, values={"q1": {"rất tốt": "5"}}, places={"Xa A cu": "P01"})
    assert put_right.problems == ()
    assert put_right.ready[0].response.answers["q1"] == "5"


def test_a_question_that_the_form_got_later_makes_no_new_slips_of_the_rows_before(store: Store, tried: Try) -> None:
    """Google's rows are known by what they say: a column that is empty in them says nothing."""
    place = {"place": "Nơi ông/bà ở"}
    store_all(store, tried(shapes.GOOGLE_CSV, **place))
    header, *rows = shapes.GOOGLE_CSV.splitlines()
    longer = "\n".join([f'{header},"Câu mới"', *(f'{row},""' for row in rows)]) + "\n"
    assert (tried(longer, **place).known, tried(longer, **place).ready) == (2, ())


def test_a_template_whose_slip_numbers_are_not_to_be_used_is_known_by_what_its_rows_say(tried: Try) -> None:
    assert len(tried(HEAD + ROW + ROW.replace("Tốt", "Khá"), identity=()).ready) == 2


def test_the_one_day_for_rows_without_a_day_replaces_none_that_cannot_be_read(tried: Try) -> None:
    found = tried(HEAD + ROW.replace("2026-11-03", "31/11/2026"), one_day="2026-11-05")
    assert [(each.code, each.row) for each in found.problems] == [("INT_NOT_DAY", 2)]


def test_a_round_of_one_place_takes_no_row_of_another() -> None:
    source = read_file((HEAD + ROW + ROW.replace("Xã A", "Xã B") + ROW.replace("Xã A", "")).encode(), "phieu.csv")
    of = place_reader(source, propose(source, QUESTIONNAIRE), replace(ROUND, places=ROUND.places[:1]))
    found = [of(line) for line in source.table.lines]
    assert [each.code if isinstance(each, Problem) else each for each in found] == ["P01", "INT_PLACE", "P01"]


def test_one_place_and_one_day_stand_in_where_a_file_says_none(tried: Try) -> None:
    found = tried("used\n2\n2\n", one_day="2026-11-05", one_place="P02", questions={"used": "used", "q1": "used"})
    assert {(ready.response.day, ready.response.place) for ready in found.ready} == {("2026-11-05", "P02")}
    assert len(found.ready) == 2


def test_the_way_of_writing_days_is_asked_only_where_nothing_tells(tried: Try) -> None:
    head, place = "{},used,q1\n", {"one_place": "P01"}
    unclear, telling, other = "03/11/2026 8:00:00,2,\n", "25/11/2026 8:00:00,2,\n", "11/25/2026 8:00:00,2,\n"

    def days(content: str, **changes: object) -> list[str]:
        return sorted(ready.response.day for ready in tried(content, **place, **changes).ready)

    english, vietnamese = head.format("Timestamp"), head.format("Dấu thời gian")
    assert [each.code for each in tried(english + unclear, **place).problems] == ["INT_DAY_ORDER"]
    assert days(english + unclear + telling) == ["2026-11-03", "2026-11-25"]
    assert days(english + unclear, day_first=True) == ["2026-11-03"]
    assert days(vietnamese + unclear) == ["2026-11-03"]
    assert days(vietnamese + unclear.replace("03/11", "11/03") + other) == ["2026-11-03", "2026-11-25"]
    assert days(HEAD + ROW.replace("2026-11-03", "03/11/2026")) == ["2026-11-03"]  # our template says so itself


def test_a_matching_is_remembered_for_files_of_the_same_headings_and_questionnaire(store: Store) -> None:
    source = read_file(shapes.GOOGLE_CSV.encode(), "phieu.csv")
    corrected = replace(propose(source, QUESTIONNAIRE), place="Nơi ông/bà ở", one_day="2026-11-05", day_first=True)
    assert remembered(store, source, QUESTIONNAIRE) is None
    remember(store, source, QUESTIONNAIRE, corrected, actor="A", day="2026-11-21")
    assert remembered(store, source, QUESTIONNAIRE) == replace(corrected, one_day="")
    other = read_file(shapes.GOOGLE_SHEET.encode(), "phieu.csv")
    assert fingerprint(other, QUESTIONNAIRE) != fingerprint(source, QUESTIONNAIRE)
    assert remembered(store, other, QUESTIONNAIRE) is None
    assert remembered(store, source, replace(QUESTIONNAIRE, version="2")) is None


def test_a_remembered_wording_that_could_be_somebodys_answer_is_not_kept(store: Store) -> None:
    source = read_file((HEAD + ROW).encode(), "phieu.csv")
    values = {"q1": {"rất tốt": "5", "gọi 0912345678": "4", "x" * 200: "3"}}
    remember(store, source, QUESTIONNAIRE, Matching(values=values), actor="A", day="2026-11-21")
    assert remembered(store, source, QUESTIONNAIRE) == Matching(values={"q1": {"rất tốt": "5"}})


@pytest.mark.parametrize(
    ("change", "code"), [({"state": "closed"}, "INT_NOT_OPEN"), ({"channels": ("paper",)}, "INT_NO_FILES")]
)
def test_a_round_that_takes_no_file_says_so_once(
    change: Mapping[str, Any], code: str, store: Store, tried: Try
) -> None:
    store.save_round(replace(ROUND, **change))
    assert [(each.code, each.row) for each in tried(shapes.ODK_CSV).problems] == [(code, None)]


def test_headings_of_a_grid_and_numbered_questions_find_their_question() -> None:
    heads = ["Timestamp", "1. Câu used", "Đánh giá chung [Câu q1]", "Câu 3: Câu why", "Câu comment (2)", "x.times"]
    heads += ["Chi phí [2. Câu fee]", "Câu q1 [Score]", "Câu q1 [Feedback]"]
    source = read_file((",".join(heads) + "\n" + ",".join("abcdefghi") + "\n").encode(), "phieu.csv")
    assert propose(source, QUESTIONNAIRE).questions == {
        "used": "1. Câu used",
        "q1": "Đánh giá chung [Câu q1]",
        "why": "Câu 3: Câu why",
        "times": "x.times",
        "fee": "Chi phí [2. Câu fee]",
    }


def test_of_two_headings_for_one_question_the_surer_is_taken() -> None:
    source = read_file(b"Ghi ch\xc3\xba: comment,comment,x/q1,q1\na,b,1,2\n", "phieu.csv")
    assert propose(source, QUESTIONNAIRE).questions == {"comment": "comment", "q1": "q1"}


def test_semicolons_commas_tabs_and_a_byte_order_mark_are_all_read(tried: Try) -> None:
    content = HEAD + ROW.replace("Tốt", "Tốt lắm")
    rows = [line.split(",") for line in content.splitlines()]
    for mark in (",", ";", "\t"):
        text = "\ufeff" + "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
        (ready,) = tried(text.replace("1.5", "1,5") if mark == ";" else text).ready
        assert ready.response.answers["fee"] == 1.5
    commas = '"a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p"'  # more than there are semicolons
    text = "\n".join(";".join((*row, cell)) for row, cell in zip(rows, (commas, "x"), strict=True))
    assert len(tried(text.replace("1.5", "1,5")).ready) == 1


def test_a_row_without_any_answer_is_told_in_words_for_who_imports(store: Store) -> None:
    free = tuple(
        replace(part, questions=tuple(replace(each, required=False) for each in part.questions))
        for part in QUESTIONNAIRE.sections
    )
    asked = replace(QUESTIONNAIRE, sections=free)
    store.add_questionnaire(asked, b"workbook")
    round_ = replace(ROUND, id="dot-2", questionnaire=asked.content_hash())
    store.save_round(round_)
    source = read_file(HEAD.encode() + b"7,P01,2026-11-03,,,,,,,,,,\n", "phieu.csv")
    into = Into(store=store, round=round_, asked=asked, today=TODAY, random=RANDOM, secret=SECRET)
    assert [(each.code, each.row) for each in trial(into, source, propose(source, asked)).problems] == [
        ("INT_EMPTY", 2)
    ]


def test_a_trial_changes_nothing(store: Store) -> None:
    source = read_file(shapes.ODK_CSV.encode(), "phieu.csv")
    before = store.counts(ROUND.id)
    trial_of(store, source, propose(source, QUESTIONNAIRE))
    assert store.counts(ROUND.id) == before
    assert store.office_papers("mappings") == ()


def test_opened_only_is_known_in_headings_of_any_language_once_the_column_is_named(tried: Try) -> None:
    """LimeSurvey words its own headings in the survey's language where full headings are chosen."""
    foreign = shapes.LIMESURVEY_TEXTS.replace("Response ID", "A").replace("Date submitted", "B").replace("Start", "C")
    found = tried(foreign, identity=("A",), day="B", submitted="B", place="Place")
    assert (found.opened, found.half, len(found.ready), found.problems) == (2, 1, 2, ())


def test_a_file_imported_by_mistake_counts_no_more_and_can_be_imported_anew(store: Store, tried: Try) -> None:
    store_all(store, tried(shapes.ODK_CSV))
    wrong = {slip.id for slip in store.responses(ROUND.id)}
    again = tried(shapes.ODK_CSV)
    with pytest.raises(Refused):
        withdraw(store, ROUND.id, again, "ngắn", actor="Lan", today=TODAY)
    assert withdraw(store, ROUND.id, again, "nhập nhầm tệp của huyện khác", actor="Lan", today=TODAY) == 2
    assert used_responses(store, ROUND.id) == ()
    assert {slip.id for slip in store.responses(ROUND.id)} == wrong  # nothing left the record
    anew = tried(shapes.ODK_CSV)
    assert (len(anew.ready), anew.known) == (2, 0)
    store_all(store, anew)
    assert len(used_responses(store, ROUND.id)) == 2
    assert tried(shapes.ODK_CSV).known == 2
    assert withdraw(store, ROUND.id, tried(shapes.ODK_CSV), "lại nhầm lần nữa", actor="Lan", today=TODAY) == 2
    assert len(tried(shapes.ODK_CSV).ready) == 2


def test_a_slip_typed_on_the_screen_stays_when_a_file_with_its_number_is_withdrawn(store: Store, tried: Try) -> None:
    typed = submission(
        1, key=paper_key(SECRET, "7", ROUND.id), channel="paper", interviewer="A", opened_at=None, answers=GOOD
    )
    accept(store, ROUND, QUESTIONNAIRE, typed, now=NOON, random=RANDOM)
    store_all(store, tried(HEAD + ROW.replace("7,", "8,", 1)))
    both = tried(HEAD + ROW + ROW.replace("7,", "8,", 1))
    assert both.known == 2
    assert withdraw(store, ROUND.id, both, "nhập nhầm tệp này", actor="Lan", today=TODAY) == 1
    assert [slip.channel for slip in used_responses(store, ROUND.id)] == ["paper"]
