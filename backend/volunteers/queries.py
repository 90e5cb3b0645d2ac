"""Finding volunteers, and how they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.accounts import phones
from backend.accounts.models import Code
from backend.organisations.queries import contact_of, within
from backend.programmes.models import CredentialKind, Engagement, Programme, Role
from backend.volunteers.free_time import Span
from backend.volunteers.models import (
    Application,
    Availability,
    GuardianConsent,
    HandIn,
    Pause,
    TimeOff,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
)
from backend.volunteers.names import has_han, other_readings
from backend.volunteers.policy import said_to_strangers

# Before its last day a credential is worth a word, on her pages, in a message, on a coordinator's.
LAPSES_SOON = timedelta(days=60)


def matching_words(words: str) -> Q:
    """Volunteers that a search means: 汉字, full pinyin, initials (either reading of a surname),
    the public number, a whole phone number."""
    condition = Q()
    for word in words.lower().split():
        condition &= _one(word)
    return condition


def _one(word: str) -> Q:
    if has_han(word):
        return Q(name__contains=word)
    if re.fullmatch(r"v\d+", word):
        return Q(number__iexact=word)
    try:
        return Q(phone_index=phones.index(phones.clean(word)))
    except phones.BadPhone:
        pass
    found = Q(name_initials__startswith=word) | Q(name_pinyin__startswith=word)
    for surname, pinyin, initials in other_readings(word):
        other = Q(name_initials__startswith=initials) | (
            Q(name_pinyin__startswith=pinyin) if pinyin else Q(pk__in=[])
        )
        found |= Q(name__startswith=surname) & other
    return found


def volunteers_within(paths: Sequence[str]) -> QuerySet[Volunteer]:
    """Everyone registered with an organisation below one of these paths (see
    organisations.queries.scope_paths)."""
    return Volunteer.objects.filter(within(paths, "organisation__path"))


def answers_that_count(checks: QuerySet[VettingCheck]) -> QuerySet[VettingCheck]:
    """Of each volunteer whom these checks are about the newest answer: a later refusal outweighs an
    earlier clearance, a question that waits changes nothing."""
    answered = checks.exclude(result=VettingCheck.Result.PENDING)
    return answered.order_by("volunteer", "-requested_at", "-pk").distinct("volunteer")


def turned_down(volunteer: Volunteer) -> str:
    """Why a coordinator did not take her on; "" when nobody said no. Asks only of who has left."""
    if volunteer.state != Volunteer.State.LEFT:
        return ""
    found = Application.objects.filter(volunteer=volunteer).values_list("reason", flat=True)
    return found.first() or ""


@dataclass(frozen=True)
class Holding:
    """How it stands with one kind of credential for one volunteer: what she holds of it, what waits
    to be looked at, what came back since. Of a vetting, the newest question and the newest answer
    instead."""

    kind: CredentialKind
    held: VolunteerCredential | None = None
    waiting: HandIn | None = None
    returned: HandIn | None = None
    asked: VettingCheck | None = None
    answered: VettingCheck | None = None

    @property
    def is_known(self) -> bool:
        """Anything was ever said of it."""
        return any((self.held, self.waiting, self.returned, self.asked, self.answered))

    @property
    def until(self) -> date | None:
        """The last day on which it holds, None without end."""
        if self.kind.is_vetting:
            return self.answered.valid_until if self.answered else None
        return self.held.valid_until if self.held else None

    def holds(self, today: date) -> bool:
        """Whether it counts on that day."""
        if self.kind.is_vetting:
            clear = VettingCheck.Result.CLEAR
            return bool(
                self.answered
                and self.answered.result == clear
                and (self.answered.valid_until is None or self.answered.valid_until >= today)
            )
        held = self.held
        return bool(
            held
            and held.checked_at
            and held.valid_from <= today
            and (held.valid_until is None or held.valid_until >= today)
        )


def holdings(volunteer: Volunteer) -> dict[int, Holding]:
    """Every kind of credential by its key. Four statements."""
    held = {row.kind_id: row for row in volunteer.credentials.all()}
    shown: dict[int, HandIn] = {}
    for row in volunteer.hand_ins.order_by("made_at", "pk"):
        shown[row.kind_id] = row  # the newest stays
    vettings = list(volunteer.vettings.order_by("requested_at", "pk"))
    answers = [v for v in vettings if v.result != VettingCheck.Result.PENDING]
    last = vettings[-1] if vettings else None
    return {
        kind.pk: Holding(
            kind,
            held.get(kind.pk),
            _in_state(shown.get(kind.pk), HandIn.State.WAITING),
            _in_state(shown.get(kind.pk), HandIn.State.RETURNED),
            last if kind.is_vetting and last not in answers else None,
            answers[-1] if kind.is_vetting and answers else None,
        )
        for kind in CredentialKind.objects.order_by("pk")
    }


def _in_state(shown: HandIn | None, state: str) -> HandIn | None:
    return shown if shown and shown.state == state else None


class Readiness(NamedTuple):
    """What a volunteer has already done before her first shift."""

    programmes: bool  # she named what she wants to do
    hours: bool  # she said when she is free
    credential: bool  # some role of her programmes, of any where she named none, asks no more


def readiness_of(volunteer: Volunteer, today: date) -> Readiness:
    """One statement."""
    hers = Volunteer.objects.filter(pk=volunteer.pk)
    programmes = Volunteer.programmes.through.objects.filter(volunteer=volunteer.pk)
    of_hers = Q(programme__in=programmes.values("programme")) | ~Exists(programmes)
    lacks = Role.requires.through.objects.filter(
        ~Q(credentialkind__in=_held_kinds(volunteer, today)), role=OuterRef("pk")
    )
    open_roles = Role.objects.filter(of_hers, ~Exists(lacks), programme__active=True)
    return Readiness(
        *hers.values_list(
            Exists(programmes),
            Exists(Availability.objects.filter(volunteer=volunteer.pk)),
            Exists(open_roles),
        ).get()
    )


def _held_kinds(volunteer: Volunteer, today: date) -> QuerySet[CredentialKind]:
    """What she holds today, as `Holding.holds` says it of one kind."""
    lasts = Q(valid_until__gte=today) | Q(valid_until=None)
    held = VolunteerCredential.objects.filter(
        lasts, volunteer=volunteer.pk, checked_at__isnull=False, valid_from__lte=today
    )
    newest = answers_that_count(VettingCheck.objects.filter(volunteer=volunteer.pk)).values("pk")
    clear = VettingCheck.objects.filter(lasts, pk__in=newest, result=VettingCheck.Result.CLEAR)
    shown = Q(is_vetting=False, pk__in=held.values("kind"))
    return CredentialKind.objects.filter(shown | Q(Exists(clear), is_vetting=True))


def engagements_for(volunteer: Volunteer) -> list[Engagement]:
    """The kinds of session of her programmes that ask something of everybody, with what; of all
    where she has named none. Three statements."""
    hers = list(volunteer.programmes.filter(active=True).values_list("pk", flat=True))
    of = Q(programme__in=hers) if hers else Q(programme__active=True)
    rows = Engagement.objects.filter(of, requires__isnull=False).select_related("programme")
    return list(rows.prefetch_related("requires").distinct().order_by("programme", "pk"))


def roles_for(volunteer: Volunteer) -> list[Role]:
    """The roles of her programmes, of all where she has named none, with what each requires. Three
    statements."""
    hers = list(volunteer.programmes.filter(active=True).values_list("pk", flat=True))
    of = Q(programme__in=hers) if hers else Q(programme__active=True)
    roles = Role.objects.filter(of).select_related("programme").prefetch_related("requires")
    return list(roles.order_by("programme", "pk"))


def guardian_of(volunteer: Volunteer) -> GuardianConsent | None:
    """Of one who came under age: her guardian, and whether the consent stands."""
    return GuardianConsent.objects.filter(volunteer=volunteer).first()


def is_on_its_way(code_id: int, volunteer_id: int, now: datetime) -> bool:
    """Whether this code was asked for of her guardian, and may still be typed."""
    asked = Code.objects.filter(pk=code_id, purpose="guardian", about=volunteer_id)
    return asked.filter(used_at=None, until__gt=now).exists()


def said_to_guardian(volunteer_id: int) -> dict[str, str]:
    """Who asks a guardian, for which federation, and whom the guardian may phone ("" no number)."""
    row = Volunteer.objects.select_related("organisation").get(pk=volunteer_id)
    contact = contact_of(row.organisation)
    return {
        "who": said_to_strangers(row.name) or row.number,
        "organisation": row.organisation.name,
        "contact": contact.name,
        "phone": contact.contact_phone,
    }


def pause_of(volunteer_id: int) -> Pause | None:
    """The pause that a coordinator made and has not ended; None for her own, and for none."""
    held = Pause.objects.filter(volunteer=volunteer_id, ended_at=None)
    return held.select_related("made_by").first()


def behind(user: Any) -> QuerySet[Volunteer]:
    """The volunteer that a user (or its key, or an expression) is; nothing when it is none."""
    return Volunteer.objects.filter(user=user)


def hours_of(volunteer: Volunteer) -> list[Span]:
    """When she is free in a week. One statement."""
    return list(volunteer.availability.values_list("weekday", "start", "end"))


def programmes_liked_by(volunteer: Volunteer) -> list[Programme]:
    """Those that she chose. One statement."""
    return list(volunteer.programmes.order_by("pk"))


def is_there(volunteer_id: int) -> bool:
    """Her row is: it is gone where her application was made one with an older registration."""
    return Volunteer.objects.filter(pk=volunteer_id).exists()


def days_off_from(volunteer: Volunteer, today: date) -> QuerySet[TimeOff]:
    """When she is away, what is over left out, the earliest first. One statement."""
    return volunteer.time_off.filter(to_date__gte=today).order_by("from_date", "pk")
