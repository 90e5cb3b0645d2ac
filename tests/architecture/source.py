"""The project's own source, parsed once: what the architecture tests look at."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Module:
    path: str  # "backend/rota/policy.py"
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """ "backend.rota" for an app's module, "matching" or "scheduler" for the others."""
        parts = self.path.split("/")
        return ".".join(parts[:2]) if parts[0] == "backend" and len(parts) > 2 else parts[0]

    def imports(self) -> list[tuple[int, str]]:
        """Every imported module with its line, inside functions too."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        return found


@cache
def files(pattern: str) -> tuple[str, ...]:
    """Tracked and new files that match a git pathspec, so that a virtual environment never
    counts."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern]
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    return tuple(sorted(path for path in listed if path and (ROOT / path).is_file()))


@cache
def parsed(text: str) -> ast.Module:
    """The tree of a text: every guard looks at the same one."""
    return ast.parse(text)


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    paths = [p for folder in folders for p in files(f"{folder}/*.py") if "/migrations/" not in p]
    texts = [(p, (ROOT / p).read_text(encoding="utf-8")) for p in paths]
    return tuple(Module(p, text, parsed(text)) for p, text in texts)
