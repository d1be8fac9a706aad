"""A pack is read once, and again when one of its files is another one."""

import os
from pathlib import Path

import pytest

from control_map.theatre.theatre import PACK_FILES
from control_map.ui.state import cached_results


@pytest.fixture
def read(monkeypatch) -> list[Path]:
    """The folders from which packs were read."""
    folders: list[Path] = []
    monkeypatch.setattr(cached_results, "load_pack", lambda folder: folders.append(folder) or len(folders))
    return folders


def test_a_pack_is_read_again_when_a_file_was_replaced_by_a_copy_that_keeps_its_times(tmp_path, read):
    file, copy = tmp_path / PACK_FILES[0], tmp_path / "copy"
    file.write_text("old")
    assert [cached_results.cached_pack(tmp_path) for _ in range(2)] == [1, 1]
    copy.write_text("new")
    os.utime(copy, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    copy.replace(file)
    assert [cached_results.cached_pack(tmp_path) for _ in range(2)] == [2, 2]
    assert read == [tmp_path] * 2


def test_a_pack_is_read_again_when_a_file_is_longer_though_its_times_were_set_back(tmp_path, read):
    file = tmp_path / PACK_FILES[0]
    file.write_text("old")
    times = file.stat()
    cached_results.cached_pack(tmp_path)
    file.write_text("longer")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    cached_results.cached_pack(tmp_path)
    assert read == [tmp_path] * 2


def test_a_file_that_goes_while_it_is_looked_at_is_a_missing_file(tmp_path, read, monkeypatch):
    before = cached_results.cached_pack(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _: True)  # a moment ago, it was
    assert cached_results.cached_pack(tmp_path) == before
    assert read == [tmp_path]
