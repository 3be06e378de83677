"""What we hand to an IT officer to copy is hardened as we say, and names commands, settings and addresses there are."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

import cli
from survey.care.settings import KNOWN
from survey.pages.public import KNOWN as CITIZENS
from survey.pages.public import OPEN

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
Unit = dict[str, list[str]]


def read(path: Path) -> Unit:
    """The settings of a unit with all values of each."""
    found: Unit = {}
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_service_may_no_more_than_it_needs(path: Path) -> None:
    unit = read(path)
    wanted = {
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "RestrictSUIDSGID": "yes",
        "CapabilityBoundingSet": "",
        "StateDirectoryMode": "0700",
        "SystemCallFilter": "@system-service",
    }
    assert {name: unit.get(name) for name in wanted} == {name: [value] for name, value in wanted.items()}
    assert re.fullmatch(r"\d+[MG]", unit["MemoryMax"][0])
    states = {f"/var/lib/{name}" for name in unit["StateDirectory"][0].split()}
    assert set(unit["ReadWritePaths"][0].split()) == states, "it writes where its data are and nowhere else"
    assert all("0.0.0.0" not in command for command in unit["ExecStart"])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_service_starts_commands_that_there_are(path: Path) -> None:
    commands = cli._parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    for line in read(path)["ExecStart"]:
        program, *arguments = line.lstrip("-").split()
        if program.endswith("/hailong"):
            options = commands[arguments[0]]._option_string_actions
            assert {each for each in arguments if each.startswith("--")} <= set(options)
        else:
            assert arguments[:3] == ["-m", "uvicorn", "survey.pages.public:app"]
            assert "--no-access-log" in arguments


def test_the_night_closes_before_it_backs_up_and_the_doctors_word_is_the_last() -> None:
    unit = read(DEPLOY / "systemd" / "hailong-nightly.service")
    done = [line.split("/hailong ")[1].split()[0] for line in unit["ExecStart"]]
    assert done == ["close-day", "backup", "tidy", "doctor"]
    assert [line.startswith("-") for line in unit["ExecStart"]] == [True, True, True, False]
    staff = read(DEPLOY / "systemd" / "hailong-staff.service")
    assert unit["User"] == staff["User"] == read(DEPLOY / "systemd" / "hailong.service")["User"]
    assert read(DEPLOY / "systemd" / "hailong-public.service")["User"] != staff["User"]
    timer = read(DEPLOY / "systemd" / "hailong-nightly.timer")
    hour = re.fullmatch(r"\*-\*-\* 0[0-4]:[0-5]\d:00 Asia/Ho_Chi_Minh", timer["OnCalendar"][0])
    assert hour and timer["Persistent"] == ["true"]


def test_the_examples_set_what_the_program_reads() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DEPLOY.rglob("*") if path.is_file())
    assert set(re.findall(r"\bHAILONG_[A-Z_]+\b", text)) <= KNOWN
    assert "password@127.0.0.1" in text, "a password in an example is the word password"


def location(text: str, server: str) -> dict[str, str]:
    """The locations of a server of nginx, with what is inside."""
    block = text.rsplit(f"server_name {server};", maxsplit=1)[-1].partition("\nserver {")[0]
    return dict(re.findall(r"location ((?:= |\^~ )?\S+)\s*\{(.*?)\}", block, re.S))


def test_citizens_reach_their_pages_and_nothing_else() -> None:
    text = (DEPLOY / "nginx" / "hailong.conf").read_text("utf-8")
    open_ = location(text, "khaosat.example.vn")
    assert "return 404" in open_.pop("/")
    assert set(open_) == {f"= {path}" for path in CITIZENS} | {f"^~ {start}" for start in OPEN}
    assert all("hailong_citizens" in inside for inside in open_.values())


def test_the_proxy_tells_who_asks_and_keeps_no_log_of_it() -> None:
    text = (DEPLOY / "nginx" / "hailong.conf").read_text("utf-8")
    redirecting, nameless, *servers = text.split("\nserver {")[1:]
    assert "return 301" in redirecting and "access_log off;" in redirecting
    assert "default_server" in nameless and "ssl_reject_handshake on;" in nameless
    for server in servers:
        assert "access_log off;" in server
        assert not re.search(r"^\s*access_log /", server, re.M)
    for server in servers:
        assert "proxy_set_header X-Forwarded-For $remote_addr;" in server, "what came from outside is thrown away"
        assert "proxy_set_header Host $http_host;" in server
        for word in ("Strict-Transport-Security", "gzip on;", "limit_req ", "limit_conn ", "ssl_protocols TLSv1.2"):
            assert word in server
    assert "client_max_body_size 64k;" in servers[0] and "client_max_body_size 20m;" in servers[1]
    assert "deny all;" in servers[1] and "/_stcore/stream" in servers[1] and "Upgrade $http_upgrade" in servers[1]
    assert "return 404" in location(text, "ban-lam-viec.example.vn")["= /metrics"]
    format_ = re.search(r"log_format .*;", text)
    assert format_ and not re.search(r"\$(remote_addr|request\b|request_uri|uri|args|http_)", format_.group())
    assert text.count("{") == text.count("}")


def test_the_container_is_nobodys_root_and_fetches_nothing() -> None:
    text = (DEPLOY / "container" / "Containerfile").read_text("utf-8")
    assert re.search(r"^USER 10001:10001$", text, re.M)
    assert text.index("USER 10001") < text.index('CMD ["hailong"')
    assert "--require-hashes" in text and text.count("pip install") == text.count("--no-index")
    assert re.findall(r"^VOLUME (.*)$", text, re.M) == ["/data"]
    (made,) = re.findall(r"install -d -o 10001 -g 10001 -m 0700 (.*)$", text, re.M)
    assert "apt" not in text and "curl" not in text
    compose = (DEPLOY / "container" / "compose.yaml").read_text("utf-8")
    for word in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert compose.count(word) == 2
    assert set(re.findall(r"^ +- \w+:(/\w+)$", compose, re.M)) == set(made.split()), (
        "a volume of root's takes no backup"
    )
    assert re.findall(r'- "([^"]*:8501)"', compose) == ["127.0.0.1:8501:8501"]
    assert "privileged: true" not in compose


def test_the_install_script_asks_no_network_and_compares_every_wheel() -> None:
    text = (DEPLOY / "install.sh").read_text("utf-8")
    assert subprocess.run(["sh", "-n", DEPLOY / "install.sh"], check=False).returncode == 0
    assert "--no-index" in text and "--require-hashes" in text and "sha256sum --check" in text


def test_everything_beside_the_source_is_in_the_wheel() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.setuptools.package-data]")[2]
    patterns = {
        name: re.findall(r'"([^"]+)"', listed)
        for name, listed in re.findall(r"^(\w+) = \[(.*?)\]", text.partition("\n[tool.")[0], re.M | re.S)
    }
    missing = [
        path.relative_to(ROOT).as_posix()
        for name, globs in patterns.items()
        for path in sorted((ROOT / name).rglob("*"))
        if path.is_file()
        and path.suffix not in (".py", ".pyc")
        and not any(fnmatch(path.name, pattern.rpartition("/")[2]) for pattern in globs)
    ]
    assert missing == []
    packages = {path.parent for name in patterns for path in (ROOT / name).rglob("*.py")}
    assert [path for path in packages if not (path / "__init__.py").exists()] == []
