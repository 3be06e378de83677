"""What is in the folder? Data, margins, index tree, our numbers, two scripts that compute them anew, and a guide."""

import re
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable

from analysis.estimation.design import as_tuple
from analysis.report.rerun.tables import COLUMNS, Tables
from analysis.scores.evaluate import Evaluation
from analysis.scores.plan import margin_variables
from survey.errors import word

DATA, MARGINS, TREE, RESULTS = "RPT_RERUN_DATA", "RPT_RERUN_MARGINS", "RPT_RERUN_TREE", "RPT_RERUN_RESULTS"
R_SCRIPT, SVY_SCRIPT, GUIDE = "RPT_RERUN_R_SCRIPT", "RPT_RERUN_SVY_SCRIPT", "RPT_RERUN_GUIDE"
FILES = (GUIDE, DATA, MARGINS, TREE, RESULTS, R_SCRIPT, SVY_SCRIPT)
"""The files, by the codes of their names."""

_GAP = re.compile(r"@([a-z0-9_]+)@")
_GUIDES = "guide_{}.txt"
_PREFIX = "RPT_RERUN_"


def file_names(language: str = "vi") -> dict[str, str]:
    """What each file is called in that language."""
    return {code: word(code, language) for code in FILES}


def rerun_folder(evaluation: Evaluation, code_version: str, language: str = "vi") -> dict[str, bytes]:
    """Every file of the folder by name. The same evaluation and language give the same bytes.

    A language without a guide of its own gets the Vietnamese one.
    """
    tables, names = Tables(evaluation), file_names(language)
    gaps = {code.removeprefix(_PREFIX).lower(): name for code, name in names.items()}
    gaps |= _choices(evaluation) | _design(evaluation)
    scripts = gaps | _printed(names, language)
    same = word("RPT_RERUN_SAME", language)
    guide = gaps | _told(evaluation, code_version, language) | {"same_start": same.partition(" ")[0]}
    made = {
        GUIDE: _filled(_GUIDES.format(language if _template(_GUIDES.format(language)).is_file() else "vi"), guide),
        DATA: tables.data(),
        MARGINS: tables.margins(),
        TREE: tables.tree(),
        RESULTS: tables.results(),
        R_SCRIPT: _filled("rerun_r.txt", scripts | {"comparing": _comparing(names, language, "survey")}),
        SVY_SCRIPT: _filled("rerun_svy.txt", scripts | {"comparing": _comparing(names, language, "svy")}),
    }
    return {names[code]: content for code, content in made.items()}


def _template(name: str) -> Traversable:
    return resources.files(__package__).joinpath(name)


def _filled(template: str, gaps: Mapping[str, str]) -> bytes:
    text = _template(template).read_text(encoding="utf-8")
    return _GAP.sub(lambda gap: gaps[gap[1]], text).encode()


def _printed(names: Mapping[str, str], language: str) -> dict[str, str]:
    """What the scripts print."""
    said = ("GAP", "WEIGHTS", "SLIP", "UNWEIGHTED", "WEIGHTED", "NO_COLUMN", "SAME", "SAME_INDICES", "DIFFERS")
    printed = {code.lower(): word(f"{_PREFIX}{code}", language) for code in said}
    return printed | {"no_items": word(f"{_PREFIX}NO_ITEMS", language, script=names[R_SCRIPT])}


def _comparing(names: Mapping[str, str], language: str, program: str) -> str:
    """The scripts' first line; they put their counts for `%s`."""
    return word("RPT_RERUN_COMPARING", language, rows="%s", results=names[RESULTS], program=program, version="%s")


def _choices(evaluation: Evaluation) -> dict[str, str]:
    plan = evaluation.plan
    return {
        "adjust": plan.adjust,
        "rake_variance": plan.rake_variance,
        "mode": plan.mode,
        "interval": plan.interval,
        "level": repr(plan.level),
        "df": plan.df,
    }


def _design(evaluation: Evaluation) -> dict[str, str]:
    """The call that declares the design, in both languages: the columns have the same names in every folder."""
    design = evaluation.sample.design
    psu, strata, fpc = (bool(as_tuple(names)) for names in (design.psu, design.strata, design.fpc))
    return {
        "r_ids": "~psu" if psu else "~1",
        "r_strata": "~stratum" if strata else "NULL",
        "r_fpc": "~fpc" if fpc else "NULL",
        "svy_psu": '"psu"' if psu else "None",
        "svy_stratum": '"stratum"' if strata else "None",
        "svy_fpc": '"population"' if fpc else "None",
        "svy_singleton": '"center"' if strata else "None",
    }


def _told(evaluation: Evaluation, code_version: str, language: str) -> dict[str, str]:
    """What the guide says of this folder."""

    def say(code: str, **gaps: object) -> str:
        return word(f"{_PREFIX}{code}", language, **gaps)

    plan, sample, asked = evaluation.plan, evaluation.sample, evaluation.questionnaire
    adjusted = say(f"ADJUST_{plan.adjust.upper()}")
    if plan.adjust == "rake":
        adjusted = f"{adjusted}; {say(f'RESIDUALS_{plan.rake_variance.upper()}')}"
    named = {"stratum": plan.strata, "psu": plan.psu, "fpc": plan.fpc}
    rows = [(name, say(name.upper(), column=f"`{column}`")) for name, column in named.items() if column]
    rows.append(("base_weight", say("BASE_WEIGHT", column=f"`{plan.weight}`") if plan.weight else say("NO_WEIGHT")))
    rows.append(("final_weight", say("FINAL_WEIGHT")))
    rows += [(f"by_{k}", say("BY", column=f"`{column}`")) for k, column in enumerate(plan.by, start=1)]
    variables = enumerate(margin_variables(plan.margins), start=1)
    rows += [(f"margin_{k}", say("MARGIN", name=f"`{name}`")) for k, name in variables]
    return {
        "source": sample.provenance.get("file", "–"),
        "data_sha256": sample.provenance.get("data_sha256", "–"),
        "questionnaire": f"{asked.id} {asked.version}",
        "code_version": code_version,
        "rows": str(len(sample)),
        "figures": str(len(evaluation.result.rows)),
        "columns": "\n".join(f"| `{name}` | {said} |" for name, said in rows),
        "compared": ", ".join(f"`{name}`" for name in COLUMNS),
        "mode_said": say(f"MODE_{plan.mode.upper()}"),
        "adjust_said": adjusted,
    }
