"""Problems and plans as files:

JSON, gzip where the name ends in .gz. A file appears whole or not at all.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from matching.formats.reading import problem_from_json
from matching.formats.writing import problem_to_json
from matching.plan import Plan, PlanError
from matching.problem import Problem, ProblemError


def read_problem(path: str | Path) -> Problem:
    """Read and validate a problem; raises ProblemError, or OSError if there is no such file."""
    return problem_from_json(_read(Path(path), ProblemError))


def read_plan(path: str | Path) -> Plan:
    """Read a plan; raises PlanError, or OSError if there is no such file.

    Ids are not looked up: that is for `check`.
    """
    return Plan.from_json(_read(Path(path), PlanError))


def write_plan(path: str | Path, plan: Plan, **more: Any) -> None:
    """Write a plan and, beside it, further fields such as cost, bound, status and seconds."""
    write_json(path, plan.to_json() | more)


def write_problem(path: str | Path, problem: Problem) -> None:
    """Write a problem so that `read_problem` gives the same one back."""
    write_json(path, problem_to_json(problem))


def write_json(path: str | Path, data: Any) -> None:
    """Write to a temporary file in the same folder, then rename: a reader never sees half a file, a
    failure leaves none."""
    write_text(path, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def write_text(path: str | Path, words: str) -> None:
    """Write UTF-8 text the same way: whole or not at all, gzip where the name ends in .gz."""
    path = Path(path)
    text = words.encode()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(gzip.compress(text, 6, mtime=0) if path.suffix == ".gz" else text)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _read(path: Path, error: type[ProblemError | PlanError]) -> Any:
    data = path.read_bytes()
    try:
        return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    except (ValueError, EOFError, OSError, RecursionError) as reason:
        raise error(path.name, f"is not readable as JSON: {reason}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
