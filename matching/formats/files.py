"""Problems and plans as files:

JSON, gzip where the name ends in .gz. A file appears whole or not at all.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import stat
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from matching.formats.notes import loose_ends, unknown_fields
from matching.formats.reading import problem_from_json
from matching.formats.writing import problem_to_json
from matching.plan import Plan, PlanError
from matching.problem import Problem, ProblemError

MOST_READ = 2**29  # bytes, those of a .gz unpacked: a small one may hold more than any memory
DEVICES = (Path("/dev"), Path("/dev/fd"))
HALF = re.compile(r"\\u[dD][89a-fA-F]")  # half a character, alone it cannot be written


def read_problem(
    path: str | Path, note: Callable[[str], None] | None = None, lenient: bool = False
) -> Problem:
    """Read and validate a problem; raises ProblemError, or OSError if there is no such file.

    `note` is told what in the file means nothing; in version 2 a field that the format does not
    know is an error, unless `lenient`.
    """
    data = _read(Path(path), ProblemError)
    problem = problem_from_json(data, lenient)
    if note:
        for line in (*unknown_fields(data), *loose_ends(problem)):
            note(line)
    return problem


def read_plan(path: str | Path) -> Plan:
    """Read a plan; raises PlanError, or OSError if there is no such file.

    Ids are not looked up: that is for `check`.
    """
    return Plan.from_json(_read(Path(path), PlanError))


def write_plan(path: str | Path, plan: Plan, **more: object) -> None:
    """Write a plan and, beside it, further fields such as cost, bound, status and seconds."""
    write_json(path, {**plan.to_json(), **more})


def write_problem(path: str | Path, problem: Problem) -> None:
    """Write a problem so that `read_problem` gives the same one back."""
    write_json(path, problem_to_json(problem))


def write_json(path: str | Path, data: object) -> None:
    """Write to a temporary file in the same folder, then rename: a reader never sees half a file, a
    failure leaves none."""
    write_text(path, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def write_text(path: str | Path, words: str) -> None:
    """Write UTF-8 text the same way: whole or not at all, gzip where the name ends in .gz.

    What is no file (/dev/null, /dev/stdout, a pipe) is written into: renamed over, it would be gone
    for every program on the machine. A link stays a link, and what it leads to is written.
    """
    path = Path(path)
    text = words.encode()
    if path.suffix == ".gz":
        text = gzip.compress(text, 6, mtime=0)
    if _is_no_file(path):
        with path.open("ab") as there:  # of `>> log`, /dev/stdout is what stands there already, too
            there.write(text)
        return
    path = Path(os.path.realpath(path))
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _is_no_file(path: Path) -> bool:
    """Something is there that is no ordinary file. Raises OSError for a link to itself."""
    if path.parent in DEVICES:  # /dev/stdout is a link to wherever a shell has turned it
        return path.exists()
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def read_reports(path: str | Path) -> list[dict[str, float | None]]:
    """The reports that `solve --progress json` printed, further lines left out; raises
    ProblemError."""
    path = Path(path)
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.startswith(b"{"):
            report = _parsed(line, f"{path.name}:{number}", ProblemError)
            assert isinstance(report, dict)  # the line begins with {
            for name in ("seconds", "cost", "bound"):
                absent = report.get(name) is None and name != "seconds"
                if not absent and type(report.get(name)) not in (int, float):
                    raise ProblemError(f"{path.name}:{number}.{name}", "must be a number")
            found.append(report)
    return found


def _read(path: Path, error: type[ProblemError | PlanError]) -> object:
    with path.open("rb") as file:
        data = file.read(MOST_READ + 1)
    if path.suffix == ".gz":
        try:
            with gzip.open(io.BytesIO(data)) as unpacked:
                data = unpacked.read(MOST_READ + 1)
        except (EOFError, OSError, zlib.error) as reason:
            raise error(path.name, f"is not readable as gzip: {reason}") from None
    if len(data) > MOST_READ:
        raise error(path.name, f"is larger than {MOST_READ // 2**20} MiB")
    return _parsed(data, path.name, error)


def _parsed(data: bytes, name: str, error: type[ProblemError | PlanError]) -> object:
    try:
        text = data.decode(json.detect_encoding(data))  # strictly: `loads` lets half characters in
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_no_number)
        if HALF.search(text):
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as reason:
        raise error(name, f"is not readable as JSON: {reason}") from None
    return found


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; ValueError if a name stands in it twice: only one of the two could count."""
    row = dict(pairs)
    if len(row) != len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"{twice!r} stands twice in one object")
    return row


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
