"""What does the data-protection assessment of a questionnaire say? Everything the form itself can tell, no more."""

from dataclasses import dataclass
from math import prod

from survey.errors import word
from survey.privacy.kinds import Kind, kind_of, source
from survey.privacy.retention import DRAFT_DAYS, INVITATION_DAYS
from survey.questionnaire import Question, Questionnaire, say
from survey.round import NOTICE, Round

_MEASURES = ("WHO", "TEXT", "LEAK", "CHANGE", "PUBLISH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading with paragraphs and, under them, a table: its header row first, or none."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The file as a value. `warning`: what must be mended before the form is used, empty if nothing."""

    title: str
    subtitle: str
    draft: str
    warning: str
    parts: tuple[Part, ...]
    signatures: str


def assessment(questionnaire: Questionnaire, round_: Round | None, language: str = "vi") -> Assessment:
    """The assessment (Law 91/2025/QH15, Decree 356/2025/NĐ-CP) of this questionnaire, and of the round that asks it."""

    def tell(code: str, **values: object) -> str:
        return word(f"DPIA_{code}", language, **values)

    asked = {q.name: kind_of(q) for q in questionnaire.questions() if q.kind != "note"}
    identity = [name for name, kind in asked.items() if kind == "identity"]
    blank = tell("BLANK")
    contact = say(round_.contact, language) if round_ else blank
    who = {
        "NAME": blank,
        "OFFICER": blank,
        "ROUND": round_.name if round_ else blank,
        "CONTACT": contact,
        "SERVER": blank,
    }
    measures = tuple((tell(f"RISK_{risk}"), tell(f"MEASURE_{risk}")) for risk in _MEASURES)
    kept = {"drafts": DRAFT_DAYS, "invitations": INVITATION_DAYS, "years": round_.keep_years if round_ else 5}
    return Assessment(
        title=tell("TITLE"),
        subtitle=tell(
            "SUBTITLE", title=say(questionnaire.title, language), id=questionnaire.id, version=questionnaire.version
        ),
        draft=tell("DRAFT"),
        warning=tell("IDENTITY", count=len(identity), names=", ".join(identity)) if identity else "",
        parts=(
            Part(heading=tell("WHO"), table=tuple((tell(f"WHO_{row}"), value) for row, value in who.items())),
            Part(
                heading=tell("WHY"),
                paragraphs=(
                    say(questionnaire.purpose, language) or word("FORM_PURPOSE", language),
                    tell("WHY_BASIS", consent=NOTICE),
                ),
            ),
            Part(
                heading=tell("WHAT"),
                paragraphs=(tell("WHAT_COUNT", total=len(asked), opinion=list(asked.values()).count("opinion")),),
                table=_questions(questionnaire, language),
            ),
            Part(heading=tell("KEPT"), paragraphs=(tell("KEPT_LIST"), tell("NOT_KEPT"))),
            Part(heading=tell("RISK"), paragraphs=_combinations(questionnaire, round_, language)),
            Part(heading=tell("HOW_LONG"), paragraphs=(tell("HOW_LONG_LIST", **kept),)),
            Part(heading=tell("RIGHTS"), paragraphs=(tell("RIGHTS_LIST"),)),
            Part(heading=tell("MEASURES"), table=((tell("COL_RISK"), tell("COL_MEASURE")), *measures)),
            Part(heading=tell("OPEN"), paragraphs=(tell("OPEN_LIST"),)),
        ),
        signatures=tell("SIGN"),
    )


def _questions(questionnaire: Questionnaire, language: str) -> tuple[tuple[str, ...], ...]:
    """The questions that touch personal data: wording, kind, whether it must be answered, the law's article."""
    header = tuple(word(f"DPIA_COL_{name}", language) for name in ("QUESTION", "KIND", "NEED", "SOURCE"))
    rows = [
        (
            say(question.label, language),
            word(f"DPIA_KIND_{kind.upper()}", language),
            word("DPIA_YES" if question.required else "DPIA_NO", language),
            source(kind),
        )
        for question, kind in _personal(questionnaire)
    ]
    return (header, *rows) if rows else ()


def _personal(questionnaire: Questionnaire) -> list[tuple[Question, Kind]]:
    kinds = [(question, kind_of(question)) for question in questionnaire.questions() if question.kind != "note"]
    return [(question, kind) for question, kind in kinds if kind != "opinion"]


def _combinations(questionnaire: Questionnaire, round_: Round | None, language: str) -> tuple[str, ...]:
    """How many cells the traits make: the more, the easier a person is recognised (k-anonymity's view)."""
    traits = [q for q in questionnaire.questions() if q.role == "respondent" and q.scale and q.kind == "select_one"]
    cells = prod(len(question.scale.options) for question in traits if question.scale)
    told = [word("DPIA_RISK_CELLS", language, cells=_whole(cells))]
    if round_ and round_.places:
        places = len(round_.places)
        told.append(word("DPIA_RISK_PLACES", language, places=_whole(places), all=_whole(cells * places)))
    if traits:
        told.append(word("DPIA_RISK_ONE", language, names=" ".join(say(trait.label, language) for trait in traits)))
    return tuple(told)


def _whole(number: int) -> str:
    return f"{number:,}".replace(",", ".")
