"""Tests are run on changed copies of the code, one after the other, in a separate process, see `Mutants`.

The libraries that the code needs are imported once, before a process is forked for each copy: the import takes longer
than most tests.
"""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_LIBRARIES = ("geopandas", "jinja2", "pandas", "pandera.pandas", "pyarrow.parquet", "pydantic", "pyogrio", "rapidfuzz")
_OPTIONS = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""The last one: pytest warns that it cannot rewrite the asserts of modules that are imported already."""


class Mutants:
    """The process that runs the tests, as long as the block lasts."""

    def __enter__(self) -> Self:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([sys.executable, __file__], **pipes)  # type: ignore[call-overload]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()

    def run(self, folder: Path, test: str) -> tuple[int, str]:
        """Run a test of a copy of the code; return pytest's exit code and its output."""
        self._process.stdin.write(json.dumps([str(folder), test]) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return code, (folder / "output.txt").read_text("utf-8")


def _run(folder: str, test: str) -> int:
    os.chdir(folder)
    output = os.open("output.txt", os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    # pytest is imported only here, so that it finds the copy, as if it were started there.
    pytest = importlib.import_module("pytest")
    return int(pytest.main([*_OPTIONS, test]))


def _serve() -> None:
    sys.path.pop(0)  # this folder: none of these modules is in it
    for name in _LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            code = 99
            try:
                code = _run(*json.loads(line))
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _serve()
