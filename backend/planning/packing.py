"""Problems and plans as they lie in a row: JSON, gzip.

A problem holds children's months of birth and where families live, so it is sealed; opened it is
what `python -m matching` reads from a .json.gz file.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping

from backend.common.sealing import open_bytes, seal_bytes
from matching import Plan, Problem, problem_from_json, problem_to_json

PLACE = "planning_run:problem"
GZIP = b"\x1f\x8b"  # how such a file begins


def pack(data: Mapping[str, object]) -> bytes:
    return gzip.compress(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 5, mtime=0
    )


def unpack(packed: bytes | memoryview) -> dict[str, object]:
    data: dict[str, object] = json.loads(gzip.decompress(packed))
    return data


def pack_problem(problem: Problem) -> bytes:
    return seal_bytes(pack(problem_to_json(problem)), PLACE)


def unpack_problem(packed: bytes | memoryview) -> Problem:
    return problem_from_json(unpack(open_problem(packed)))


def open_problem(packed: bytes | memoryview) -> bytes:
    """The bytes of the file. Raises CannotOpen. What the version before this one stored for a run
    that is still under way is not sealed."""
    if bytes(packed[:2]) == GZIP:
        return bytes(packed)
    return open_bytes(bytes(packed), PLACE)


def pack_plan(plan: Plan) -> bytes:
    return pack(plan.to_json())


def unpack_plan(packed: bytes | memoryview) -> Plan:
    return Plan.from_json(unpack(packed))
