"""What once broke a reader, and what each begins with, are read without a traceback."""

from pathlib import Path

import pytest

from tests.fuzz.readers import FOUND, READERS, seeds


@pytest.mark.parametrize("path", sorted(FOUND.glob("*-*")), ids=lambda path: path.name[:30])
def test_what_once_broke_a_reader_is_read_or_refused(path: Path) -> None:
    READERS[path.name.split("-")[0]](path.read_bytes())


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_holds_what_it_must_for_good_bytes(reader: str) -> None:
    for seed in seeds(reader):
        READERS[reader](seed)
