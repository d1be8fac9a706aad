"""Kill each command that writes at random moments, and see what it leaves. By hand: `python -m tests.bench.kill`.

`python -m tests.bench.kill 100 brief.html site` kills only the commands that write these, each a hundred times. A
command runs in a copy of this process that has imported everything. Half of the kills come at any moment of its work,
half while it writes. After each kill the target must be absent, the old one or the whole new one. After a further
command beside it, nothing unfinished may be there. At last, two of each command write to one target at once.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from control_map.cli import main as command_line
from control_map.render.site.publish import FILES_FOLDER, MANIFEST_NAME
from control_map.theatre import safe_write
from tests.support.writing_commands import WRITING, arguments, write_inputs

Content = bytes | dict[str, bytes] | None
OLD = b"the old one"
ENDS_SECONDS = 10
"""A killed command's own processes end just after it; on a busy machine that takes a while."""


def content_of(target: Path) -> Content:
    """Return what is at a target: bytes, those of the files in a folder, or None."""
    if not target.exists():
        return None
    if target.is_file():
        return target.read_bytes()
    return {str(path.relative_to(target)): path.read_bytes() for path in sorted(target.rglob("*")) if path.is_file()}


def start(words: list[str]) -> int:
    """Start a command in a copy of this process, without output, and return its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    with contextlib.suppress(BaseException):
        sys.argv = ["control_map", *words]
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
            try:
                command_line.main()
            except SystemExit as end:
                code = int(end.code or 0)
    os._exit(code)


def is_whole_site(content: Content, reference: Content) -> bool:
    """Whether a folder has a page whose files are all there, and only files that it names."""
    assert isinstance(content, dict)
    assert isinstance(reference, dict)
    content = {name: data for name, data in content.items() if ".control-map-unfinished-" not in name}
    if "index.html" not in content:  # nothing was published yet: there is no page
        return set(content) <= set(reference)
    asked = re.findall(rb"[\w-]+-[0-9a-f]{10}\.\w+", content["index.html"])
    names = json.loads(content[MANIFEST_NAME])
    listed = {*names["files"], *names["earlier_files"], MANIFEST_NAME}
    return {FILES_FOLDER + name.decode() for name in asked} <= set(content) <= listed


def wait_for_change(folder: Path, longest: float) -> None:
    """Wait until a command begins to write, and then for a random part of the time that writing takes."""
    before, until = snapshot(folder), time.monotonic() + 3 * longest
    while snapshot(folder) == before and time.monotonic() < until:
        time.sleep(0.0005)
    time.sleep(random.choice([0, random.uniform(0, 0.005), random.uniform(0, 0.1)]))


def snapshot(folder: Path) -> list[tuple[str, int]]:
    found = []
    for within, folders, files in os.walk(folder):  # which minds no folder that is removed meanwhile
        for name in (*folders, *files):
            with contextlib.suppress(OSError):
                found.append((name, Path(within, name).stat().st_mtime_ns))
    return found


def judge(name: str, content: Content, reference: Content, old: Content) -> str:
    if content is None:
        return "absent" if old is None else "LOST"
    if content == reference:
        return "new"
    if content == old:
        return "old"
    if name == "site":
        return "whole site" if is_whole_site(content, reference) else "BROKEN"
    return "BROKEN"


def left_behind(folder: Path) -> int:
    return sum(safe_write.is_unfinished(path) for path in folder.rglob("*"))


def can_be_cleaned(folder: Path) -> bool:
    """Whether a further command in a folder removes what a killed one left, once that has really ended."""
    until = time.monotonic() + ENDS_SECONDS
    while time.monotonic() < until:
        safe_write.replace_file(folder / "another", lambda path: path.write_bytes(OLD))
        if not left_behind(folder):
            return True
        time.sleep(0.05)
    return False


def attack(name: str, inputs: Path, pack: Path, scratch: Path, kills: int) -> Counter[str]:
    """Kill one command at random moments, and count what it left."""
    found: Counter[str] = Counter()
    target = scratch / "reference" / name
    target.parent.mkdir()
    begun = time.monotonic()
    assert os.waitpid(start(arguments(name, inputs, pack, target)), 0)[1] == 0, name
    duration, reference = time.monotonic() - begun, content_of(target)
    folder = scratch / "target"
    for number in range(kills):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        target = folder / name
        if number % 2 and name == "site":
            shutil.copytree(scratch / "reference" / name, target)
        elif number % 2 and name != "new-pack":
            target.write_bytes(OLD)
        old = content_of(target)
        child = start(arguments(name, inputs, pack, target))
        if number % 4 < 2:
            time.sleep(random.uniform(0, duration))
        else:
            wait_for_change(folder, duration)
        os.kill(child, signal.SIGKILL)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        found["killed" if killed else "finished before"] += 1
        found[judge(name, content_of(target), reference, old)] += 1
        found["left something unfinished"] += left_behind(folder) > 0
        if name == "site" and number % 10 == 0:
            assert os.waitpid(start(arguments(name, inputs, pack, target)), 0)[1] == 0, "the next one must succeed"
            found["STILL THERE"] += left_behind(target) > 0
            found["BROKEN"] += not is_whole_site(content_of(target), reference)
        found["STILL THERE"] += name != "site" and not can_be_cleaned(folder)
    for _ in range(5):
        shutil.rmtree(folder)
        folder.mkdir()
        both = [start(arguments(name, inputs, pack, folder / name)) for _ in range(2)]
        codes = [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in both]
        whole = content_of(folder / name) == reference and not left_behind(folder)
        found["two at once"] += 1
        found["BROKEN"] += not whole or (codes != [0, 0] and (name != "new-pack" or 0 not in codes))
    shutil.rmtree(scratch)
    return found


def main(kills: int, names: list[str]) -> None:
    random.seed(14)
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder)
        pack = write_inputs(inputs)
        total: Counter[str] = Counter()
        for name in names or WRITING:
            scratch = inputs / "scratch"
            scratch.mkdir()
            found = attack(name, inputs, pack, scratch, kills)
            total += found
            print(f"{name:16}", ", ".join(f"{what} {count}" for what, count in found.items() if count), flush=True)
        print("all             ", ", ".join(f"{what} {count}" for what, count in total.items()))
        sys.exit(any(total[what] for what in ("LOST", "BROKEN", "STILL THERE")))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2:])
