"""Sheets 13 and «Truy vết»: how the numbers were made, what to beware of, and what they can be traced to."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from analysis.estimation.reliability import Grade
from analysis.estimation.sample import WeightStep
from analysis.report import say_exclusions, sheets
from analysis.report.cells import clean
from analysis.report.extras import Extras
from analysis.report.figures import WEIGHT, Figures
from analysis.report.indices import mode_words
from analysis.report.model import Cell, Sheet, Table
from analysis.report.parts import feeds_words, level_percent, weighting_words
from analysis.report.used_rules import used_rules
from analysis.scores.beside import covers_words, grade_words, study_words
from analysis.scores.fate import Fates
from analysis.scores.plan import Plan
from analysis.scores.responses import level_words
from survey.questionnaire import say
from survey.words import day

_THRESHOLDS = {
    "least_n": 1,
    "least_effective_n": 1,
    "least_df": 1,
    "narrow_width": 100,
    "wide_width": 100,
    "largest_relative_width": 100,
}
"""The thresholds for shares, and by how much each one's figure is multiplied to be told."""


def method(figures: Figures, fates: Fates | None = None) -> Sheet:
    """Sheet 13: definitions, design, weights, warnings, in words."""
    rows = [
        (figures.word(f"RPT_PART_{part}"), *(clean(text).text for text in texts))
        for part, *texts in _method_rows(figures, fates)
    ]
    return Sheet(
        name=figures.word(sheets.METHOD),
        title=figures.word("RPT_TITLE_METHOD"),
        table=Table(
            name=figures.word("RPT_TABLE_METHOD"),
            columns=sheets.columns(figures, ("RPT_HEAD_PART", 18), (sheets.WHAT, 34), (sheets.CONTENT, 100)),
            rows=tuple(tuple(sheets.text(text) for text in row) for row in rows),
        ),
    )


def weight_log(figures: Figures) -> Sheet | None:
    """The margins of every weighting step, before and after; None if weights were not adjusted."""
    asked, language = figures.evaluation.questionnaire, figures.language
    rows: list[tuple[Cell, ...]] = [
        (
            sheets.text(f"{place}. {figures.told('RPT_STEP', step.name)}"),
            sheets.text(clean(line.variable).text),
            sheets.text(clean(level_words(asked, line.variable, line.level, language)).text),
            sheets.number(figures, line.target, "count"),
            sheets.number(figures, line.before, "decimal"),
            sheets.number(figures, line.after, "decimal"),
        )
        for place, step in enumerate(figures.evaluation.sample.steps, start=1)
        for line in step.margins
    ]
    if not rows:
        return None
    where = {"slips": figures.word(sheets.SLIPS), "column": figures.word(WEIGHT)}
    return Sheet(
        name=figures.word(sheets.WEIGHTS),
        title=figures.word("RPT_TITLE_WEIGHTS"),
        lines=sheets.lines(100, figures.word("RPT_LINE_WEIGHTS", **where)),
        table=Table(
            name=figures.word("RPT_TABLE_WEIGHTS"),
            columns=sheets.columns(
                figures,
                *(("RPT_HEAD_STEP", 26), ("RPT_HEAD_VARIABLE", 16), ("RPT_HEAD_LEVEL_OF_MARGIN", 30)),
                *(("RPT_HEAD_TARGET", 14), ("RPT_HEAD_BEFORE", 16), ("RPT_HEAD_AFTER", 16)),
            ),
            rows=tuple(rows),
        ),
    )


def trace(figures: Figures, extras: Extras) -> Sheet:
    """The last sheet: identifiers, hashes, settings, rules and versions."""
    evaluation, about, word = figures.evaluation, figures.about, figures.word
    asked, plan, sample = evaluation.questionnaire, evaluation.plan, evaluation.sample
    none = word("RPT_NONE")
    total = figures.number(float(figures.weights.sum()), 4)
    rows = [
        (word("RPT_FACT_QUESTIONNAIRE"), word("RPT_VERSION", id=asked.id, version=asked.version)),
        (word("RPT_TRACE_QUESTIONNAIRE_HASH"), asked.content_hash()),
        *((figures.told("RPT_PROVENANCE", key), value) for key, value in sorted(sample.provenance.items())),
        (word("RPT_FACT_SOURCE"), about.source),
        (word("RPT_TRACE_SLIPS"), f"{figures.number(figures.n)}; {total}"),
        *(say_exclusions.trace_rows(figures, extras.fates) if extras.fates else ()),
        (word("RPT_TRACE_DESIGN"), "; ".join(column or none for column in (plan.strata, plan.psu, plan.fpc))),
        (word("RPT_TRACE_WEIGHT"), plan.weight or none),
        (word("RPT_TRACE_ADJUST"), _adjusted(figures)),
        (word("RPT_FACT_MODE"), mode_words(figures)[plan.mode]),
        (word("RPT_TRACE_INTERVAL"), _interval(figures)),
        (word("RPT_FACT_CHOSEN"), study_words(plan.chosen_by(), figures.language)),
        *(
            (word(f"OUT_RULES_{what}"), word("RPT_VERSION", id=id_, version=version) if version else id_)
            for what, id_, version in used_rules(figures, extras)
        ),
        (word("RPT_TRACE_BY"), ", ".join(plan.by) or none),
        (word("RPT_TRACE_FEEDS"), feeds_words(figures)),
        (word("RPT_TRACE_OPTIONS"), _options(plan)),
        *(
            (word("RPT_TRACE_STEP", place=place), _step_words(figures, step))
            for place, step in enumerate(sample.steps, start=1)
        ),
        *_ledger(figures),
        (word("RPT_TRACE_CODE"), about.code_version),
        (word("RPT_TRACE_MADE"), word("RPT_MOMENT", time=f"{about.created:%H:%M}", day=_day(figures))),
    ]
    return Sheet(
        name=word(sheets.TRACE),
        title=word("RPT_TITLE_TRACE"),
        table=Table(
            name=word("RPT_TABLE_TRACE"),
            columns=sheets.columns(figures, (sheets.WHAT, 36), (sheets.VALUE, 100)),
            rows=tuple(tuple(sheets.text(clean(part).text) for part in row) for row in rows),
        ),
    )


def _ledger(figures: Figures) -> Iterator[tuple[str, str]]:
    """The root of the round's public ledger, up to which day it is closed, and the signed text as it was published."""
    closed, word = figures.about.checkpoint, figures.word
    yield word("RPT_TRACE_ROOT"), closed.root if closed else word("RPT_NO_LEDGER")
    if closed:
        until = day(date.fromisoformat(closed.through), figures.language)
        yield word("RPT_TRACE_CLOSED"), word("RPT_CLOSED", day=until, count=figures.number(closed.size))
        yield word("RPT_TRACE_SIGNED"), closed.note


def source_status(figures: Figures) -> str:
    """Where the questionnaire's wording comes from, and how official it is."""
    asked, language = figures.evaluation.questionnaire, figures.language
    return " ".join(part for part in (say(asked.source, language), say(asked.status, language)) if part)


def _day(figures: Figures) -> str:
    return day(figures.about.created.date(), figures.language)


def _adjusted(figures: Figures) -> str:
    """How the weights were brought to the population, and which residuals their error rests on."""
    plan = figures.evaluation.plan
    adjusted = figures.word(f"RPT_ADJUST_{plan.adjust.upper()}")
    if plan.adjust != "rake":
        return adjusted
    return f"{adjusted}; {figures.word(f'RPT_RESIDUALS_{plan.rake_variance.upper()}')}"


def _interval(figures: Figures) -> str:
    plan = figures.evaluation.plan
    return figures.word(
        "RPT_INTERVAL_TRACED",
        interval=figures.word(f"RPT_INTERVAL_{plan.interval.upper()}"),
        level=level_percent(figures),
        df=figures.word(f"RPT_DF_{plan.df.upper()}"),
    )


def _options(plan: Plan) -> str:
    """What `hailong report` is to be told for the same choices."""
    return (
        f"--mode {plan.mode} --adjust {plan.adjust} --rake-variance {plan.rake_variance} --interval {plan.interval} "
        f"--level {plan.level!r} --df {plan.df} --study {plan.chosen_by()}"
    )


def _method_rows(figures: Figures, fates: Fates | None) -> Iterator[tuple[str, str, str]]:
    """Part (the end of its code), subject, text."""
    evaluation, word = figures.evaluation, figures.word
    plan, sample, modes = evaluation.plan, evaluation.sample, mode_words(figures)
    not_official = word("RPT_NOT_OFFICIAL")
    yield "DEFINITION", word("RPT_ABOUT_ITEM"), word("RPT_TEXT_ITEM")
    for mode, called in modes.items():
        gaps = {"parameters": word(sheets.PARAMETERS)} if mode == "weights" else {}
        yield "DEFINITION", word("RPT_ABOUT_MODE", mode=called), word(f"RPT_TEXT_MODE_{mode.upper()}", **gaps)
    yield "DEFINITION", word("RPT_ABOUT_MODE_USED"), word("RPT_TEXT_MODE_USED", mode=modes[plan.mode])
    yield "NUMBERS", word(sheets.OFFICIAL), word("RPT_TEXT_OFFICIAL")
    yield "NUMBERS", word(sheets.OURS), f"{weighting_words(figures).capitalize()}: {not_official}."
    yield "NUMBERS", word("RPT_FACT_FEEDS"), feeds_words(figures)
    for subject, text in say_exclusions.method_rows(figures, fates) if fates else ():
        yield "NUMBERS", subject, text
    yield "DESIGN", word("RPT_FACT_STUDY"), figures.told("RPT_STUDY", evaluation.questionnaire.study)
    columns = {"strata": plan.strata or word("RPT_HAS_NONE"), "psu": plan.psu or word("RPT_EACH_SLIP")}
    yield "DESIGN", word("RPT_ABOUT_DESIGN"), word("RPT_TEXT_DESIGN", fpc=plan.fpc or word("RPT_NONE"), **columns)
    chosen, says = plan.chosen_by(), "RPT_TEXT_SAID" if plan.study else "RPT_TEXT_INFERRED"
    yield "DESIGN", word("RPT_FACT_CHOSEN"), f"{study_words(chosen, figures.language)}. {word(says)}"
    yield "DESIGN", word("RPT_FACT_COVERS"), covers_words(chosen, figures.language)
    told = {
        "level": level_percent(figures),
        "interval": word(f"RPT_INTERVAL_{plan.interval.upper()}"),
        "df": word(f"RPT_DF_{plan.df.upper()}"),
    }
    yield "ERROR", word("RPT_TRACE_INTERVAL"), word("RPT_TEXT_INTERVAL", not_official=not_official, **told)
    yield "ERROR", word("RPT_ABOUT_DEFF"), word("RPT_TEXT_DEFF")
    yield from _reliability_rows(figures)
    yield "WEIGHTS", word("RPT_ABOUT_ADJUST"), word(f"RPT_ADJUST_{plan.adjust.upper()}")
    for place, step in enumerate(sample.steps, start=1):
        what = word("RPT_ABOUT_STEP", place=place, step=figures.told("RPT_STEP", step.name))
        yield "WEIGHTS", what, _step_words(figures, step)
    yield from _warning_rows(figures)


def _reliability_rows(figures: Figures) -> Iterator[tuple[str, str, str]]:
    """The rule set of the reliability labels: whose it is, and each threshold with its source."""
    rules, word = figures.evaluation.rules, figures.word
    grades = {grade: grade_words(grade, figures.language) for grade in get_args(Grade)}
    text = word("RPT_TEXT_GRADES", rules=rules.id, version=rules.version, **grades)
    yield "GRADE", word("RPT_ABOUT_GRADES"), text
    for name, scale in _THRESHOLDS.items():
        threshold = getattr(rules, name)
        figure = threshold.value * scale
        said = figures.number(figure, 0 if round(figure, 1) == round(figure) else 1)
        where, _, _ = threshold.source.partition(":")  # after it what the label says already, in the source's language
        yield "GRADE", word(f"RPT_THRESHOLD_{name.upper()}", figure=said), word("RPT_SOURCE", source=where)


def _warning_rows(figures: Figures) -> Iterator[tuple[str, str, str]]:
    """What was done to the answers, and what this evaluation warns of."""
    word, warnings = figures.word, figures.evaluation.warnings
    altered, masked = figures.altered
    if altered:
        yield "WARNING", word("RPT_ABOUT_ALTERED"), word("RPT_TEXT_ALTERED", count=altered)
    if masked:
        yield "WARNING", word("RPT_ABOUT_MASKED"), word("RPT_TEXT_MASKED", count=masked)
    if figures.about.demonstration:
        yield "WARNING", word("RPT_ABOUT_DEMONSTRATION"), word("RPT_TEXT_DEMONSTRATION")
    for warning in warnings:
        yield "WARNING", word("RPT_ABOUT_WARNING"), warning.say(figures.language)
    if not warnings:
        yield "WARNING", word("RPT_ABOUT_WARNING"), word("RPT_TEXT_NO_WARNING")


def _step_words(figures: Figures, step: WeightStep) -> str:
    number = figures.number
    return figures.word(
        "RPT_STEP_LOG",
        step=figures.told("RPT_STEP", step.name),
        variables=", ".join(step.variables),
        n=number(step.n),
        rounds=step.iterations,
        sum_before=number(step.sum_before, 2),
        sum_after=number(step.sum_after, 2),
        deff_before=number(step.deff_before, 3),
        deff_after=number(step.deff_after, 3),
        n_eff_before=number(step.n_eff_before, 1),
        n_eff_after=number(step.n_eff_after, 1),
        low=number(step.min_ratio, 3),
        high=number(step.max_ratio, 3),
    )
