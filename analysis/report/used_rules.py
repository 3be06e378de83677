"""By which rule files was a report made? Each one's id and version, for the sheet «Truy vết» and the annex."""

from collections.abc import Iterator

from analysis.report.extras import Extras
from analysis.report.figures import Figures


def used_rules(figures: Figures, extras: Extras) -> Iterator[tuple[str, str, str]]:
    """What a set of rules is for (end of its code `OUT_RULES_…`), its id, its version."""
    reliability = figures.evaluation.rules
    yield "RELIABILITY", reliability.id, reliability.version
    if figures.units:
        yield "RANKING", figures.ranking.rules.id, figures.ranking.rules.version
    for scheme in {card.scheme.id: card.scheme for card in extras.scorecards}.values():
        yield "SCORECARD", scheme.id, scheme.version
    if extras.comparison is not None:
        yield "PUBLISHED", extras.comparison.published.id, extras.comparison.published.version
    if extras.dossiers is not None:
        yield "DOSSIERS", extras.dossiers.settings, ""
    if extras.themes is not None:
        yield "THEMES", extras.themes.rules.id, extras.themes.rules.version
