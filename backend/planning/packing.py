"""Problems and plans as they lie in a row:

JSON, gzip; the same bytes that `python -m matching` reads from a .json.gz file.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping

from matching import Plan, Problem, problem_from_json, problem_to_json


def pack(data: Mapping[str, object]) -> bytes:
    return gzip.compress(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 5, mtime=0
    )


def unpack(packed: bytes | memoryview) -> dict[str, object]:
    data: dict[str, object] = json.loads(gzip.decompress(packed))
    return data


def pack_problem(problem: Problem) -> bytes:
    return pack(problem_to_json(problem))


def unpack_problem(packed: bytes | memoryview) -> Problem:
    return problem_from_json(unpack(packed))


def pack_plan(plan: Plan) -> bytes:
    return pack(plan.to_json())


def unpack_plan(packed: bytes | memoryview) -> Plan:
    return Plan.from_json(unpack(packed))
