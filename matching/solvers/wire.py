"""Tasks and answers as bytes, for pools whose workers sit in other processes or on other machines.

Arrays and JSON; no code travels.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from matching.arrays.rows import Rows
from matching.program.program import Program
from matching.solvers.answers import Relaxed, Solved

RECORDS: dict[str, type] = {record.__name__: record for record in (Program, Rows, Solved, Relaxed)}


def pack(value: object) -> bytes:
    """Numbers, words, lists, arrays and RECORDS → bytes; TypeError for anything else."""
    arrays: list[np.ndarray] = []
    shape = json.dumps(_outline(value, arrays))
    file = io.BytesIO()
    named = {f"a{k}": array for k, array in enumerate(arrays)}
    outline = np.frombuffer(shape.encode(), np.uint8)
    # its own option is among the names
    np.savez(file, outline=outline, **named)  # type: ignore[arg-type]
    return file.getvalue()


def unpack(data: bytes) -> object:
    """What `pack` was given; tuples come back as lists. ValueError if the bytes are no parcel."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return _filled(json.loads(file["outline"].tobytes()), file)


def _outline(value: object, arrays: list[np.ndarray]) -> dict[str, object]:
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if is_dataclass(value) and type(value).__name__ in RECORDS:
        return {
            "record": type(value).__name__,
            "fields": [_outline(getattr(value, f.name), arrays) for f in fields(value)],
        }
    if isinstance(value, list | tuple):
        return {"list": [_outline(item, arrays) for item in value]}
    if value is None or isinstance(value, bool | int | float | str):
        return {"plain": value}  # infinities included: both sides are Python's own JSON
    if isinstance(value, np.generic):
        return {"plain": value.item()}
    raise TypeError(f"{type(value).__name__} cannot be packed")


def _filled(outline: dict[str, Any], file: Mapping[str, np.ndarray]) -> object:
    if "array" in outline:
        return file[f"a{outline['array']}"]
    if "record" in outline:
        return RECORDS[outline["record"]](*(_filled(item, file) for item in outline["fields"]))
    if "list" in outline:
        return [_filled(item, file) for item in outline["list"]]
    return outline["plain"]
