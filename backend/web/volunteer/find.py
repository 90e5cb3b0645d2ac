"""找班次: a week of shifts, the suitable ones first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.bookings.queries.languages import languages_liked
from backend.common import clock
from backend.common.clock import local_day
from backend.outbox.kinds import CITY
from backend.records.models import Training
from backend.records.queries import trainings_of
from backend.rota.models import Offer, Shift
from backend.rota.policy import is_open
from backend.rota.queries import (
    Seen,
    SeenShift,
    live_rotas,
    month_of,
    offers_of,
    shift_for,
    shifts_for,
)
from backend.volunteers.agreements import must_agree_first
from backend.volunteers.models import AgreementVersion, Volunteer
from backend.volunteers.policy import needs_guardian
from backend.volunteers.queries import hours_of, readiness_of, turned_down
from backend.web.components import (
    Button,
    Chip,
    Chips,
    Day,
    DayStrip,
    EmptyState,
    Pagination,
    ShiftCard,
    Stepper,
)
from backend.web.volunteer.cards import card_of, county_names, with_languages
from backend.web.volunteer.filters import AHEAD, DAYS, Filters
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.web.volunteer.mine import asks_of
from backend.web.volunteer.notices import notices_context
from backend.words.moments import long_day
from backend.words.names import called
from backend.words.standing import standing

A_PAGE = 12  # cards
PAIRINGS = 3
MOST_HEARD = (
    250  # sessions that a page listens to; a socket may have 400 streams (backend/live/consumer.py)
)


@for_volunteer
def find(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    context = _greeting(request, volunteer) | notices_context(volunteer)
    context |= {
        "counts": {"mine": len(context["asks"]) + len(context["notices"])},
        "tabs_stream": f"volunteer.{volunteer.pk}",
        "audience": "volunteer",
        "place": "find",
        "organisation_name": volunteer.organisation.name,
    }
    return render(request, "volunteer/find.html", context)


@for_volunteer
def hello_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The greeting alone."""
    return render(request, "volunteer/_hello.html", _greeting(request, volunteer))


def _greeting(request: VolunteerRequest, volunteer: Volunteer) -> dict[str, Any]:
    now = clock.now()
    filters = Filters.read(request.GET, now)
    week = _week(volunteer, filters, now)
    reason = turned_down(volunteer)
    return week | {
        "month": month_of(volunteer, now),
        "called": called(volunteer.name),
        "steps": _steps(volunteer, local_day(now)),
        "standing": standing(volunteer, reason),
        "agreement": _to_agree(volunteer, now),
        "may_apply_again": bool(reason),
        "hello_url": f"{reverse('volunteer:hello_fragment')}?{filters.query}",
        "hello_streams": f"{week['streams']} {week['sessions_streams']}".strip(),
    }


@for_volunteer
def shifts_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The strip and the list alone, for a page that has been told of a change."""
    now = clock.now()
    return render(
        request, "volunteer/_shifts.html", _week(volunteer, Filters.read(request.GET, now), now)
    )


@for_volunteer
def strip_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The days with their counts alone, for a page on which only those have changed."""
    now = clock.now()
    filters = Filters.read(request.GET, now)
    seen = [one for one in _seen(volunteer, filters, now).shifts if one.day is not None]
    return render(request, "volunteer/_strip.html", _days(filters, seen))


@for_volunteer
def shift_fragment(request: VolunteerRequest, volunteer: Volunteer, shift_id: int) -> HttpResponse:
    """One card, for itself."""
    return render(request, "volunteer/_card.html", card_context(volunteer, shift_id, clock.now()))


@dataclass(frozen=True)
class ShownShift:
    """A card with what it listens to."""

    seen: SeenShift
    card: ShiftCard

    @property
    def stream(self) -> str:
        return f"session.{self.seen.session.pk}"


def card_context(volunteer: Volunteer, shift_id: int, now: datetime) -> dict[str, Any]:
    """The card of one shift, or only its place on the page when there is nothing to show any more:
    the session was cancelled or has begun, or she has another role in it. Raises Http404 for a
    shift that is not there or was never published."""
    try:
        one = shift_for(volunteer, shift_id, now)
    except Shift.DoesNotExist:
        raise Http404(f"shift {shift_id}") from None
    if one and (one.assignment or is_open(one.session, now)):
        return {"shown": shown_cards(volunteer, [one], trainings_of([one.session]))[0]}
    return {"gone": shift_id}


def _steps(volunteer: Volunteer, today: date) -> list[Button]:
    """What is still missing for a first shift, each a link; nothing for who cannot serve now."""
    if volunteer.of_age_on and needs_guardian(volunteer, clock.now()):
        to = reverse("volunteer:guardian")
        return [Button(label=_("请监护人同意"), href=to, icon="chevron-right", wide=True)]
    if not volunteer.is_active:
        return []
    done = readiness_of(volunteer, today)
    me = reverse("volunteer:me")
    steps = (
        (done.programmes, _("选想做的项目"), reverse("volunteer:programmes")),
        (done.hours, _("说说什么时候有空"), f"{me}#free"),
        (done.credential, _("交岗位要的证书"), reverse("volunteer:credentials")),
    )
    return [
        Button(label=label, href=href, icon="chevron-right", wide=True)
        for is_done, label, href in steps
        if not is_done
    ]


def _to_agree(volunteer: Volunteer, now: datetime) -> AgreementVersion | None:
    """What she is asked to agree to before she takes anything new; nothing of who has left."""
    if volunteer.state == Volunteer.State.LEFT:
        return None
    return must_agree_first(volunteer.pk, now)


def _week(volunteer: Volunteer, filters: Filters, now: datetime) -> dict[str, Any]:
    asked = offers_of(volunteer, now)
    both = _seen(volunteer, filters, now, asked)
    seen = [one for one in both.shifts if one.day is not None]
    pairings = _pairings(both.shifts)
    suiting = _suiting(seen)
    shown = filters
    if not filters.day:
        first = min((day for day, _pk in suiting if day), default=filters.first)
        shown = replace(filters, day=first)
    listed = _listed(seen, shown)
    page = Paginator(listed, A_PAGE).get_page(shown.page)
    carded = [*page, *pairings]
    trainings = _trainings(carded, asked)
    cards = shown_cards(volunteer, carded, trainings)
    plans = (f"plan.{pk}" for pk in live_rotas())
    return {
        "asks": asks_of(volunteer, asked, both.barred, trainings, now),
        "streams": " ".join([f"volunteer.{volunteer.pk}", CITY, *plans]),
        "shifts_url": f"{reverse('volunteer:shifts_fragment')}?{filters.query}",
        "pairings": cards[len(page) :],
        "suiting": len(suiting),
        **_days(shown, seen),
        "stepper": _stepper(shown, local_day(now)),
        "chips": _chips(shown),
        "heading": _("这个周末") if shown.weekend else long_day(shown.day or shown.first),
        "sessions": len({one.session.pk for one in listed}),
        "shown": cards[: len(page)],
        "pages": Pagination.of(page, shown.href(page=2).replace("page=2", "page={page}")),
        "empty": None if cards else _empty(volunteer, shown),
    }


def _trainings(seen: Sequence[SeenShift], asked: Sequence[Offer]) -> dict[int, Training]:
    """What the sessions on her cards give, asked once for both kinds of card."""
    return trainings_of([one.session for one in seen] + [offer.session for offer in asked])


def _listed(seen: Iterable[SeenShift], filters: Filters) -> list[SeenShift]:
    """What the filters leave of it, what suits her first."""
    listed = [one for one in seen if filters.is_on(one.day) and filters.shows(one)]
    return sorted(listed, key=lambda one: (not one.suits, one.session.starts_at, one.kilometres))


def shown_cards(
    volunteer: Volunteer, seen: Sequence[SeenShift], trainings: Mapping[int, Training]
) -> list[ShownShift]:
    """What she sees of each, and what it listens to."""
    serves = volunteer.state == Volunteer.State.ACTIVE
    counties = county_names([one.session for one in seen])
    liked = languages_liked({one.session.pk for one in seen})
    cards = (card_of(one, counties, trainings.get(one.session.pk), serves=serves) for one in seen)
    return [
        ShownShift(one, with_languages(card, liked.get(one.session.pk, ())))
        for one, card in zip(seen, cards, strict=True)
    ]


def _seen(
    volunteer: Volunteer, filters: Filters, now: datetime, asked: Sequence[Offer] = ()
) -> Seen:
    return shifts_for(
        volunteer,
        filters.first,
        filters.last,
        now,
        everywhere=None if filters.fit else filters.day or filters.first,
        offers=asked,
    )


def _pairings(everything: Iterable[SeenShift]) -> list[SeenShift]:
    """What has no time and she could take, the nearest first."""
    free = (one for one in everything if one.day is None and one.state in ("open", "asked"))
    return sorted(free, key=lambda one: one.kilometres)[:PAIRINGS]


def _suiting(seen: list[SeenShift]) -> set[tuple[date | None, int]]:
    return {(one.day, one.session.pk) for one in seen if one.suits}


def _days(filters: Filters, seen: list[SeenShift]) -> dict[str, Any]:
    """The strip. Whether a session still suits her may change with every place that somebody takes
    in it, so it listens to each."""
    sessions = dict.fromkeys(one.session.pk for one in seen)
    return {
        "strip": _strip(filters, Counter(day for day, _session in _suiting(seen))),
        "strip_url": f"{reverse('volunteer:strip_fragment')}?{filters.query}",
        "sessions_streams": " ".join(f"session.{pk}" for pk in islice(sessions, MOST_HEARD)),
    }


def _strip(filters: Filters, suiting: Counter[date | None]) -> DayStrip:
    days = [filters.first + timedelta(days=n) for n in range(DAYS)]
    return DayStrip(
        unit=_("场"),
        target="#shifts",
        days=tuple(
            Day(
                date=day,
                count=suiting[day],
                href=filters.href(day=day, weekend=False),
                selected=filters.is_on(day),
                few=suiting[day] == 1,
            )
            for day in days
        ),
    )


def _stepper(filters: Filters, today: date) -> Stepper:
    last = filters.last - timedelta(days=1)
    before = max(today, filters.first - timedelta(days=DAYS))
    after = filters.last
    return Stepper(
        label=_("%(month)d 月 %(day)d 日到 %(last_month)d 月 %(last_day)d 日")
        % {
            "month": filters.first.month,
            "day": filters.first.day,
            "last_month": last.month,
            "last_day": last.day,
        },
        previous=filters.href(first=before, day=None) if filters.first > today else "",
        next=filters.href(first=after, day=None) if after <= today + timedelta(days=AHEAD) else "",
        previous_label=_("前七天"),
        next_label=_("后七天"),
    )


def _chips(filters: Filters) -> Chips:
    chips = [
        Chip(label=_("适合我"), href=filters.href(fit=not filters.fit), on=filters.fit),
        Chip(label=_("3 公里内"), href=filters.href(near=not filters.near), on=filters.near),
    ]
    for part, label in (("am", _("上午")), ("pm", _("下午")), ("eve", _("晚上"))):
        chips.append(
            Chip(
                label=label,
                href=filters.href(part="" if filters.part == part else part),
                on=filters.part == part,
            )
        )
    chips.append(
        Chip(label=_("周末"), href=filters.href(weekend=not filters.weekend), on=filters.weekend)
    )
    return Chips(label=_("筛选"), chips=tuple(chips), target="#shifts")


def _empty(volunteer: Volunteer, filters: Filters) -> EmptyState:
    """Why nothing is here. Without hours nothing can suit her, whatever day she looks at."""
    if filters.fit and not hours_of(volunteer):
        return EmptyState(
            title=_("还不知道你什么时候有空"),
            text=_("说了才能给你找合适的班；也可以把「适合我」点掉，先看全部。"),
            action=Button(label=_("说说什么时候有空"), href=f"{reverse('volunteer:me')}#free"),
        )
    text = _("换一天看看，或者把「适合我」点掉看全部。") if filters.fit else _("换一天看看。")
    return EmptyState(title=_("这一天没有合适的班次"), text=text)
