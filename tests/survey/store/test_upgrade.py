"""A store of every earlier version comes forward with all it holds. `old/` has what the programs of then wrote."""

import json
import os
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from pysqlite3 import dbapi2 as sqlite3  # the store's own: two libraries on one file lose each other's locks
from sqlalchemy import create_engine

from survey.care.manifest import Manifest, held, manifest_text, print_of_file
from survey.care.restore import restore
from survey.errors import Refused
from survey.ledger.chain import first_break
from survey.store import Store, migrate
from tests.survey.builders import QUESTIONNAIRE, response
from tests.survey.store.conftest import Server

OLD = Path(__file__).parent / "old"
VERSIONS = sorted(path.stem.removeprefix("v") for path in OLD.glob("*.sql"))
Rows = dict[str, list[dict[str, Any]]]


def loaded(path: Path, version: str) -> Path:
    """The file as the program of that version left it."""
    with closing(sqlite3.connect(path)) as file:
        file.executescript((OLD / f"v{version}.sql").read_text("utf-8"))
    return path


def rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        names = [row["name"] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(dict, file.execute(f"SELECT * FROM {name}")), key=repr) for name in names}


def test_there_is_a_store_of_every_version_but_the_newest() -> None:
    steps = sorted(path.name[1:5] for path in Path(migrate._STEPS, "versions").glob("v*.py"))
    assert steps[:-1] == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_in_an_older_file_is_there_after_the_upgrade(version: str, tmp_path: Path) -> None:
    path = loaded(tmp_path / "kho.db", version)
    before = rows(path)
    assert before["responses"] and before["alembic_version"] == [{"version_num": version}]
    with pytest.raises(Refused):
        Store.open(path, migrating=False)
    assert rows(path) == before, "who may not migrate has changed something"
    with Store.open(path) as store:
        (round_,) = store.rounds()
        assert store.questionnaire(round_.questionnaire).title == QUESTIONNAIRE.title
        slips = store.all_responses(round_.id)
        assert {slip.id for slip in slips} == {row["id"] for row in before["responses"]}
        assert store.counts(round_.id).voided == (version >= "0002")
        assert store.add(response(99, questionnaire=round_.questionnaire)), "it goes on taking slips"
    after = rows(path)
    for table, kept in before.items():
        for row in kept if table != "alembic_version" else ():
            assert any(row.items() <= now.items() for now in after[table]), (table, row)
        assert len(after[table]) == len(kept) + (table == "responses")
    Store.open(path, migrating=False).close()


def test_a_backup_of_an_older_program_is_restored_and_brought_forward(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    path = loaded(work / "hailong.sqlite3", "0003")
    with Store.open(loaded(tmp_path / "later.db", "0003")) as store:
        inside = held(store)
    manifest = Manifest(
        made="2026-11-21T17:30:00Z",
        program="0.0.9",
        database="SQLite",
        held=inside,
        files={path.name: print_of_file(path)},
    )
    (work / "manifest.json").write_text(manifest_text(manifest), "utf-8")
    with tarfile.open(tmp_path / "old.tar.gz", "w:gz") as tar:
        for name in ("manifest.json", path.name):
            tar.add(work / name, arcname=name)
    done = restore(tmp_path / "old.tar.gz", tmp_path / "new")
    assert done.migrated
    with Store.open(done.folder / "hailong.sqlite3", migrating=False) as store:
        assert store.counts(store.rounds()[0].id).total == 6


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= "0002"])  # PostgreSQL began there
def test_everything_in_an_older_servers_tables_is_there_after_the_upgrade(
    version: str, server: Server, tmp_path: Path
) -> None:
    name = f"cu_{version}_{os.getpid()}"
    server.run(f"CREATE DATABASE {name} OWNER chu")
    old = rows(loaded(tmp_path / "kho.db", version))
    engine = create_engine(
        "postgresql+pg8000://chu@/" + name, connect_args={"unix_sock": f"{server.folder}/.s.PGSQL.5432"}
    )
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA hailong")
        connection.exec_driver_sql("SET search_path = hailong")
        settings = Config(attributes={"connection": connection})
        settings.set_main_option("script_location", str(migrate._STEPS))
        settings.set_main_option("path_separator", "os")
        command.upgrade(settings, version)
        tables = ("questionnaires", "rounds", "round_settings", "responses", "working_papers")
        for table in (*tables, "office_papers", "staff_log"):
            for row in old.get(table, ()):
                names, gaps = ", ".join(row), ", ".join(["%s"] * len(row))
                connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({gaps})", tuple(row.values()))
    engine.dispose()
    with Store.open(server.url(name, "chu")) as store:
        (round_,) = store.rounds()
        assert {slip.id for slip in store.all_responses(round_.id)} == {row["id"] for row in old["responses"]}
        log = tuple(store.all_log())
        assert [entry.number for entry in log] == [row["number"] for row in old.get("staff_log", ())]
        assert first_break(log) is None
        papers = old.get("working_papers", [])
        newest = store.paper(round_.id, "points")
        assert (json.loads(newest.content) if newest else None) == ({"x": "Sai"} if papers else None)
        assert store.add(response(99, questionnaire=round_.questionnaire))
