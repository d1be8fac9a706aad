"""Find bytes that break a reader. Atheris is needed, which nothing else needs: `pip install atheris`.

    python -m tests.fuzz --seconds 120          each reader for two minutes, one after the other
    python -m tests.fuzz excel --seconds 600    one of them

What breaks one is put into `tests/fuzz/found/`; all that is there is read again by `tests/test_fuzz.py`.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["control_map"]):
    from tests.fuzz import readers


def fuzz(reader: str, seconds: int) -> None:
    """Make up bytes for one reader; this ends the process."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(readers.seeds(reader)):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", "-timeout=30", "-rss_limit_mb=3000", "-max_len=20000"]
        found = f"-artifact_prefix={readers.FOUND}/{reader}-"
        atheris.Setup([sys.argv[0], *options, found, corpus], readers.READERS[reader])
        atheris.Fuzz()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("reader", nargs="?", choices=readers.READERS)
    options.add_argument("--seconds", type=int, default=120)
    chosen = options.parse_args()
    if chosen.reader:
        fuzz(chosen.reader, chosen.seconds)
    for reader in readers.READERS:
        command = [sys.executable, "-m", "tests.fuzz", reader, "--seconds", str(chosen.seconds)]
        subprocess.run(command, check=False)


if __name__ == "__main__":
    main()
