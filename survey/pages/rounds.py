"""Page: which rounds are there, where are their forms, and how is a new one made?"""

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.forms.words import LANGUAGES, plain
from survey.instruments import load, shipped, workbook_bytes
from survey.making import File, Wanted, make_round
from survey.pages.desk import problems
from survey.pages.round_card import card
from survey.questionnaire import Questionnaire, say
from survey.round_files import PLACE_COLUMNS
from survey.site import site
from survey.xlsform import read_workbook


def show() -> None:
    """All rounds with their links, then the form for a new one."""
    st.title("Các đợt khảo sát", anchor=False)
    if made := st.session_state.pop("round-made", None):
        st.success(f"Đã lập đợt «{plain(made)}».")
    for round_ in reversed(site().store.rounds()):
        card(round_)
    st.header("Lập đợt mới", anchor=False)
    _new()


def _new() -> None:
    titles = {name: say(load(name).title, "vi") for name in shipped()}
    ours = sorted(titles, key=lambda name: load(name).study == "other")
    source = st.radio(
        "Phiếu hỏi",
        [*ours, ""],
        format_func=lambda name: f"{plain(titles[name])} ({plain(name)})" if name else "Tệp XLSForm của tôi (.xlsx)",
    )
    content: File | None = (f"{source}.xlsx", workbook_bytes(source)) if source else None
    if not source and (upload := st.file_uploader("Tệp XLSForm", type="xlsx", max_upload_size=5)):
        content = (upload.name, upload.getvalue())
    questionnaire: Questionnaire | None = None
    if content is not None:
        try:
            questionnaire = read_workbook(content[1], name=content[0])
        except Refused as refused:
            problems(refused)
    if questionnaire is not None:
        count = sum(question.kind != "note" for question in questionnaire.questions())
        st.caption(
            f"{plain(say(questionnaire.title, 'vi'))} · {count} câu, {len(questionnaire.items())} câu về mức hài lòng"
        )
    with st.form("new-round", enter_to_submit=False):
        name = st.text_input("Tên đợt", placeholder="Khảo sát sự hài lòng năm 2026, tỉnh …")
        identifier = st.text_input("Mã đợt (hiện trong đường dẫn)", placeholder="lang-son-2026")
        opens = st.date_input("Ngày đầu tiên nhận phiếu", value=today(), format="DD/MM/YYYY")
        closes = st.date_input("Ngày cuối cùng nhận phiếu (có thể để trống)", value=None, format="DD/MM/YYYY")
        spoken = questionnaire.languages if questionnaire else ("vi",)
        languages = st.multiselect(
            "Ngôn ngữ", spoken, default=spoken, format_func=lambda code: LANGUAGES.get(code, code)
        )
        contact = st.text_input("Nơi liên hệ khi người dân cần hỏi", placeholder="Sở Nội vụ …, điện thoại …")
        places = st.file_uploader(
            f"Danh sách nơi khảo sát (không bắt buộc): xlsx hoặc csv, các cột {', '.join(PLACE_COLUMNS)}; "
            "thêm weight, fpc nếu có",
            type=["xlsx", "csv"],
        )
        margins = st.file_uploader(
            "Tổng dân số theo nhóm để cân chỉnh (không bắt buộc): xlsx hoặc csv, các cột variable, level, total",
            type=["xlsx", "csv"],
        )
        if not st.form_submit_button("Lập đợt", type="primary"):
            return
    wanted = Wanted(
        id=identifier.strip(),
        name=name,
        questionnaire=questionnaire,
        opens=opens,
        closes=closes,
        languages=tuple(languages),
        contact=contact,
        places=(places.name, places.getvalue()) if places else None,
        margins=(margins.name, margins.getvalue()) if margins else None,
    )
    store = site().store
    try:
        round_ = make_round(wanted, [each.id for each in store.rounds()])
        if questionnaire is not None and content is not None:
            store.add_questionnaire(questionnaire, content[1])
        store.save_round(round_)
    except Refused as refused:
        problems(refused)
        return
    st.session_state["round-made"] = round_.name
    st.rerun()
