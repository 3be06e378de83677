"""How do `hailong report`, `export-design` and `margins-template` make files of a file of answers, without a server?"""

import argparse
import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar, get_args

from analysis.estimation import EstimationError, Rules, load_rules
from analysis.estimation.design import Study
from analysis.report import sheets
from analysis.report.about import About
from analysis.report.data import estimates_json
from analysis.report.excel import write
from analysis.report.files import SUFFIXES, Export, Kind
from analysis.report.gather import of_answers
from analysis.report.margins import margins_template
from analysis.report.publication import publication
from analysis.report.rerun.folder import GUIDE, file_names, rerun_folder
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Adjust, Df, Interval, Mode, Plan, RakeVariance
from analysis.scores.responses import answers_frame, make_sample, refusal
from survey.clock import now
from survey.command import Commands, add_command, read_file, reason, tell, write_files
from survey.errors import Problem, Refused, languages, word
from survey.instruments import load, shipped
from survey.intake import Slips, read_margins, read_slips
from survey.questionnaire import Questionnaire, say
from survey.round import Margin
from survey.sheet import read_table
from survey.words import percent

T = TypeVar("T")

_OTHERS: tuple[Kind, ...] = ("word", "answers", "spss", "stata", "csv", "parquet", "codebook")
"""The files that may be asked for beside the workbook, each by an option of its name."""


def add_commands(commands: Commands, language: str) -> None:
    """The three commands with their arguments."""
    report = add_command(commands, "report", _report, language)
    _add_analysis(report, language)
    report.add_argument("--out", required=True, metavar="X.xlsx", help=word("CLI_OPT_OUT", language))
    report.add_argument("--json", metavar="OUT", help=word("CLI_OPT_JSON", language))
    report.add_argument("--publication", metavar="X.xlsx", help=word("CLI_OPT_PUBLICATION", language))
    for kind in _OTHERS:
        metavar = f"X{SUFFIXES[kind][0]}"
        report.add_argument(f"--{kind}", metavar=metavar, help=word(f"CLI_OPT_{kind.upper()}", language))
    report.add_argument("--template", metavar="X.docx", help=word("CLI_OPT_TEMPLATE", language))
    report.add_argument("--name", help=word("CLI_OPT_NAME", language))
    for name in ("parent", "agency", "locality"):
        report.add_argument(f"--{name}", default="", help=word(f"CLI_OPT_{name.upper()}", language))

    export = add_command(commands, "export-design", _export_design, language)
    _add_analysis(export, language)
    folder = word("CLI_FOLDER", language)
    export.add_argument("--out", required=True, metavar=folder, help=word("CLI_OPT_OUT_FOLDER", language))

    template = add_command(commands, "margins-template", _margins_template, language)
    template.add_argument("--instrument", required=True, metavar="ID", help=_instruments(language))
    template.add_argument("--out", required=True, metavar="X.xlsx", help=word("CLI_OPT_OUT", language))
    template.add_argument("--variables", default="", metavar="C[,C]", help=word("CLI_OPT_VARIABLES", language))


def _add_analysis(command: argparse.ArgumentParser, language: str) -> None:
    """The file of answers, and how it is to be analysed."""

    def told(name: str) -> str:
        return word(f"CLI_OPT_{name}", language)

    command.add_argument("file", metavar="FILE", help=told("FILE"))
    command.add_argument("--instrument", required=True, metavar="ID", help=_instruments(language))
    command.add_argument("--by", metavar="C[,C]", help=told("BY"))
    command.add_argument("--strata", metavar="C", help=told("STRATA"))
    command.add_argument("--psu", metavar="C", help=told("PSU"))
    command.add_argument("--fpc", metavar="C", help=told("FPC"))
    command.add_argument("--weight", metavar="C", help=told("WEIGHT"))
    command.add_argument("--count", metavar="C", help=told("COUNT"))
    command.add_argument("--adjust", choices=get_args(Adjust), default="none", help=told("ADJUST"))
    command.add_argument("--margins", metavar="FILE", help=told("MARGINS"))
    command.add_argument("--rake-variance", choices=get_args(RakeVariance), default="base", help=told("RAKE_VARIANCE"))
    command.add_argument("--mode", choices=get_args(Mode), default="pooled", help=told("MODE"))
    command.add_argument("--interval", choices=get_args(Interval), default="logit", help=told("INTERVAL"))
    command.add_argument("--level", type=float, default=0.95, help=told("LEVEL"))
    command.add_argument("--study", choices=get_args(Study), help=told("STUDY"))
    command.add_argument("--rules", metavar="X.toml", help=told("RULES"))
    command.add_argument("--df", choices=get_args(Df), default="design", help=told("DF"))


def _instruments(language: str) -> str:
    return word("CLI_OPT_INSTRUMENT", language, ids=", ".join(shipped()))


def _report(given: argparse.Namespace) -> None:
    language = given.language
    wanted: dict[Kind, str] = {"workbook": given.out}
    wanted |= {kind: name for kind in _OTHERS if (name := getattr(given, kind))}
    # Read before the work of an evaluation: a template that is not there is told at once.
    template = read_file(Path(given.template)) if given.template else None
    evaluation = _evaluated(given, [*wanted.values(), *(name for name in (given.json, given.publication) if name)])
    questionnaire, plan = evaluation.questionnaire, evaluation.plan
    created = now().replace(microsecond=0)
    about = About(
        round_name=given.name or say(questionnaire.title, language),
        study=questionnaire.study,
        period="",
        source=Path(given.file).name,
        contact="",
        created=created.replace(tzinfo=None),
        code_version=version("hailong"),
        feeds="weighted" if plan.weighted() else "unweighted",
        language=language,
        parent=given.parent,
        agency=given.agency,
        locality=given.locality,
    )
    extras = of_answers(evaluation, weighted=about.feeds == "weighted")
    export = Export(evaluation=evaluation, about=about, extras=extras)
    if "answers" in export.kinds and "answers" not in wanted:
        tell(word("CLI_ANSWERS_APART", language, option="--answers"))
    results = {name: export.make(kind, template=template, tell=_progress(language)) for kind, name in wanted.items()}
    if given.json:
        made = {"code_version": version("hailong"), "created": created.isoformat()}
        results[given.json] = estimates_json(evaluation, made).encode()
    if given.publication:
        public, path = publication(evaluation, about), Path(given.publication)
        replaced = [Problem(code="DIS_AGAIN_FILE", values={"file": path.name})] if path.exists() else []
        for warning in (*public.warnings, *replaced):
            tell(word("CLI_WARNING", language, warning=warning.say(language)))
        results[given.publication] = write(public.report)
    write_files(results, language)


def _progress(language: str) -> Callable[[float], None]:
    """Tells each tenth of a long piece of work once."""
    told = 0

    def progress(done: float) -> None:
        nonlocal told
        if int(done * 10) > told:
            told = int(done * 10)
            tell(word("CLI_PROGRESS", language, done=percent(told / 10, 0, language)))

    return progress


def _export_design(given: argparse.Namespace) -> None:
    folder, names = Path(given.out), file_names(given.language)
    evaluation = _evaluated(given, [str(folder / name) for name in names.values()])
    results = rerun_folder(evaluation, version("hailong"), given.language)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused([Problem(code="CLI_WRITE", values={"got": folder, "reason": reason(error)})]) from error
    write_files({str(folder / name): content for name, content in results.items()}, given.language)
    tell(word("CLI_EXPORTED", given.language, guide=folder / names[GUIDE]))


def _margins_template(given: argparse.Namespace) -> None:
    template = margins_template(load(given.instrument), _names(given.variables), given.language)
    write_files({given.out: template}, given.language)
    tell(word("CLI_FILL_MARGINS", given.language, file=given.out))


def _evaluated(given: argparse.Namespace, results: Sequence[str]) -> Evaluation:
    """The evaluation of the file that was given, its warnings told. `results`: the files that will be written."""
    language = given.language
    questionnaire = load(given.instrument)
    path = Path(given.file)
    problems = _same_files(given, results)
    if not 0 < given.level < 1:
        problems.append(Problem(code="EST_BAD_LEVEL", values={"got": given.level}))
    if (given.adjust == "none") != (given.margins is None):
        problems.append(Problem(code="CLI_MARGINS"))
    tell(word("CLI_READING", language, file=path.name))
    margins = _collected(problems, lambda: _margins(given, questionnaire)) or ()
    plan = Plan(
        strata=given.strata,
        psu=given.psu,
        fpc=given.fpc,
        weight=given.weight,
        adjust=given.adjust,
        margins=margins,
        rake_variance=given.rake_variance,
        mode=given.mode,
        interval=given.interval,
        level=given.level,
        df=given.df,
        by=tuple(dict.fromkeys(_names(given.by))),
        study=given.study,
    )
    rules = _collected(problems, lambda: _rules(given))
    data = _collected(problems, lambda: read_file(path)) or b""
    slips = _collected(problems, lambda: _slips(given, data, questionnaire, plan)) if data else None
    if problems or slips is None:
        raise Refused(problems)
    tell(word("CLI_COMPUTING", language, count=len(slips.answers)))
    frame = answers_frame(questionnaire, slips.answers, slips.extra)
    proof = {"file": path.name, "data_sha256": hashlib.sha256(data).hexdigest()}
    evaluation = evaluate(make_sample(frame, plan, proof), questionnaire, plan, rules)
    for warning in evaluation.warnings:
        tell(word("CLI_WARNING", language, warning=warning.say(language)))
    return evaluation


def _rules(given: argparse.Namespace) -> Rules:
    """The reliability rules in the file that was given, or the shipped ones."""
    if given.rules is not None:
        read_file(Path(given.rules))  # a file that is not there is told as every other
    try:
        return load_rules(given.rules)
    except EstimationError as error:
        raise refusal(error) from error


def _slips(given: argparse.Namespace, data: bytes, questionnaire: Questionnaire, plan: Plan) -> Slips:
    return read_slips(
        read_table(data, name=given.file, sheets=[word(sheets.SLIPS, language) for language in languages()]),
        questionnaire,
        numbers=[name for name in (plan.weight, plan.fpc) if name],
        full=[name for name in (plan.strata, plan.psu) if name],
        present=plan.by,
        count=given.count,
    )


def _collected(problems: list[Problem], step: Callable[[], T]) -> T | None:
    """What a step gives; where it is refused, its problems join the others."""
    try:
        return step()
    except Refused as refused:
        problems += refused.problems
        return None


def _same_files(given: argparse.Namespace, results: Sequence[str]) -> list[Problem]:
    """A result must not overwrite what is read, nor another result."""
    read = (given.file, given.instrument, given.margins, getattr(given, "template", None))
    taken = {Path(name).resolve() for name in read if name}
    clash = []
    for name in results:
        if Path(name).resolve() in taken:
            clash.append(name)
        taken.add(Path(name).resolve())
    return [Problem(code="CLI_SAME_FILE", values={"got": name}) for name in clash]


def _margins(given: argparse.Namespace, questionnaire: Questionnaire) -> tuple[Margin, ...]:
    if given.margins is None:
        return ()
    path = Path(given.margins)
    return read_margins(read_table(read_file(path), name=path.name), questionnaire)


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]
