"""What was decided about a volunteer, by whom and why: what she may ask somebody about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from backend.accounts.models import User
from backend.common.bulk import among
from backend.proofs.models import StarAward, Statement
from backend.rota.models import Act, Offer
from backend.volunteers.models import Application, HandIn, VettingCheck, Volunteer

DECISIONS = 100  # shown at once


class Decision(NamedTuple):
    """`what`: a word of the code for it, "offer.plan", "act.took_out", "hand_in.returned"; `about`:
    the session, the certificate; `why`: what was written to her; `by`: who decided, "" where a
    plan or nobody did."""

    at: datetime
    what: str
    about: str
    why: str
    by: str


def decisions_of(volunteer: Volunteer) -> list[Decision]:
    """The newest first, DECISIONS at the most. A constant number of statements."""
    found = [*_by_hand(volunteer), *_asked(volunteer), *_registered(volunteer), *_given(volunteer)]
    return sorted(found, key=lambda row: row.at, reverse=True)[:DECISIONS]


def _by_hand(her: Volunteer) -> Iterator[Decision]:
    rows = Act.objects.filter(volunteer=her, undone_at=None).exclude(verb=Act.Verb.CALLED)
    for row in rows.select_related("session", "actor").order_by("-at", "-pk")[:DECISIONS]:
        yield Decision(
            row.at, f"act.{row.verb}", row.session.title, row.because, str(row.actor or "")
        )


def _asked(her: Volunteer) -> Iterator[Decision]:
    """Of a plan: who published it stands in the rota; the words why are made where they are
    asked."""
    rows = Offer.objects.filter(volunteer=her, proposal_id__isnull=False)
    for row in rows.select_related("session").order_by("-made_at", "-pk")[:DECISIONS]:
        yield Decision(row.made_at, "offer.plan", row.session.title, "", "")


def _registered(her: Volunteer) -> Iterator[Decision]:
    for one in Application.objects.filter(volunteer=her, answered_at__isnull=False).select_related(
        "answered_by"
    ):
        what = "application.no" if one.reason else "application.yes"
        yield Decision(_at(one.answered_at), what, "", one.reason, str(one.answered_by or ""))
    for pause in her.pauses.select_related("made_by"):
        yield Decision(pause.made_at, "pause", "", pause.why, str(pause.made_by or ""))
    shown = HandIn.objects.filter(volunteer=her, answered_at__isnull=False)
    for paper in shown.select_related("kind", "answered_by"):
        yield Decision(
            _at(paper.answered_at),
            f"hand_in.{paper.state}",
            paper.kind.name,
            paper.reason,
            str(paper.answered_by or ""),
        )
    for check in her.vettings.exclude(result=VettingCheck.Result.PENDING).select_related(
        "checked_by"
    ):
        by = str(check.checked_by or "")
        yield Decision(check.requested_at, f"vetting.{check.result}", check.authority, "", by)


def _given(her: Volunteer) -> Iterator[Decision]:
    papers = Statement.objects.filter(volunteer=her, answered_at__isnull=False)
    rows = list(papers.select_related("organisation").defer("pdf", "content"))
    names = dict(
        User.objects.filter(
            among("pk", {row.answered_by_id for row in rows if row.answered_by_id})
        ).values_list("pk", "display_name")
    )
    for row in rows:
        by = names.get(row.answered_by_id or 0, "")
        about = row.organisation.name
        yield Decision(_at(row.answered_at), f"statement.{row.state}", about, row.why, by)
    for star in StarAward.objects.filter(volunteer=her).select_related("approved_by"):
        by = str(star.approved_by)
        yield Decision(star.approved_at, f"star.{star.state}", "★" * star.level, star.why, by)


def _at(moment: datetime | None) -> datetime:
    assert moment is not None  # it was answered
    return moment
