"""What does one posting say? Where the person was, all answers so far, and what they pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from survey.errors import word
from survey.forms.accept import Submission
from survey.forms.draft import place_of
from survey.forms.light.entered import OWN, Fields, answers_in, first
from survey.forms.light.visit import PAGE, WIDE, Visit, query_of, read_stamp
from survey.round import Place
from survey.site import Site

MOVE, PLACE_FIELD, STAMP, TRAP, PAGE_FIELD = f"{OWN}di", f"{OWN}dv", f"{OWN}luc", f"{OWN}email", f"{OWN}trang"
SPEAK = f"{OWN}ngon_ngu"
ON, BACK, SAVE, CLEAR = "tiep", "lui", "luu", "bo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One posting: where the person was, all answers so far, and what they pressed."""

    seen: Visit
    move: str
    speaks: str  # the language that was pressed, empty if none
    number: int
    place: Place | None
    answers: Mapping[str, object]
    opened_at: datetime | None
    trap: bool
    now: datetime

    @property
    def nowhere(self) -> bool:
        """Whether the place has still to be said, on pages of its own."""
        return len(self.seen.form.round.places) > WIDE and self.place is None

    @property
    def sends(self) -> bool:
        """Whether the slip is sent. A form on one page has no other button but the languages."""
        pages = len(self.seen.form.pages)
        return not self.speaks and (pages == 1 or (self.move == ON and self.number == pages))

    @property
    def button(self) -> str:
        """What stands on the button that was pressed, or else on the page's main one."""
        main = "FORM_SEND" if self.number == len(self.seen.form.pages) else "FORM_NEXT"
        code = main if self.sends else {BACK: "FORM_BACK", SAVE: "LIGHT_SAVE"}.get(self.move, main)
        return word(code, self.seen.language)

    @property
    def submission(self) -> Submission:
        """What the door of all answers gets."""
        seen = self.seen
        return Submission(
            key=seen.key,
            answers=self.answers,
            language=seen.language,
            channel=seen.channel,
            place=self.place.code if self.place else None,
            opened_at=self.opened_at,
            desk=seen.desk,
            invitation=seen.code or None,
            trap=self.trap,
        )


def turn_of(now: datetime, site: Site, request: Request, fields: Fields, seen: Visit) -> Turn:
    """The turn that these posted fields are, at this moment (aware)."""
    form = seen.form
    asked_for = first(fields, PAGE_FIELD) or query_of(request).get(PAGE, "")
    number = min(max(int(asked_for), 1), len(form.pages)) if asked_for.isdecimal() and len(asked_for) < 4 else 1
    language = first(fields, SPEAK)
    return Turn(
        seen=seen,
        move=first(fields, MOVE),
        speaks=language if language in form.round.languages else "",
        number=number,
        place=seen.place or place_of(form.round, first(fields, PLACE_FIELD)),
        answers=answers_in(fields, form.questions(number)),
        opened_at=read_stamp(site.secret, seen.key, first(fields, STAMP)),
        trap=bool(first(fields, TRAP)),
        now=now,
    )
