"""axe-core, which finds faults of a page for users of assistive technology."""

import base64
import hashlib
import io
import os
import tarfile
import time
import urllib.request
from pathlib import Path

VERSION = "4.14.1"
INTEGRITY = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""The SHA-512 of the package, as the registry gives it."""
ADDRESS = f"https://registry.npmjs.org/axe-core/-/axe-core-{VERSION}.tgz"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "control-map" / f"axe-core-{VERSION}.tgz"


def axe_script() -> str:
    """Return the script, from the cache or from npm; nothing but the pinned package is ever used.

    Raises
    ------
    OSError
        If the registry cannot be reached.
    """
    if not (CACHE.exists() and _is_pinned(CACHE.read_bytes())):
        package = _fetched()
        assert _is_pinned(package), f"{ADDRESS} is not the package it was"
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        unfinished = CACHE.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(package)
        unfinished.replace(CACHE)
    with tarfile.open(fileobj=io.BytesIO(CACHE.read_bytes())) as package_files:
        script = package_files.extractfile("package/axe.min.js")
        assert script
        return script.read().decode()


def _fetched(attempts: int = 3) -> bytes:
    try:
        with urllib.request.urlopen(ADDRESS, timeout=30) as answer:
            return answer.read()
    except OSError:
        if attempts == 1:
            raise
    time.sleep(1)
    return _fetched(attempts - 1)


def _is_pinned(package: bytes) -> bool:
    return base64.b64encode(hashlib.sha512(package).digest()).decode() == INTEGRITY
