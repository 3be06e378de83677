"""A person in front of the Streamlit form."""

from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest

from survey import site as shared
from survey.links import link_token
from survey.response import Response
from survey.round import Desk
from tests.survey.builders import ROUND

DESK = Desk(code="Q1", name="Quầy 1", place="P01")
OPEN = replace(ROUND, opens=date(2020, 1, 1), closes=None, desks=(DESK,))


def page() -> None:
    from survey.pages import form  # noqa: PLC0415  AppTest runs this function's text

    form.show()


class Form:
    """A person in front of the form, by default through the signed link of a place."""

    def __init__(self, **address: str) -> None:
        self.at = AppTest.from_function(page, default_timeout=20)
        for name, value in {"dot": "dot-1", "tu": link_token(shared.site().secret, "dot-1", "P01"), **address}.items():
            if value:
                self.at.query_params[name] = value
        self.at.run()
        assert not self.at.exception

    @property
    def key(self) -> str:
        value = self.at.query_params["k"]
        return value if isinstance(value, str) else value[0]

    def press(self, label: str) -> "Form":
        button = next(button for button in self.at.button if button.label == label)
        button.click()
        return self.run()

    def run(self) -> "Form":
        self.at.run()
        assert not self.at.exception
        return self

    def widget(self, kind: str, question: str) -> Any:
        return next(widget for widget in self.at.get(kind) if str(widget.key).startswith(f"q-{question}-"))

    def choose(self, question: str, value: str) -> "Form":
        self.widget("radio", question).set_value(value)
        return self

    def write(self, question: str, value: str) -> "Form":
        self.widget("text_input", question).set_value(value)
        return self

    def titles(self) -> list[str]:
        return [title.value for title in self.at.title]

    def errors(self) -> str:
        return "\n".join(error.value for error in self.at.error)

    def asked(self) -> set[str]:
        kinds = ("radio", "button_group", "text_area", "text_input", "number_input", "date_input")
        keys = [str(widget.key) for kind in kinds for widget in self.at.get(kind)]
        return {key.split("-")[1] for key in keys if key.startswith("q-")}

    def text(self) -> str:
        kinds = ("markdown", "caption", "title", "header", "info", "warning")
        notice = [unescape(part.proto.body) for part in self.at.get("html")]
        return "\n".join([*(part.value for kind in kinds for part in self.at.get(kind)), *notice]).replace("\\", "")

    def fill_every_kind(self) -> "Form":
        """An answer of every kind; the last ones are not sent to the server yet."""
        self.choose("used", "1").run()
        self.widget("button_group", "ways").set_value(["desk", "web"])
        self.widget("number_input", "times").set_value(3)
        self.choose("q1", "2").run()
        self.widget("text_area", "why").set_value("Phải đợi lâu")
        self.write("fee", "1,5")
        self.widget("date_input", "day").set_value(date(2026, 11, 2))
        return self

    def fill(self) -> "Form":
        """All that must be answered, on one page."""
        return self.choose("used", "1").run().choose("q1", "5")

    def fill_steps(self) -> "Form":
        """Up to the last step, all in order."""
        self.press("Bắt đầu trả lời").choose("used", "1").run()
        return self.press("Tiếp tục").choose("q1", "5").press("Tiếp tục")


def stored(here: shared.Site) -> tuple[Response, ...]:
    return tuple(here.store.responses("dot-1"))


def typed(form: Form, name: str) -> Any:
    return next(widget for widget in form.at.text_input if str(widget.key).startswith(f"{name}-"))
