"""The rules of the house that a linter does not know; what is missing is named."""

from __future__ import annotations

import re
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from app.contracts.schemas import latest
from app.topics import TOPICS
from tools.reference import DOCS, PAGES, RULES

ROOT = Path(__file__).resolve().parents[2]
MACHINE_PATH = re.compile(r"(?<![\w.])/(home/\w|Users/\w|root/|work/\w|tmp/\w)")
STORIES = {
    "positions": "tests/stories/positions",
    "purchase-orders": "tests/stories/orders",
    "sightings": "tests/stories/sightings",
    "masters": "tests/stories/masters",
}
ROWS = [(table, rule.code) for table, rules in RULES.items() for rule in rules]


def ours(*patterns: str) -> list[Path]:
    """Files under version control, and those about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", ours("*.py"), ids=named)
def test_no_module_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


def test_no_file_names_a_path_of_somebody_s_machine() -> None:
    texts = ours("*.py", "*.md", "*.toml", "*.yaml", "*.yml", "*.txt", "*.avsc", "*.json", "Makefile", ".ci/*")
    found = [named(path) for path in texts if MACHINE_PATH.search(path.read_text()) and path != Path(__file__)]
    assert not found


def test_requirements_are_locked_by_hash_and_name_no_index() -> None:
    for path in ours("requirements/*.txt"):
        text = path.read_text()
        assert text.count("==") == len(re.findall(r"^\S+==\S+ \\$", text, re.MULTILINE)), named(path)
        assert "--index-url" not in text, named(path)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_every_topic_has_a_schema(topic) -> None:
    assert latest(topic.schema).raw["type"] == "record"


@pytest.mark.parametrize(("table", "code"), ROWS)
def test_every_rule_has_a_story_that_fires_one_that_is_quiet_and_a_runbook(table: str, code: str) -> None:
    folder = STORIES[table]
    stories = [import_module(named(path)[:-3].replace("/", ".")) for path in ours(f"{folder}/*.py")]
    assert any(code in getattr(story, "FIRES", ()) for story in stories), f"no FIRES[{code!r}] in {folder}"
    assert any(code in getattr(story, "QUIET", ()) for story in stories), f"no QUIET[{code!r}] in {folder}"
    assert (DOCS / "runbooks" / f"{code}.md").is_file(), f"no docs/runbooks/{code}.md"


def test_every_runbook_belongs_to_a_rule() -> None:
    assert {path.stem for path in (DOCS / "runbooks").glob("*.md")} <= {code for _, code in ROWS}


@pytest.mark.parametrize("name", PAGES)
def test_reference_pages_say_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text() == PAGES[name](), "run `make docs`"


def test_no_picture_is_left_of_what_the_code_draws_no_more() -> None:
    drawn = {path.relative_to(DOCS).as_posix() for path in (DOCS / "reference").iterdir()}
    assert drawn == {name for name in PAGES if name.startswith("reference/")}


def test_every_make_command_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path in ours("*.md"):
        wanted = set(re.findall(r"(?:^ {4}|`|\$ )make ([a-z]+)", path.read_text(), re.MULTILINE))
        assert wanted <= targets, named(path)


def test_links_between_pages_lead_somewhere() -> None:
    for path in ours("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            assert (path.parent / target).exists(), f"{named(path)} -> {target}"
