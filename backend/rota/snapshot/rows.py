"""Related rows as one JSON list beside each row of the outer query: a person's facts cost one round
trip, for one or for eleven thousand."""

from __future__ import annotations

from django.db.models import Func, JSONField, Subquery


class JsonRows(Subquery):
    """`JsonRows(queryset.values(a=…, b=…))` → [{"a": …, "b": …}, …]; an empty list where there are
    none.

    Dates arrive as ISO text.
    """

    template = "(SELECT COALESCE(jsonb_agg(to_jsonb(_row)), '[]'::jsonb) FROM (%(subquery)s) _row)"
    output_field = JSONField()


class JsonLists(JsonRows):
    """As JsonRows, for what comes in large numbers:

    `JsonLists(queryset.values(row=JsonList("a", "b")))` → [[a, b], …].
    """

    template = "(SELECT COALESCE(jsonb_agg(_row.row), '[]'::jsonb) FROM (%(subquery)s) _row)"


class JsonList(Func):
    function = "jsonb_build_array"
    output_field = JSONField()
