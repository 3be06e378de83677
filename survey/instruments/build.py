"""How do the shipped workbooks come from their readable sources? `python -m survey.instruments.build` writes them anew.

A source is a TOML file that can be read and compared line by line; the workbook beside it is what the product reads.
`every` in a section holds what its questions have in common; a question may say otherwise.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from survey.expression import Expression, parse
from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section
from survey.xlsform import write_workbook

HERE = Path(__file__).parent


def read_source(text: str) -> Questionnaire:
    """The questionnaire that a source says. Raises KeyError, TypeError or ValueError for a source that says none."""
    source = tomllib.loads(text)
    scales = {
        name: Scale(name=name, options=tuple(Option(value=value, label=label) for value, label in options.items()))
        for name, options in source.pop("scales").items()
    }
    return Questionnaire(
        sections=tuple(_section(section, scales) for section in source.pop("section")),
        index=tuple(IndexNode(**node) for node in source.pop("index", ())),
        languages=tuple(source.pop("languages")),
        **source,
    )


def _section(section: dict[str, Any], scales: Mapping[str, Scale]) -> Section:
    every = section.get("every", {})
    return Section(
        name=section["name"],
        label=section["label"],
        relevant=_expression(section, "relevant"),
        repeat_over=section.get("repeat_over"),
        questions=tuple(_question(every | question, scales) for question in section["question"]),
    )


def _question(said: dict[str, Any], scales: Mapping[str, Scale]) -> Question:
    return Question(
        **said
        | {
            "scale": scales[said["scale"]] if said["kind"].startswith("select") else None,
            "satisfied": tuple(said.get("satisfied", ())),
            "relevant": _expression(said, "relevant"),
            "constraint": _expression(said, "constraint"),
        }
    )


def _expression(said: Mapping[str, Any], key: str) -> Expression | None:
    return parse(said[key]) if key in said else None


def sources() -> Iterator[Path]:
    """The source files, in the order of their names."""
    return iter(sorted(HERE.glob("*.toml")))


if __name__ == "__main__":
    for path in sources():
        workbook = path.with_suffix(".xlsx")
        workbook.write_bytes(write_workbook(read_source(path.read_text(encoding="utf-8"))))
        print(workbook.name)
