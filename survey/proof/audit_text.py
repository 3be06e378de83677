"""How is an audit told to a person? Per round the log, the open days, received / voided / used, and what was found."""

from collections.abc import Iterator

from survey.errors import word
from survey.proof.audit import Audit, RoundAudit, UnitCount


def audit_text(audit: Audit, language: str) -> str:
    """The whole audit, a line each; the last line says whether anything was found."""
    lines = [line for round_ in audit.rounds for line in (*_round(round_, language), "")]
    if (last := audit.logged) is not None:
        lines.append(word("LOG_HEAD", language, number=last.number, hash=last.hash))
    lines += [f"! {finding.say(language)}" for finding in audit.findings]
    found = len(audit.findings) + sum(len(round_.findings) for round_ in audit.rounds)
    lines.append(word("AUD_FOUND", language, count=found) if found else word("AUD_CLEAN", language))
    return "\n".join(lines)


def unit_line(count: UnitCount, name: str, language: str) -> str:
    """The published line of an office: received / voided / erased / used."""
    values = {"received": count.received, "voided": count.voided, "erased": count.erased, "used": count.used}
    return word("AUD_UNIT", language, unit=name, **values)


def in_all(units: tuple[UnitCount, ...]) -> UnitCount:
    """The sum over offices."""
    return UnitCount(
        unit=None,
        received=sum(each.received for each in units),
        voided=sum(each.voided for each in units),
        erased=sum(each.erased for each in units),
    )


def _round(round_: RoundAudit, language: str) -> Iterator[str]:
    yield word("AUD_ROUND", language, name=round_.name, round=round_.round_id)
    if round_.through is None:
        yield f"  {word('AUD_NO_LOG', language)}"
    else:
        values = {"through": round_.through, "size": round_.size, "root": round_.root}
        yield f"  {word('AUD_LOG', language, **values)}"
    for day, count in round_.open_days.items():
        yield f"  {word('AUD_OPEN_DAY', language, day=day, count=count)}"
    for unit in round_.units:
        yield f"  {unit_line(unit, unit.unit or word('AUD_NO_UNIT', language), language)}"
    total = in_all(round_.units)
    yield f"  {unit_line(total, word('AUD_ALL_UNITS', language), language)}"
    if total.erased:
        yield f"  {word('AUD_ERASED', language, count=total.erased)}"
    for note in round_.notes:
        yield f"  {note.say(language)}"
    for finding in round_.findings:
        yield f"  ! {finding.say(language)}"
