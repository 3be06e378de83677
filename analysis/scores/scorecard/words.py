"""How is a card told? Its rules, where points come from, and what a reader must know, in sentences."""

from analysis.estimation.reliability import load_rules
from analysis.scores.beside import covers_words
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.points import Peer
from analysis.scores.scorecard.ranks import standing
from analysis.scores.scorecard.row import Row
from analysis.scores.scorecard.scheme import Criterion, Evidence
from survey.errors import word
from survey.questionnaire import say
from survey.words import number, percent

_NAMED = 8
"""Lines that one sentence names at most."""


def points_words(value: float, language: str = "vi") -> str:
    """Points with two decimals: «16,40»."""
    return number(value, 2, language)


def evidence_words(evidence: Evidence, language: str = "vi") -> str:
    """What points rest on, empty for a sum."""
    return word(f"SCR_EVIDENCE_{evidence.upper()}", language) if evidence else ""


def basis_words(row: Row, language: str = "vi") -> str:
    """Where a line's points come from; why it has none."""
    if not row.applicable:
        return word("SCR_BASIS_NOT_APPLICABLE", language)
    if row.leaf and row.points is None:
        return word("SCR_BASIS_EXTRA" if row.extra else "SCR_BASIS_NONE", language)
    return word(f"SCR_BASIS_{row.basis.upper()}", language) if row.basis else ""


def rule_words(criterion: Criterion, language: str = "vi") -> str:
    """How evidence becomes points on this line, with every setting; empty for a line with others under it."""
    if not criterion.evidence:
        return ""
    least = 1.0 if criterion.target is None else criterion.target
    weights = "; ".join(f"{answer} = {percent(share, 0, language)}" for answer, share in criterion.weights.items())
    steps = "; ".join(
        word("SCR_STEP", language, rate=percent(rate, 0, language), points=_plain(points, language))
        for rate, points in criterion.steps
    )
    told = word(
        f"SCR_RULE_{criterion.rule.upper()}",
        language,
        most=_plain(criterion.max_points, language),
        target=percent(least, 0, language),
        weights=weights,
        steps=steps,
    )
    return f"{told} ({weights})" if criterion.rule not in ("options", "entered") and weights else told


def interval_words(row: Row, language: str = "vi") -> str:
    """«15,90 – 16,88»; empty where nothing was estimated."""
    if row.low is None or row.high is None:
        return ""
    return f"{points_words(row.low, language)} – {points_words(row.high, language)}"


def card_notes(card: Scorecard, language: str = "vi") -> tuple[str, ...]:
    """What must be said beside a card: rules and their gaps, what was left out, what is disputed, whose intervals."""
    scheme, leaves = card.scheme, card.scheme.leaves()
    notes = [
        word(
            "SCR_NOTE_RULES",
            language,
            title=say(scheme.title, language),
            settings=scheme.settings,
            source=say(scheme.source, language),
            mark=scheme.mark,
        )
    ]
    if scheme.note:
        notes.append(say(scheme.note, language))
    gaps = sum(leaf.gap for leaf in leaves)
    if scheme.declared_criteria is not None and gaps:
        told = {"criteria": scheme.declared_criteria, "parts": scheme.declared_parts or "?"}
        notes.append(word("SCR_NOTE_GAPS", language, **told, lines=len(leaves), gaps=gaps))
    if card.left_out:
        missing = sum(row.max_points for row in card.left_out)
        notes.append(
            word(
                "SCR_NOTE_LEFT_OUT",
                language,
                count=len(card.left_out),
                codes=_codes(card.left_out),
                points=points_words(missing, language),
                scored=points_words(card.scored_max, language),
            )
        )
    if card.unused:
        notes.append(word("SCR_NOTE_UNUSED", language, codes=", ".join(card.unused[:_NAMED])))
    inapplicable = tuple(row for row in card.leaves if not row.applicable)
    if inapplicable:
        notes.append(word("SCR_NOTE_NOT_APPLICABLE", language, codes=_codes(inapplicable)))
    unchecked = tuple(row for row in card.leaves if row.basis == "self")
    if unchecked:
        notes.append(word("SCR_NOTE_SELF", language, count=len(unchecked), codes=_codes(unchecked)))
    if card.contested:
        notes.append(word("SCR_NOTE_CONTESTED", language, codes=_codes(card.contested)))
    if card.total.low is not None:
        notes.append(word("SCR_NOTE_INTERVAL", language, level=percent(card.level, 0, language)))
        notes += [covers_words(study, language) for study in card.studies]
    least = load_rules().least_n.value
    few = tuple(row for row in card.leaves if row.basis == "computed" and row.n is not None and row.n < least)
    if few:
        notes.append(word("SCR_NOTE_FEW", language, codes=_codes(few), least=number(least, 0, language)))
    notes.append(word("SCR_NOTE_MARKS", language))
    return tuple(notes)


def next_steps(card: Scorecard, peers: tuple[Peer, ...], own: str, language: str = "vi") -> list[str]:
    """How many points are missing to the next grade and, among the peers, to the next place; `own`: see `standing`."""
    if card.index is None:
        return []
    told = []
    higher = [band for band in card.scheme.bands if card.band is None or band.at_least > card.band.at_least]
    if higher:
        band = higher[-1]
        edge = band.at_least * card.scored_max if card.scheme.bands_of == "index" else band.at_least
        missing = points_words(edge - card.points, language)
        told.append(word("SCR_NEXT_BAND", language, points=missing, band=say(band.label, language)))
    place = standing(card.index, peers, own) if peers else None
    if place is not None and place.above is not None:
        missing = points_words(place.gap * card.scored_max, language)
        told.append(
            word(
                "SCR_NEXT_RANK",
                language,
                points=missing,
                name=place.above.name,
                index=percent(place.above.index, 2, language),
            )
        )
    return told


def _codes(rows: tuple[Row, ...]) -> str:
    shown = ", ".join(row.code for row in rows[:_NAMED])
    return f"{shown}, …" if len(rows) > _NAMED else shown


def _plain(value: float, language: str) -> str:
    """A number as it was written: 2,2 and 10."""
    text = f"{value:.6g}"
    return text if language == "en" else text.replace(".", ",")
