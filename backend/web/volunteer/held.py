"""我们存了你什么: everything that is kept about her, who looked, what was decided; taken along,
erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts import phones
from backend.accounts.access import note
from backend.common import clock
from backend.notifications.queries import told_to
from backend.notifications.recipients import Addressee
from backend.organisations.queries import contact_of
from backend.places.queries import path_to
from backend.records.queries import minutes_served
from backend.rights.operations import erase_volunteer
from backend.rights.queries import decisions_of, looked_at_volunteer, volunteer_file
from backend.rota.models import Session
from backend.rota.policy import has_begun
from backend.rota.queries import coming_of, offers_of
from backend.volunteers import identity
from backend.volunteers.models import Volunteer
from backend.web.held.looks import is_plan, said_decision, said_look, said_plan
from backend.web.held.parts import Line, parts_of, said_day, said_when, zipped
from backend.web.held.register import GOES, LATER, OF_VOLUNTEERS
from backend.web.public.again import first_again, has_shown
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.free_time import weeks_in_words
from backend.words.moments import WEEK, hours_of_day, in_hours
from backend.words.standing import of_pause

PART_NAMES = {part.key: part.title for part in OF_VOLUNTEERS}


@for_volunteer
def held(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """Everything that is kept about her, and who looked at it, from the rows."""
    her = _as_kept(volunteer)
    note(request.user, "read", f"volunteer:{her.pk}", "by herself", now=clock.now())
    file = _everything(her)
    context = {
        "audience": "volunteer",
        "place": "me",
        "parts": parts_of(OF_VOLUNTEERS, _lines(file, her)),
        "decisions": [said_decision(row) for row in decisions_of(her)],
        "contact": contact_of(her.organisation),
    }
    return render(request, "volunteer/held.html", context)


def _as_kept(volunteer: Volunteer) -> Volunteer:
    """Read anew: the guard leaves what is sealed where it is."""
    return Volunteer.objects.select_related("organisation", "street").get(pk=volunteer.pk)


def _everything(her: Volunteer) -> dict[str, Any]:
    return volunteer_file(her) | {"messages": told_to(Addressee(volunteer=her.pk))}


def _looks(her: Volunteer) -> Iterator[Line]:
    plan = _("排班程序看过你们组织的志愿者什么时候有空、住哪一带，为了排「%(plan)s」")
    for look in looked_at_volunteer(her):
        if is_plan(look):
            yield said_plan(look, plan)
        else:
            named = look._replace(about=str(PART_NAMES.get(look.about, "")))
            yield said_look(named, _("你的资料"), me=her.name)


def _lines(file: dict[str, Any], her: Volunteer) -> dict[str, list[Line]]:
    """Key of the register → its lines, what is newest first."""
    return {
        "looks": list(_looks(her)),
        "person": list(_person(file)),
        "when": list(_when(file)),
        "credentials": [(row["kind_name"], _validity(row)) for row in file["credentials"]]
        + [(row["kind_name"], said_day(row["made_at"])) for row in file["handed_in"]],
        "vetting": [(row["authority"], said_day(row["requested_at"])) for row in file["vettings"]],
        "consents": list(_consents(file)),
        "agreements": _agreements(file),
        "places": [(row["session_title"], _at(row)) for row in _newest(file["places"])]
        + [(row["session_title"], _at(row)) for row in _newest(file["asked"])],
        "service": [
            (row["session_title"], in_hours(row["minutes"]) if row["minutes"] > 0 else _("冲账"))
            for row in _newest(file["service"])
        ],
        **dict(_lasting(file)),
        "papers": _papers(file),
        "remarks": [(said_day(row["at"]), row["text"]) for row in _newest(file["remarks"])],
        "messages": [(row["title"], said_day(row["told_at"])) for row in _newest(file["messages"])],
    }


def _papers(file: dict[str, Any]) -> list[Line]:
    issued = [(row["organisation_name"], row["number"] or "") for row in file["statements"]]
    return issued + [(_("星级"), "★" * row["level"]) for row in file["stars"]]


def _lasting(file: dict[str, Any]) -> Iterator[tuple[str, list[Line]]]:
    """Pairs by their kind, cases by number."""
    pairs, cases = _newest(file["pairs"]), _newest(file["cases"])
    yield "pairs", [(row["engagement_name"], said_day(row["asked_at"])) for row in pairs]
    yield (
        "cases",
        [(_("个案 %(n)d") % {"n": row["case"]}, said_day(row["asked_at"])) for row in cases],
    )


def _newest(rows: list[Any]) -> list[Any]:
    return rows[::-1]


def _person(file: dict[str, Any]) -> Iterator[Line]:
    yield _("姓名"), file["name"]
    yield _("编号"), file["number"]
    yield _("手机"), phones.masked(file["phone"]) if file["phone"] else _("没有留")
    hidden = identity.masked(file["identity_number"]) if file["identity_number"] else _("没有留")
    yield _("证件号码"), hidden
    yield _("住在"), path_to(file["street"]["code"])
    yield _("组织"), file["organisation"]
    if file["of_age_on"]:
        yield _("哪天满 18 周岁"), said_day(file["of_age_on"])
    if file["teams"]:
        yield _("队伍"), _("、").join(file["teams"])


def _when(file: dict[str, Any]) -> Iterator[Line]:
    free = [_span(row) for row in file["hours"]]
    yield _("有空的时间"), _("；").join(free) or _("没有说")
    comes = file["comes"]
    today = clock.local_day(clock.now())
    if said := weeks_in_words(comes["every_weeks"], comes["counted_from"], today):
        yield _("多久来一次"), said
    if file["programmes"]:
        yield _("想做的项目"), _("、").join(file["programmes"])
    for row in file["away"]:
        yield _("出门"), f"{said_day(row['from_date'])} – {said_day(row['to_date'])}"
    for row in file["pauses"]:
        yield _("暂停"), of_pause(row["because"], row["why"])
    if file["friends"]:
        yield _("想一起的朋友"), _("、").join(file["friends"])
    for row in file["asked_to_be_friends"]:
        yield _("问过的朋友"), phones.masked(row["phone"])
    if file["kept_apart"]:
        words = _("%(n)d 条。牵涉别人，不写名字")
        yield _("不排在一起"), words % {"n": file["kept_apart"]}


def _span(row: dict[str, int]) -> str:
    return f"{WEEK[row['weekday']]} {hours_of_day(row['start'])}–{hours_of_day(row['end'])}"


def _consents(file: dict[str, Any]) -> Iterator[Line]:
    if file["named_to_families"]:
        yield _("家长看到的名字"), _("同意了")
    if not file["answers_count_in_plans"]:
        yield _("排班怎么估计"), _("不参考以前的回复")
    for row in file["vettings"]:
        given = _("%(day)s 同意") % {"day": said_day(row["consent_at"])}
        yield _("从业查询"), given


def _agreements(file: dict[str, Any]) -> list[Line]:
    words = _("%(who)s，第 %(n)d 版")
    return [
        (words % {"who": row["organisation_name"], "n": row["version_number"]}, said_day(row["at"]))
        for row in _newest(file["agreements"])
    ]


def _validity(row: dict[str, Any]) -> str:
    if row["valid_until"] is None:
        return _("一直有效")
    return _("到 %(day)s") % {"day": said_day(row["valid_until"])}


def _at(row: dict[str, Any]) -> str:
    return said_when(row["session_starts_at"]) if row["session_starts_at"] else ""


@for_volunteer
def export(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """Everything that is kept about her, as a file, for who has shown a moment ago that it is
    she."""
    if not has_shown(request):
        return first_again(request, reverse("volunteer:held"))
    her = _as_kept(volunteer)
    note(request.user, "export", f"volunteer:{her.pk}", "by herself", now=clock.now())
    file = _everything(her)
    return zipped(f"moli-{her.number}", file, parts_of(OF_VOLUNTEERS, _lines(file, her)))


@for_volunteer
def erase(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET says what will be gone and what stays; POST erases it and signs out, for who has shown a
    moment ago that it is she."""
    now = clock.now()
    shown = has_shown(request)
    if request.method != "POST":
        context = _ending(volunteer, now) | {"shown": shown}
        return render(request, "volunteer/erase.html", context)
    if not shown:
        return first_again(request, request.path)
    erase_volunteer(volunteer_id=volunteer.pk, actor=request.user, now=now)
    logout(request)
    messages.success(request, _("你的资料都删除了，谢谢你做过的一切"))
    return see_other("home")


def _ending(volunteer: Volunteer, now: datetime) -> dict[str, Any]:
    """What ends with her registration, by name, and what stays."""
    parts = parts_of(OF_VOLUNTEERS, {})
    minutes = minutes_served(volunteer)
    return {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "goes": [part for part in parts if part.kept.after == GOES],
        "later": [part for part in parts if part.kept.after == LATER],
        "stays": [part for part in parts if part.kept.after not in (GOES, LATER)],
        "promises": [
            _named(one.session)
            for one in coming_of(volunteer, now)
            if not has_begun(one.session, now)
        ],
        "asked": [_named(one.session) for one in offers_of(volunteer, now)],
        "hours": in_hours(minutes) if minutes else "",
    }


def _named(session: Session) -> str:
    if session.starts_at:
        return f"{said_when(session.starts_at)} {session.title}"
    return session.title
