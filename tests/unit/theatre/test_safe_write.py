"""Files are written whole or not at all, and what an ended process left goes with the next one."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from control_map.core.errors import WriteError
from control_map.theatre import safe_write

LEFT = ".control-map-unfinished-abcd1234"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_when_the_new_one_is_complete(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def write(unfinished: Path) -> None:
        unfinished.write_text("new")
        assert target.read_text() == "old"

    safe_write.replace_file(target, write)
    assert (target.read_text(), names(tmp_path)) == ("new", ["a.txt"])


def test_a_file_that_cannot_be_written_says_why_and_leaves_the_old_one(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail(unfinished: Path) -> None:
        unfinished.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(WriteError, match="No space left"):
        safe_write.replace_file(target, fail)
    assert (target.read_text(), names(tmp_path)) == ("old", ["a.txt"])


def test_what_an_ended_process_left_is_removed_but_not_what_one_is_writing(tmp_path):
    (tmp_path / LEFT).mkdir()
    (tmp_path / LEFT / "half.txt").write_text("half")
    with safe_write.temporary_folder(tmp_path) as busy:
        (busy / "half.txt").write_text("half")
        safe_write.replace_file(tmp_path / "a.txt", lambda unfinished: unfinished.write_text("new"))
        assert names(tmp_path) == sorted([busy.name, "a.txt"])
        assert (busy / "half.txt").exists()
    assert names(tmp_path) == ["a.txt"]


def test_folders_and_links_of_others_stay(tmp_path):
    (tmp_path / "precious").mkdir()
    kept = [
        ".control-map-settings",
        ".control-map-unfinished-abcd12345",
        ".control-map-unfinished-ABCD1234",
        "control-map-abcd1234",
    ]
    for name in kept:
        (tmp_path / name).mkdir()
    (tmp_path / LEFT).symlink_to(tmp_path / "precious")
    (tmp_path / ".control-map-unfinished-file1234").write_text("a file")
    safe_write.remove_unfinished(tmp_path)
    assert names(tmp_path) == sorted([*kept, LEFT, ".control-map-unfinished-file1234", "precious"])


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_writes_leaves_the_old_file_and_nothing_for_long(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    script = (
        "import sys, pathlib; from control_map.theatre import safe_write; "
        "safe_write.replace_file(pathlib.Path(sys.argv[1]), "
        "lambda path: (path.write_text('half'), print('writing', flush=True), sys.stdin.read()))"
    )
    command = [sys.executable, "-c", script, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        safe_write.remove_unfinished(tmp_path)
        assert len(names(tmp_path)) == 2, "it is still writing"
        process.send_signal(signal.SIGKILL)
    assert target.read_text() == "old"
    safe_write.replace_file(tmp_path / "b.txt", lambda unfinished: unfinished.write_text("new"))
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_a_new_folder_that_another_process_removes_before_it_is_locked_is_made_again(tmp_path, monkeypatch):
    real, made = os.open, []

    def open_late(path, flags, *rest):
        made.append(Path(path))
        if len(made) == 1:
            made[0].rmdir()
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", open_late)
    with safe_write.temporary_folder(tmp_path) as folder:
        assert folder.is_dir()
        assert folder != made[0]


def test_of_two_that_lock_a_folder_the_second_waits(tmp_path, monkeypatch):
    order, about_to_lock = [], threading.Event()
    lock = safe_write.fcntl.flock

    def report_and_lock(*given: int) -> None:
        if threading.current_thread() is waiting:
            about_to_lock.set()
        lock(*given)

    def second() -> None:
        with safe_write.locked_folder(tmp_path):
            order.append("second")

    waiting = threading.Thread(target=second)
    monkeypatch.setattr(safe_write.fcntl, "flock", report_and_lock)
    with safe_write.locked_folder(tmp_path):
        waiting.start()
        assert about_to_lock.wait(60)
        waiting.join(0.05)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_without_locks_files_are_written_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(safe_write, "fcntl", None)
    (tmp_path / LEFT).mkdir()
    with safe_write.locked_folder(tmp_path):
        safe_write.replace_file(tmp_path / "a.txt", lambda unfinished: unfinished.write_text("new"))
    assert names(tmp_path) == [LEFT, "a.txt"]
