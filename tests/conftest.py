"""What holds for all tests. Under CI a skipped test is a failure: what a test needs, `.ci/run` installs."""

import os
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def same_main() -> Iterator[None]:
    """AppTest leaves its script behind as `__main__`, which a child process of a later test would then run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
