"""A report is made: its numbers are kept as they were that moment, and that it left is written
down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.organisations.models import Organisation
from backend.outbox.kinds import ReportMade
from backend.outbox.record import record
from backend.programmes.models import Programme
from backend.reports.models import Report
from backend.reports.periods import Period
from backend.reports.queries import Frame, pair_figures, parts_of, totals

WHOLE = ("incubated", "incubated_persons", "received", "spent", "minutes")
JOINT = ("joint_teams", "joint_sessions", "joint_projects", "joint_persons", "shared_venues")
EMPTY = ("without_team", "without_activity")
OF_PARTS = ("sessions", "persons", "volunteers", "teams", "places", "arranged")


@operation
def make_report(
    *, organisation: Organisation, period: Period, actor: User, now: datetime
) -> Report:
    """Count everything once more and keep it."""
    row = Report.objects.create(
        organisation=organisation,
        starts_on=period.start,
        ends_on=period.end,
        numbers=numbers_of(organisation, period, now),
        made_by=actor,
        made_at=now,
    )
    note(actor, "export", f"report:{row.pk}", now=now)
    happened = ReportMade(report=row.pk)
    record(happened, streams=organisation.streams, actor=actor, now=now)
    return row


def numbers_of(organisation: Organisation, period: Period, now: datetime) -> dict[str, Any]:
    """What a document says: the whole, each programme that has figures, each part."""
    frame = Frame.of(organisation, period, now)
    wanted = {key: (key, frame) for key in (*WHOLE, *JOINT, *EMPTY)}
    programmes = list(Programme.objects.filter(active=True).exclude(figures=[]).order_by("pk"))
    for programme in programmes:
        own = Frame.of(organisation, period, now, programme.pk)
        wanted |= {f"{programme.pk}.{key}": (key, own) for key in programme.figures}
    found = totals(organisation, wanted)
    parts = parts_of(organisation, {key: (key, frame) for key in OF_PARTS})
    paired = pair_figures(organisation, period, now)
    return {
        "pairs": {"children": paired.children, "visits": paired.visits, "whole_months": True},
        "whole": {key: found[key] for key in (*WHOLE, *JOINT, *EMPTY)},
        "programmes": [
            {
                "name": programme.name,
                "figures": {key: found[f"{programme.pk}.{key}"] for key in programme.figures},
            }
            for programme in programmes
        ],
        "parts": [{"name": share.organisation.name, "figures": share.numbers} for share in parts],
    }
