"""JSON Schema (draft 2020-12) of the two files, made of the checks that read them.

Whatever is read is valid under the schema. The other way round it says less than the reader: which
ids there are, what must lie before what, and that 1.0 is no whole number here.
"""

from __future__ import annotations

from collections.abc import Mapping

from matching.formats.reading import FORMAT, FORMAT_2
from matching.formats.records import FIRST_TOP, PLAN, SECOND_TOP
from matching.formats.second import SECOND
from matching.formats.values import Shape, shape_of_object

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS = (FORMAT, FORMAT_2, "matching-plan/1")


def schema(format_name: str) -> Shape:
    """The schema of one of `SCHEMAS`; KeyError for another name."""
    if format_name == "matching-plan/1":
        return {"$schema": DRAFT, "title": format_name, **PLAN}
    if format_name == FORMAT:
        shape = shape_of_object(FIRST_TOP, {})
    elif format_name == FORMAT_2:
        shape = _closed(shape_of_object(SECOND_TOP, SECOND["problem"]))
    else:
        raise KeyError(format_name)
    return {"$schema": DRAFT, "title": format_name, **_named(shape, format_name)}


def _named(shape: Shape, format_name: str) -> Shape:
    """With `format`, by which a reader knows the version."""
    properties = shape["properties"]
    required = shape["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    return {
        **shape,
        "properties": {"format": {"const": format_name}, **properties},
        "required": ["format", *required],
    }


def _closed(shape: Shape) -> Shape:
    """In version 2 an object has no other fields than those named; but a plan may carry more, such
    as its cost."""
    closed: dict[str, object] = {}
    for key, value in shape.items():
        if key == "properties" and isinstance(value, Mapping):
            parts = {
                name: part if name == "current" else _closed(part) for name, part in value.items()
            }
            closed |= {"properties": parts, "additionalProperties": False}
        elif isinstance(value, Mapping):
            closed[key] = _closed(value)
        elif isinstance(value, list):
            closed[key] = [_closed(part) if isinstance(part, Mapping) else part for part in value]
        else:
            closed[key] = value
    return closed
