"""What a volunteer may see, and take along, of what is kept about her."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from backend.accounts.models import Access
from backend.families.models import Avoid
from backend.planning.models import Run
from backend.proofs.models import StarAward, Statement
from backend.records.models import Attendance, BackEntry, Objection, ServiceRecord
from backend.rights.queries.decisions import decisions_of
from backend.rights.queries.looks import Look, newest, noted, planned
from backend.rota.models import Cover
from backend.volunteers.friends import friends_of
from backend.volunteers.models import (
    Apart,
    EvidencePage,
    HandIn,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
)
from backend.volunteers.queries import guardian_of

Rows = list[dict[str, object]]
PLACE = ("session__title", "session__venue__name", "session__starts_at", "shift__role__name")


def volunteer_file(volunteer: Volunteer) -> dict[str, object]:
    """Everything that is kept about a volunteer, as plain data for her to see and to take along
    (PIPL art. 45). What she was told is beside it, in the inbox. Who must not meet her is counted
    and not named: that is about somebody else, too. Note the access where it is shown.

    A constant number of statements.
    """
    return (
        _person(volunteer)
        | _when(volunteer)
        | _papers(volunteer)
        | _services(volunteer)
        | {
            "statements": _rows(
                Statement.objects.filter(volunteer=volunteer).order_by("made_at", "pk"),
                *("organisation__name", "first_day", "last_day", "state", "made_at"),
                *("number", "minutes", "issued_at", "why"),
            ),
            "stars": _rows(
                StarAward.objects.filter(volunteer=volunteer).order_by("approved_at", "pk"),
                *("level", "minutes", "state", "approved_at", "why"),
            ),
            "pairs": _rows(
                volunteer.mentored.order_by("asked_at", "pk"),
                *("engagement__name", "asked_at", "state", "since", "weeks", "ended_at"),
            ),
            "cases": _rows(
                volunteer.case_work.exclude(asked_at=None).order_by("asked_at", "pk"),
                *("case", "asked_at", "state", "since", "ended_at"),
            ),
            "decisions": [row._asdict() for row in decisions_of(volunteer)],
            "looked_at": [look._asdict() for look in looked_at_volunteer(volunteer)],
        }
    )


def _person(her: Volunteer) -> dict[str, object]:
    return {
        "number": her.number,
        "national_number": her.national_number,
        "name": her.name,
        "identity_number": her.identity_number or "",
        "phone": her.phone or "",
        "organisation": her.organisation.name,
        "teams": list(her.teams.order_by("pk").values_list("name", flat=True)),
        "programmes": list(her.programmes.order_by("pk").values_list("name", flat=True)),
        "street": {"code": her.street_id, "name": her.street.name},
        "home_about": {"latitude": her.latitude, "longitude": her.longitude},
        "named_to_families": her.named,
        "answers_count_in_plans": her.by_answers,
        "state": her.state,
        "languages": her.languages,
        "of_age_on": her.of_age_on,
        "guardian": _guardian(her),
        "services_before": her.services_before,
        "limits": {
            "minutes_to_travel": her.max_travel,
            "a_day": her.max_per_day,
            "a_week": her.max_per_week,
            "a_rota": her.max_total,
            "pairings": her.max_open,
        },
    }


def _guardian(her: Volunteer) -> dict[str, object]:
    consent = guardian_of(her)
    if consent is None:
        return {}
    return {
        "name": consent.name,
        "phone": consent.phone,
        "text_version": consent.text_version,
        "asked_at": consent.asked_at,
        "given_at": consent.given_at,
        "withdrawn_at": consent.withdrawn_at,
    }


def _when(her: Volunteer) -> dict[str, object]:
    apart = Apart.objects.filter(Q(first=her) | Q(second=her)).count()
    return {
        "hours": _rows(her.availability.order_by("weekday", "start"), "weekday", "start", "end"),
        "comes": {"every_weeks": her.every_weeks, "counted_from": her.weeks_from},
        "away": _rows(her.time_off.order_by("from_date", "pk"), "from_date", "to_date"),
        "likings": _rows(her.wishes.order_by("pk"), "programme__name", "liking"),
        "asked_for_teams": _rows(
            her.team_requests.order_by("asked_at", "pk"), "team__name", "asked_at", "accepted"
        ),
        "friends": [friend.name for friend in friends_of(her.pk)],
        "asked_to_be_friends": [
            {"phone": one.phone, "asked_at": one.asked_at, "ended_at": one.ended_at}
            for one in her.friends_asked.order_by("asked_at", "pk")
        ],
        "kept_apart": apart + Avoid.objects.filter(volunteer=her).count(),
    }


def _papers(her: Volunteer) -> dict[str, object]:
    fields = ("kind__name", "number", "issuer", "valid_from", "valid_until")
    return {
        "credentials": _rows(her.credentials.order_by("pk"), *fields, "ended_because"),
        "handed_in": _rows(
            her.hand_ins.order_by("made_at", "pk"), *fields, "state", "made_at", "reason"
        ),
        "vettings": _rows(
            her.vettings.order_by("requested_at", "pk"),
            *("authority", "consent_at", "requested_at", "result", "valid_until"),
        ),
        "remarks": [
            {"at": row.at, "text": row.text, "by": str(row.author or "")}
            for row in her.remarks.select_related("author").order_by("at", "pk")
        ],
        "agreements": _rows(
            her.agreements.order_by("at", "pk"),
            *("version__organisation__name", "version__number", "version__text", "how", "at"),
        ),
        "pauses": _rows(her.pauses.order_by("made_at", "pk"), "made_at", "why", "because", "asked"),
    }


def _services(her: Volunteer) -> dict[str, object]:
    of = "assignment__session__"
    return {
        "places": _rows(
            her.assignments.order_by("made_at", "pk"),
            *(*PLACE, "origin", "state", "made_at", "attended"),
        ),
        "asked": _rows(
            her.offers.order_by("made_at", "pk"), *PLACE, "state", "made_at", "answered_at"
        ),
        "asked_to_take_over": _rows(
            her.cover_asks.order_by("made_at", "pk"),
            *("cover__session__title", "cover__session__starts_at", "state", "made_at"),
        ),
        "asked_others_to_take_over": _rows(
            Cover.objects.filter(place__volunteer=her).order_by("made_at", "pk"),
            *("session__title", "session__starts_at", "state", "made_at"),
        ),
        "notices": _rows(
            her.notices.order_by("made_at", "pk"), "session__title", "kind", "because", "made_at"
        ),
        "presence": _rows(
            Attendance.objects.filter(assignment__volunteer=her).order_by("pk"),
            *(f"{of}title", f"{of}starts_at", "came_at", "left_at", "state", "why"),
        ),
        "service": _rows(
            ServiceRecord.objects.filter(volunteer=her).order_by("number"),
            *("number", "session__title", "session__starts_at", "minutes", "recorded_at", "note"),
        ),
        "objections": _rows(
            Objection.objects.filter(assignment__volunteer=her).order_by("made_at", "pk"),
            *(f"{of}title", "text", "made_at", "answer", "answered_at"),
        ),
        "back_entries": _rows(
            BackEntry.objects.filter(assignment__volunteer=her).order_by("asked_at", "pk"),
            *(f"{of}title", "minutes", "reason", "asked_at", "approved"),
        ),
    }


def _rows(rows: object, *fields: str) -> Rows:
    """The fields by their last two words: "session__title" → "session_title"."""
    found = rows.values(*fields)  # type: ignore[attr-defined]
    names = {field: "_".join(field.split("__")[-2:]) for field in fields}
    return [{names[field]: row[field] for field in fields} for row in found]


def looked_at_volunteer(volunteer: Volunteer) -> list[Look]:
    """Who looked at her data or changed them, and which plans were made of them, the newest first.
    Her own looking is left out. A constant number of statements."""
    called = {volunteer.user_id: volunteer.name} if volunteer.user_id else {}
    found = noted(_parts(volunteer), called)
    others = [look for look in found if look.action != "read" or look.who != volunteer.name]
    return newest([*others, *_planned(volunteer)])


def _parts(her: Volunteer) -> dict[str, str]:
    """Subject of the access log → which part of hers it is, as a key of the register."""
    hers = {f"volunteer:{her.pk}": ""}
    kinds = (
        ("credential", VolunteerCredential, "credentials"),
        ("hand_in", HandIn, "credentials"),
        ("vetting", VettingCheck, "vetting"),
        ("statement", Statement, "papers"),
        ("star", StarAward, "papers"),
    )
    for subject, model, part in kinds:
        keys = model._default_manager.filter(volunteer=her).values_list("pk", flat=True)
        hers |= {f"{subject}:{pk}": part for pk in keys}
    pages = EvidencePage.objects.filter(hand_in__volunteer=her).values_list("pk", flat=True)
    return hers | {f"evidence:{pk}": "credentials" for pk in pages}


def _planned(her: Volunteer) -> Iterator[Look]:
    """The plans of her organisation, and of those above it, since she is in the register."""
    since = _since(her)
    above = [int(pk) for pk in her.organisation.path.strip(".").split(".")]
    runs = Run.objects.filter(rota__organisation__in=above)
    if since:
        runs = runs.filter(started_at__gte=since)
    return planned(runs)


def _since(her: Volunteer) -> datetime | None:
    first = Access.objects.filter(subject=f"volunteer:{her.pk}", action="create").order_by("at")
    return first.values_list("at", flat=True).first()
