"""A PostgreSQL store is backed up and examined like a file; here, where there is a server."""

from collections.abc import Callable
from pathlib import Path

from survey.care.backup import back_up
from survey.care.checks import Installation, examine, ready
from survey.care.restore import restore
from survey.ledger import signing_key
from survey.proof.closing import close_days
from survey.store import Store
from tests.survey.builders import furnished
from tests.survey.proof.slips import SECOND, slip
from tests.survey.store.conftest import Server
from tests.survey.store.test_whole import everything


def test_a_servers_backup_comes_back_in_a_folder_or_in_another_server(
    own: Callable[[str], str], server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    with furnished(own("chu")) as owner:
        for number in range(1, 30):
            owner.add(slip(number))
        close_days(owner, folder, signing_key(folder, lambda size: b"k" * size), SECOND)
        kept = everything(owner)
    with Store.open(own("ban"), role="staff") as desk:
        made = back_up(desk, folder, tmp_path / "backups", keep=1, now=SECOND, program="1")
    assert made.manifest.database.startswith("PostgreSQL")
    done = restore(made.last.file, tmp_path / "new")
    assert done.audit.clean
    with Store.open(done.folder / "hailong.sqlite3") as again:
        assert everything(again) == kept
    server.run("CREATE DATABASE lai OWNER chu")
    again_there = restore(made.last.file, tmp_path / "server", server.url("lai", "chu"))
    assert again_there.audit.clean
    assert not (again_there.folder / "hailong.sqlite3").exists()
    with Store.open(server.url("lai", "chu")) as there:
        assert everything(there) == kept


def test_loose_rights_of_a_server_are_a_fault(own: Callable[[str], str], server: Server, tmp_path: Path) -> None:
    url = own("chu")
    server.run("GRANT SELECT ON hailong.responses TO hailong_public", url.split("/")[3].partition("?")[0])
    with Store.open(url) as store:
        here = Installation(folder=tmp_path, role="staff", settings={"DATABASE_URL": url}, store=store)
        found = {each.check: each for each in examine(here, SECOND)}
    assert found["rights"].problem.code == "CAR_RIGHTS_LOOSE"
    assert "sqlite" not in found


def test_the_citizens_process_examines_what_its_rights_let_it_see(own: Callable[[str], str], tmp_path: Path) -> None:
    url = own("web")
    with Store.open(url, role="public") as store:
        here = Installation(folder=tmp_path, role="public", settings={"DATABASE_URL": url}, store=store)
        found = {each.check: each.problem.code for each in examine(here, SECOND) if each.level == "fault"}
        assert found == {"secrets": "CAR_NO_SECRET", "closing": "CAR_CLOSING_LATE"}, "and nothing that was denied"
        assert {each.check for each in ready(here, store, SECOND) if each.level == "fault"} == set()
