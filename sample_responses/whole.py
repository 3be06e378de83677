"""Everything that the Lạng Sơn 2022 report is made of, in one store: three rounds and the papers beside them."""

import tempfile
from datetime import datetime
from pathlib import Path

from analysis.report.about import about_round
from analysis.report.excel import write
from analysis.report.files import SUFFIXES, Export
from analysis.report.gather import gather
from analysis.report.publication import publication
from analysis.scores.comparison_papers import CHOICE, Choice, choice_to_json
from analysis.scores.dossier_files import read_counts
from analysis.scores.dossiers import PAPER, to_json
from analysis.scores.dossiers_766 import load_766
from analysis.scores.evaluate import evaluate_round
from analysis.scores.responses import round_plan
from sample_responses import ROUND_ID, earlier, load_round, load_slips, officials, province
from survey.exclusions import used_responses
from survey.round import Round
from survey.sheet import read_table
from survey.store import Store

ACTOR = "Dữ liệu minh họa"
DAY = "2022-12-05"
DOSSIERS = "lang_son_2022_dossiers.csv"


def load_all(store: Store) -> Round:
    """The round of 2021, the officials', the citizens' of 2022 with its papers, which is returned.

    Loading again changes nothing: the store keeps one slip a key, and a paper that somebody edited stays as it is.
    """
    load_slips(store, earlier.earlier_round(), earlier.INSTRUMENT, earlier.slips(), earlier.ROUND_ID)
    load_slips(store, officials.officials_round(), officials.INSTRUMENT, officials.slips(), officials.ROUND_ID)
    round_ = load_round(store)
    for kind, content in papers().items():
        if store.paper(ROUND_ID, kind) is None:
            store.save_paper(ROUND_ID, kind, content, ACTOR, DAY)
    return round_


def papers() -> dict[str, str]:
    """The working papers of the citizens' round, by kind."""
    table = read_table(province.dossiers_csv().encode(), name=DOSSIERS)
    return {
        CHOICE: choice_to_json(Choice(before=earlier.ROUND_ID, series=province.SERIES)),
        "targets": province.goals(),
        "points": province.workings(officials.ROUND_ID),
        "findings": province.findings(),
        PAPER: to_json(read_counts(table, DOSSIERS, settings=load_766())),
    }


def report_files(language: str, *, created: datetime, code_version: str) -> dict[str, bytes]:
    """Every file of the report by its name, made anew from the samples. `created`: local time without zone."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "samples.sqlite3") as store:
        round_ = load_all(store)
        questionnaire, plan = store.questionnaire(round_.questionnaire), round_plan(round_)
        evaluation = evaluate_round(round_, questionnaire, used_responses(store, round_.id), plan)
        about = about_round(round_, language, created=created, code_version=code_version)
        export = Export(evaluation=evaluation, about=about, extras=gather(store, round_, evaluation))
    files = {f"{ROUND_ID}-{kind}{SUFFIXES[kind][0]}": export.make(kind) for kind in export.kinds}
    return files | {f"{ROUND_ID}-publication.xlsx": write(publication(evaluation, about).report)}
