"""The register: a list with search, and one volunteer. Reading one is written down."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.accounts.access import note
from backend.common import clock
from backend.common.clock import local_day
from backend.common.languages import named
from backend.organisations.queries import can_coordinate, looked_after
from backend.planning.queries import checking, log, register
from backend.planning.queries.counting import counts_of
from backend.programmes.models import ADULT
from backend.records.queries.numbers import open_number_questions
from backend.rota.policy import can_be_staffed
from backend.volunteers.agreements import version_for
from backend.volunteers.friends import friends_of
from backend.volunteers.policy import is_minor
from backend.volunteers.queries import guardian_of, pause_of
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import PAGE, query_href, searched, turned
from backend.words.free_time import weeks_in_words
from backend.words.log import said


@coordinator
def volunteers(request: CoordinatorRequest) -> HttpResponse:
    """?q= finds by name, pinyin, initials, number or whole phone number."""
    user = request.user
    text = searched(request)
    rows = register.volunteers_found(user, text)
    many = counts_of(
        user,
        total=rows,
        applying=register.applying(user),
        resuming=register.pauses_to_end(user),
        numbers=open_number_questions(user),
        handed_in=checking.waiting_hand_ins(user),
        vetting=checking.waiting_vettings(user),
    )
    page = turned(request, many["total"])
    shown = register.listed(user, rows, clock.now(), page.start, PAGE)
    href = query_href(reverse("coordinator:volunteers"), q=text) + "page={page}"
    context = {
        "place": "volunteers",
        "agreement_of": looked_after(user),
        "rows": shown,
        "total": many["total"],
        "text": text,
        "pager": page.pager(href),
        "applicants": many["applying"] + many["resuming"] + many["numbers"],
        "to_check": many["handed_in"] + many["vetting"],
    }
    return render(request, "coordinator/volunteers.html", context)


@coordinator
def volunteer(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = register.seen_with_services(request.user, pk)
    if row is None:
        raise Http404
    note(request.user, "read", f"volunteer:{pk}")
    profile = register.profile(row, clock.now())
    now = clock.now()
    ahead = [session.pk for session in profile.ahead if can_be_staffed(session, now)]
    context = {
        "place": "volunteers",
        "profile": profile,
        "today": local_day(clock.now()),
        "told_vettings": register.is_told_vettings(request.user, row),
        "coordinates": can_coordinate(request.user, row.organisation),
        "twice": register.registered_twice(request.user, row),
        "of_age": any(one.kind.code == ADULT for one in profile.credentials),
        "languages": _("、").join(named(row.languages)),
        "friends": friends_of(row.pk),
        "weeks": weeks_in_words(row.every_weeks, row.weeks_from, local_day(now)),
        "guardian": guardian_of(row) if is_minor(row, now) else None,
        "pause": pause_of(row.pk),
        "agreement": version_for(row.pk, local_day(now)),
        "log": [(entry, said(entry)) for entry in log.acts_about(row, request.user, now)],
        "readable": access.sessions_readable(request.user, profile.named),
        "changeable": access.changed_by(request.user, ahead),
    }
    return render(request, "coordinator/volunteer.html", context)
