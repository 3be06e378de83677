"""How is data protection worked from the command line? `hailong dpia` writes the assessment, `hailong tidy` removes."""

import argparse
import sys
from pathlib import Path

from survey import clock
from survey.command import Commands, add_command, read_file, write_files
from survey.errors import Refused, word
from survey.instruments import load, shipped
from survey.privacy.assessment import assessment
from survey.privacy.document import word_file
from survey.privacy.retention import tidy
from survey.questionnaire import Questionnaire
from survey.site import FOLDER, existing
from survey.xlsform import read_workbook

_OUT = "danh-gia-tac-dong.docx"


def add_commands(commands: Commands, language: str) -> None:
    """The commands `dpia` and `tidy`."""
    assessing = add_command(commands, "dpia", _dpia, language)
    ids = ", ".join(shipped())
    assessing.add_argument("instrument", metavar="ID_OR_FILE", help=word("DPIA_OPT_WHICH", language, ids=ids))
    assessing.add_argument("--out", metavar="X.docx", default=_OUT, help=word("DPIA_OPT_OUT", language))
    tidying = add_command(commands, "tidy", _tidy, language)
    of_folder = word("CLI_OPT_DATA", language, folder=FOLDER)
    tidying.add_argument("--data", metavar=word("CLI_FOLDER", language), help=of_folder)


def _dpia(given: argparse.Namespace) -> None:
    made = assessment(_questionnaire(given.instrument), None, given.language)
    write_files({given.out: word_file(made)}, given.language)


def _questionnaire(which: str) -> Questionnaire:
    """The shipped one of this id, else the workbook of this name."""
    return load(which) if which in shipped() else read_workbook(read_file(Path(which)), name=which)


def _tidy(given: argparse.Namespace) -> None:
    """Raises Refused with what could not be removed."""
    with existing(given.data) as here:
        removed = tidy(here.store, clock.today())
    counts = {"drafts": removed.drafts, "invitations": removed.invitations, "answers": removed.answers}
    sys.stdout.write(word("TIDY_DONE", given.language, **counts) + "\n")
    if removed.faults:
        raise Refused(removed.faults)
