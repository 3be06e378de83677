"""What is in the folder? Data, margins, index tree, our numbers, two scripts that compute them anew, and a guide."""

import re
from collections.abc import Mapping
from importlib import resources

from analysis.estimation.design import as_tuple
from analysis.report.rerun.tables import COLUMNS, Tables
from analysis.scores.evaluate import Evaluation
from analysis.scores.plan import margin_variables

DATA, MARGINS, TREE, RESULTS = "du-lieu.csv", "bien-tong-the.csv", "cay-chi-so.csv", "ket-qua.csv"
R_SCRIPT, SVY_SCRIPT, GUIDE = "tinh-lai.R", "tinh_lai_svy.py", "DOC-TRUOC.md"
FILES = (GUIDE, DATA, MARGINS, TREE, RESULTS, R_SCRIPT, SVY_SCRIPT)

_GAP = re.compile(r"@([a-z0-9_]+)@")
_ADJUST = {
    "none": "không cân chỉnh, quyền số cuối là quyền số gốc",
    "poststratify": "phân tầng sau theo một biên",
    "rake": "cân chỉnh theo nhiều biên (raking)",
}
_RESIDUALS = {
    "base": "phần dư của sai số lấy với quyền số gốc (R: calibrate)",
    "equal": "phần dư của sai số lấy với quyền số bằng nhau (R: rake)",
}
_MODES = {
    "pooled": "gộp mọi câu trả lời",
    "items": "trung bình các nội dung",
    "weights": "theo quyền số ghi trong phiếu hỏi",
}


def rerun_folder(evaluation: Evaluation, code_version: str) -> dict[str, bytes]:
    """Every file of the folder by name. The same evaluation gives the same bytes."""
    tables = Tables(evaluation)
    gaps = _choices(evaluation) | _design(evaluation) | _told(evaluation, code_version)
    return {
        GUIDE: _filled("doc_truoc.txt", gaps),
        DATA: tables.data(),
        MARGINS: tables.margins(),
        TREE: tables.tree(),
        RESULTS: tables.results(),
        R_SCRIPT: _filled("tinh_lai_r.txt", gaps),
        SVY_SCRIPT: _filled("tinh_lai_svy.txt", gaps),
    }


def _filled(template: str, gaps: Mapping[str, str]) -> bytes:
    text = resources.files(__package__).joinpath(template).read_text(encoding="utf-8")
    return _GAP.sub(lambda gap: gaps[gap[1]], text).encode()


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


def _told(evaluation: Evaluation, code_version: str) -> dict[str, str]:
    """What the guide says of this folder."""
    plan, sample, asked = evaluation.plan, evaluation.sample, evaluation.questionnaire
    adjusted = _ADJUST[plan.adjust] + (f"; {_RESIDUALS[plan.rake_variance]}" if plan.adjust == "rake" else "")
    named = {
        "stratum": (plan.strata, "tầng"),
        "psu": (plan.psu, "đơn vị mẫu cấp một"),
        "fpc": (plan.fpc, "số đơn vị mẫu trong tổng thể của tầng"),
    }
    lines = [f"| `{name}` | {said}: cột `{column}` của tệp phiếu |" for name, (column, said) in named.items() if column]
    of_weight = f"cột `{plan.weight}` của tệp phiếu" if plan.weight else "1 cho mọi phiếu"
    lines.append(f"| `base_weight` | quyền số gốc: {of_weight} |")
    lines.append("| `final_weight` | quyền số sau cân chỉnh, công cụ tính |")
    lines += [f"| `by_{k}` | cột `{column}`, dùng để tính riêng |" for k, column in enumerate(plan.by, start=1)]
    lines += [
        f"| `margin_{k}` | mức của biên `{name}` |" for k, name in enumerate(margin_variables(plan.margins), start=1)
    ]
    return {
        "source": sample.provenance.get("file", "–"),
        "data_sha256": sample.provenance.get("data_sha256", "–"),
        "questionnaire": f"{asked.id} {asked.version}",
        "code_version": code_version,
        "rows": str(len(sample)),
        "figures": str(len(evaluation.result.rows)),
        "columns": "\n".join(lines),
        "compared": ", ".join(f"`{name}`" for name in COLUMNS),
        "mode_said": _MODES[plan.mode],
        "adjust_said": adjusted,
    }
