"""What people notice is told in small files, one for each change, which become the changelog."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.source import ROOT

FOLDER = ROOT / "docs" / "changelog.d"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gather", FOLDER / "gather.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


gather = loaded()


def test_every_file_is_for_somebody_and_holds_points() -> None:
    text = gather.gathered(FOLDER)
    for path in gather.fragments(FOLDER):
        assert path.read_text(encoding="utf-8").strip() in text


def test_a_version_takes_the_points_and_leaves_the_versions_before(tmp_path: Path) -> None:
    (tmp_path / "sooner.families.md").write_text("- Sooner.\n")
    (tmp_path / "keys.operators.md").write_text("- Keys\n  change.\n")
    changelog = tmp_path / "LOG"
    changelog.write_text("# Changelog\n\nFor people.\n")
    gather.release("1.0", "2027-01-01", tmp_path, changelog)
    (tmp_path / "later.volunteers.md").write_text("- Later.\n")
    gather.release("1.1", "2027-02-01", tmp_path, changelog)
    assert list(tmp_path.glob("*.md")) == []
    assert changelog.read_text() == (
        "# Changelog\n\nFor people.\n"
        "\n## 1.1 (2027-02-01)\n\n### Volunteers\n\n- Later.\n"
        "\n## 1.0 (2027-01-01)\n\n### For whoever runs it, before an upgrade\n\n- Keys\n  change.\n"
        "\n### Families\n\n- Sooner.\n"
    )
    with pytest.raises(gather.Refused):
        gather.release("1.2", "2027-03-01", tmp_path, changelog)


@pytest.mark.parametrize(
    ("name", "text"),
    [("sooner.md", "- A.\n"), ("sooner.nobody.md", "- A.\n"), ("a.families.md", "No point.\n")],
)
def test_a_file_that_nobody_would_find_is_refused(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(gather.Refused, match=name.split(".")[0]):
        gather.gathered(tmp_path)
