"""One evaluation of a round for the pages about results: made once per number of slips and plan, shown often."""

from dataclasses import replace
from typing import get_args

import streamlit as st

from analysis.estimation.design import Study
from analysis.pages.proof import kinds
from analysis.scores.beside import covers_words, study_words
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.plan import Interval, Mode, Plan
from analysis.scores.responses import round_plan
from survey.errors import Refused
from survey.forms.words import plain
from survey.pages import desk
from survey.round import Round
from survey.site import site

MODES: dict[Mode, str] = {
    "pooled": "Gộp mọi câu trả lời (mặc định)",
    "items": "Trung bình các nội dung",
    "weights": "Theo quyền số ghi trong phiếu hỏi",
}
INTERVALS: dict[Interval, str] = {
    "logit": "logit",
    "wilson": "Wilson",
    "beta": "beta (Korn–Graubard)",
    "t": "t, đối xứng",
}
_STUDIES: dict[Study, str] = {"probability": "Rút ngẫu nhiên", "volunteer": "Tự nguyện"}
_LEVELS = (0.90, 0.95, 0.99)


def evaluated(title: str) -> tuple[Round, Evaluation] | None:
    """The page's head, the choices in the sidebar, and the evaluation. None (said on the page) if there is none yet."""
    round_ = desk.choose_round(title)
    if round_ is None:
        return None
    plan = _choose_plan(round_)
    here = site()
    count = here.store.counts(round_.id).total
    if not count:
        st.info("Chưa có phiếu nào trong đợt này, nên chưa có gì để tính.")
        return None
    try:
        evaluation = _evaluate(str(here.folder), count, repr((round_, plan)), round_, plan)
    except Refused as refused:
        desk.problems(refused)
        return None
    _caveats(round_, evaluation)
    return round_, evaluation


def feeds(round_: Round) -> bool:
    """Whether the weighted number is the one that goes to points and ranks."""
    return round_.feeds == "weighted"


# Keyed by folder, number of slips, round and plan: slips are append-only, so the number stands for the data.
@st.cache_resource(max_entries=16, show_spinner="Đang tính…")
def _evaluate(folder: str, count: int, key: str, _round: Round, _plan: Plan) -> Evaluation:
    store = site().store
    return evaluate_round(_round, store.questionnaire(_round.questionnaire), store.responses(_round.id), _plan)


def _choose_plan(round_: Round) -> Plan:
    with st.sidebar:
        st.divider()
        st.caption("Cách tính")
        mode = st.selectbox(
            "Gộp nội dung thành chỉ số",
            get_args(Mode),
            format_func=MODES.__getitem__,
            key="plan-mode",
            persist_state="session",
        )
        interval = st.selectbox(
            "Khoảng tin cậy",
            get_args(Interval),
            format_func=INTERVALS.__getitem__,
            key="plan-interval",
            persist_state="session",
        )
        level = st.selectbox(
            "Độ tin cậy", _LEVELS, index=1, format_func=_level, key="plan-level", persist_state="session"
        )
        own = round_plan(round_)
        study = st.selectbox(
            "Cách chọn người trả lời",
            get_args(Study),
            index=get_args(Study).index(own.chosen_by()),
            format_func=_STUDIES.__getitem__,
            key=f"plan-study-{round_.id}",
            persist_state="session",
        )
    said = None if study == own.chosen_by() else study
    return replace(own, mode=mode, interval=interval, level=level, study=said)


def _level(level: float) -> str:
    return f"{level * 100:.0f} %"


def _caveats(round_: Round, evaluation: Evaluation) -> None:
    """What a reader must know: which number counts, whose the intervals are, and every warning."""
    kind, level = kinds(evaluation)[feeds(round_)].lower(), _level(evaluation.plan.level)
    chosen = evaluation.plan.chosen_by()
    st.markdown(f"**{study_words(chosen)}.** {covers_words(chosen)}")
    st.caption(
        f"Số dùng để tính điểm, xếp hạng của đợt này: **{kind}**. Khoảng tin cậy {level}, sai số và quyền số là phần "
        "bổ sung của công cụ, không thuộc phương pháp của Bộ Nội vụ."
    )
    if evaluation.warnings:
        with st.expander(f"Lưu ý khi đọc số liệu ({len(evaluation.warnings)})", icon=":material/info:"):
            st.markdown("\n".join(f"- {plain(problem.say())}" for problem in evaluation.warnings))
