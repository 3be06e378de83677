"""Numbers as data: every estimate of an evaluation as JSON, unrounded, with where it came from."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields

from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import Row

SCHEMA = "hailong.estimates/1"


def estimates_json(evaluation: Evaluation, provenance: Mapping[str, object]) -> str:
    """The document `hailong.estimates/1` (docs/estimates-json.md): all rows, plan, weight log and `provenance`."""
    questionnaire, sample = evaluation.questionnaire, evaluation.sample
    document = {
        "schema": SCHEMA,
        "study": evaluation.plan.chosen_by(),
        "reliability_rules": asdict(evaluation.rules),
        "estimates": [_row(row) for row in evaluation.result.rows],
        "provenance": {
            **sample.provenance,
            **provenance,
            "questionnaire": {
                "id": questionnaire.id,
                "version": questionnaire.version,
                "sha256": questionnaire.content_hash(),
            },
            "plan": asdict(evaluation.plan),
            "weight_steps": [asdict(step) for step in sample.steps],
            "warnings": [{"code": warning.code, "vi": warning.say("vi")} for warning in evaluation.warnings],
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)


def _row(row: Row) -> dict[str, object]:
    values = _numbers({field.name: getattr(row, field.name) for field in fields(row)} | {"margin": row.margin})
    return values | {"reasons": [_numbers(asdict(reason)) for reason in row.reasons]}


def _numbers(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _number(value) if isinstance(value, float) else value for name, value in values.items()}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
