"""The public API: the names that `control_map` offers, its example, and the installed command."""

import doctest
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import control_map
from tests.conftest import SHIPPED

ROOT = SHIPPED.parents[1]


def test_each_public_name_is_there_and_says_what_it_is():
    for name in control_map.__all__:
        assert getattr(control_map, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'atlantis'"):
        control_map.atlantis  # noqa: B018 - asking for it is the test


@pytest.mark.slow
def test_the_example_of_the_package_does_what_it_shows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testmod(control_map)
    assert tried > 8
    assert not failed


def test_asking_for_help_imports_no_map():
    script = "import sys, control_map; print(sorted({'folium', 'geopandas', 'streamlit'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_package_needs_the_libraries_that_the_requirements_explain():
    explained, _ = (ROOT / "requirements.txt").read_text("utf-8").split("# The tests")
    lines = [line.split("#") for line in explained.splitlines() if line and not line.startswith("#")]
    assert all(reason.strip() for _, reason in lines)
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert needed == [library.strip() for library, _ in lines]


def test_the_lock_file_pins_each_library_that_the_package_needs_with_its_hashes():
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    text = (ROOT / ".github" / "requirements.lock").read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all("--hash=sha256:" in line for line in lines)
    pinned = {canonicalize_name(name): version for name, version in re.findall(r"(?m)^([\w-]+)==([^ ;]+)", text)}
    for requirement in map(Requirement, needed):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


@pytest.mark.slow
def test_a_wheel_has_the_package_with_its_templates_and_scripts_and_nothing_else(tmp_path: Path):
    source = tmp_path / "source"  # the build leaves folders behind where it runs
    shutil.copytree(ROOT / "control_map", source / "control_map", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(build, check=True, capture_output=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("control_map-*.whl")
    there = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "control_map").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {name for name in there if ".dist-info/" not in name} == wanted
    (entry_points,) = (name for name in there if name.endswith("entry_points.txt"))
    assert "control-map = control_map.cli.main:main" in zipfile.ZipFile(wheel).read(entry_points).decode()


@pytest.mark.slow
def test_the_page_starts_without_the_code_that_makes_new_maps():
    script = "import sys, control_map.ui.page; print([m for m in sys.modules if 'new_theatre' in m])"
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
