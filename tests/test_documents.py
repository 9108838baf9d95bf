"""What the documents name is there: modules, folders and files of this project, links between pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]
ROOMS = ("kiosk", "config", "tests", "docs", "scripts")
SHELVES = ("", "kiosk/", "kiosk/visits/", "kiosk/desk/", "tests/", "config/", "docs/", "docs/decisions/")
"""Where a path that a page names may begin: pages on one room leave its name out."""

MADE_LATER = {"docs/pictures/all"}  # not kept in the repository

NAMED = re.compile(rf"`([\w./-]+\.(?:py|toml|md)|(?:{'|'.join(ROOMS)})/[\w./-]*)`")
LINKED = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def title(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


def is_there(name: str) -> bool:
    if name in MADE_LATER or any((PROJECT / shelf / name).exists() for shelf in SHELVES):
        return True
    return "/" not in name and any(any((PROJECT / room).rglob(name)) for room in ROOMS)


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [name for name in NAMED.findall(text) if not is_there(name)] == []
    assert [link for link in LINKED.findall(text) if not (page.parent / link).exists()] == []


def test_every_room_stands_in_the_readme() -> None:
    """The house section: one line for each folder of the program, and none for what is gone."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    house = readme.split("\n## The house\n")[1].split("\n## ")[0]
    rooms = {
        room.name
        for room in (PROJECT / "kiosk").iterdir()
        if room.is_dir() and (room / "__init__.py").exists()
    }
    assert set(re.findall(r"^    kiosk/(\w+)/", house, re.MULTILINE)) == rooms
    assert [name for name in re.findall(r"\b(\w+\.py)\b", house) if not is_there(f"kiosk/{name}")] == []
