"""结对: the children that are looked after and their mentors; whose visit is overdue, who is asked,
and one child's page with everything that may be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend import words
from backend.access.refusals import NotHers
from backend.accounts.access import note, note_again
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import key, whole_number
from backend.common.refusal import Refusal
from backend.organisations.queries import coordinated, own_lists
from backend.pairs import operations as pairs_of
from backend.pairs import queries
from backend.pairs.events import subject_of
from backend.pairs.models import Pair, PairedChild, PairMeeting
from backend.pairs.policy import WEEKS, is_overdue, rests_long
from backend.web.components import Chip, Chips, Tag
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import query_href, searched, turned
from backend.web.coordinator.pair_form import PairedChildForm
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words import pairs as said

A_PAGE = 30
Act = Callable[[CoordinatorRequest, PairedChild, datetime], str]


# --- the list -------------------------------------------------------------------------------------
@coordinator
def pairs(request: CoordinatorRequest) -> HttpResponse:
    """?show= overdue, asked, resting, free or all; ?q= finds by a mentor or by a child's number."""
    return render(request, "coordinator/pairs.html", _desk(request))


@coordinator
def pairs_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list alone, for a page that has been told of a change."""
    return render(request, "coordinator/_pairs.html", _desk(request))


def _desk(request: CoordinatorRequest) -> dict[str, Any]:
    now = clock.now()
    many = queries.counted(request.user, now)
    asked_for = request.GET.get("show", "")
    first = queries.DeskFilter.OVERDUE if many["overdue"] else queries.DeskFilter.ALL
    show = asked_for if asked_for in queries.DeskFilter.EACH else first
    text = searched(request)
    rows = queries.listed(request.user, show, text, now)
    page = turned(request, rows.count(), A_PAGE)
    address = reverse("coordinator:pairs")
    here = {"show": show, "q": text}
    kept = urlencode({**here, "page": page.number})
    return {
        "place": "pairs",
        "chips": _chips(show, text, many),
        "text": text,
        "show": show,
        "rows": [_row(row, now) for row in page.of(rows)],
        "pager": page.pager(query_href(address, **here) + "page={page}"),
        "adds": bool(coordinated(request.user)),
        "streams": " ".join(own_lists(request.user)),
        "here": f"{reverse('coordinator:pairs_fragment')}?{kept}",
    }


def _chips(show: str, text: str, many: dict[str, int]) -> Chips:
    labels = {
        queries.DeskFilter.OVERDUE: _("该去没去"),
        queries.DeskFilter.ASKED: _("等回复"),
        queries.DeskFilter.RESTING: _("停了两个月以上"),
        queries.DeskFilter.FREE: _("还没有志愿者"),
        queries.DeskFilter.ALL: _("全部"),
    }
    address = reverse("coordinator:pairs")
    chips = [
        Chip(
            label=f"{label} {many[which]}",
            href=f"{address}?{urlencode({'show': which, 'q': text})}",
            on=which == show,
        )
        for which, label in labels.items()
    ]
    return Chips(label=_("筛选"), chips=chips)


def _row(child: PairedChild, now: datetime) -> dict[str, Any]:
    """`now`: its pair and the question that is open, of which either may be missing."""
    live: list[Pair] = child.now  # type: ignore[attr-defined]  # prefetched
    pair = next((one for one in live if one.is_together), None)
    asked = next((one for one in live if one.is_asked), None)
    return {"child": child, "pair": pair, "asked": asked, "tag": _tag(child, pair, asked, now)}


def _tag(child: PairedChild, pair: Pair | None, asked: Pair | None, now: datetime) -> Tag:
    if pair is not None and is_overdue(pair, local_day(now)):
        return Tag(label=_("该去没去"), tone="warn", icon="hourglass")
    if pair is not None and rests_long(pair, now):
        return Tag(label=_("停了两个月以上"), tone="warn", icon="hourglass")
    if asked is not None:
        return Tag(label=_("等回复"), tone="note")
    if pair is not None:
        return Tag(label=str(said.STATES[pair.state]), tone="ok" if pair.is_standing else "note")
    if child.holds:
        return Tag(label=_("还没有志愿者"), tone="accent")
    return Tag(label=_("结束了"))


# --- a child --------------------------------------------------------------------------------------
@coordinator
def new_pair(request: CoordinatorRequest) -> HttpResponse:
    """A child with its guardian's consent; afterwards somebody may be asked."""
    organisations = coordinated(request.user)
    if not organisations:
        raise NotHers
    today = local_day(clock.now())
    form = PairedChildForm(filled_in(request), organisations=organisations, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            row = pairs_of.note_child(
                organisation=form.keeper,
                said=form.said(),
                actor=request.user,
                now=clock.now(),
            )
        except Refusal as refusal:
            field = refusal.facts["field"]
            at = "year" if field == "birth_month" else field
            form.add_error(at, words.refused(refusal, you=False))
        else:
            messages.success(request, _("登记好了。现在可以找一位志愿者来问"))
            return see_other("coordinator:pair", row.pk)
    context = {"place": "pairs", "form": form}
    return render(
        request, "coordinator/new_pair.html", context, status=422 if form.is_bound else 200
    )


@coordinator
def pair(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """One child: who looks after it, what was told of visits, and what may be done (a POST with
    `what`)."""
    child = queries.child_seen(request.user, pk)
    acts = queries.may_act(request.user, child)
    if request.method == "POST":
        if not acts:
            raise NotHers
        act = ACTS.get(request.POST.get("what", ""))
        if act is not None:
            with refusals_said(request, you=False):
                messages.success(request, act(request, child, clock.now()))
        return see_other("coordinator:pair", child.pk)
    return render(request, "coordinator/pair.html", _one(request, child, acts=acts))


@coordinator
def pair_fragment(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """How it stands, for a page that has been told of a change."""
    child = queries.child_seen(request.user, pk)
    acts = queries.may_act(request.user, child)
    return render(request, "coordinator/_pair.html", _one(request, child, acts=acts))


@coordinator
def pair_words(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """What mentors wrote of visits: for one role, and each look is written down."""
    child = queries.child_seen(request.user, pk)
    if not queries.reads_words(request.user, child):
        raise NotHers
    note(request.user, "read", subject_of(child.pk), "words of visits")
    found = queries.meetings_of(child, words=True)
    context = {"place": "pairs", "child": child, "meetings": _told(found)}
    response = render(request, "coordinator/pair_words.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _one(request: CoordinatorRequest, child: PairedChild, *, acts: bool) -> dict[str, Any]:
    """What she reads of it, which the log has."""
    note_again(request.user, subject_of(child.pk))
    today = local_day(clock.now())
    rows = queries.pairs_of_child(child)
    now_with = next((one for one in rows if one.is_together), None)
    asked = next((one for one in rows if one.is_asked), None)
    found = queries.meetings_of(child, words=False)
    context = {
        "place": "pairs",
        "child": child,
        "age": said.age_in_words(child.birth_month, today) if child.birth_month else "",
        "agreed": _("，").join([str(said.BY[child.agreed_by]), str(said.HOW[child.agreed_how])]),
        "now_with": now_with,
        "rhythm": said.every(now_with.weeks) if now_with else "",
        "overdue": now_with is not None and is_overdue(now_with, today),
        "asked": asked,
        "before": [(one, said.ENDS.get(one.end_reason, "")) for one in rows if one.ended_at],
        "meetings": _told(found),
        "reads": queries.reads_words(request.user, child) and bool(found),
        "acts": acts and child.holds,
        "ends": said.chosen_ends(),
        "streams": " ".join(child.organisation.streams[-1:]),
        "here": reverse("coordinator:pair_fragment", args=[child.pk]) + _looked_for(request),
    }
    if acts and child.holds and asked is None:
        context |= _choice(request, now_with, today)
    return context


def _looked_for(request: CoordinatorRequest) -> str:
    text = searched(request)
    return f"?{urlencode({'q': text})}" if text else ""


def _choice(request: CoordinatorRequest, now_with: Pair | None, today: date) -> dict[str, Any]:
    """Whom she may ask: ?q= looks for somebody."""
    kinds = list(queries.kinds_of_pairs())
    text = searched(request)
    found = queries.mentors_found(request.user, kinds[0], text, today) if kinds else []
    return {
        "kinds": kinds,
        "text": text,
        "mentors": [one for one in found if now_with is None or one.pk != now_with.mentor_id],
        "rhythms": [(weeks, said.every(weeks)) for weeks in WEEKS],
        "usual": now_with.weeks if now_with else 2,
    }


def _told(found: list[PairMeeting]) -> list[tuple[PairMeeting, str]]:
    return [(one, str(said.FELT[one.felt])) for one in found]


# --- what may be done -----------------------------------------------------------------------------
def _ask(request: CoordinatorRequest, child: PairedChild, now: datetime) -> str:
    kind = queries.kinds_of_pairs().filter(pk=key(request.POST.get("kind")) or 0).first()
    if kind is None:
        raise pairs_of.PairAskRefused(why="kind")
    mentor = queries.mentor_seen(request.user, key(request.POST.get("mentor")) or 0)
    if mentor is None:
        raise pairs_of.PairAskRefused(why="mentor")
    pair = pairs_of.ask_mentor(
        child_id=child.pk,
        mentor_id=mentor.pk,
        engagement=kind,
        weeks=whole_number(request.POST.get("weeks"), low=1, high=99) or 0,
        actor=request.user,
        now=now,
    )
    if pair.follows_id:
        return _("问她们两位了：都答应了才交接，现在的照旧")
    return _("问她了：她答应了才算")


def _take_back(request: CoordinatorRequest, child: PairedChild, now: datetime) -> str:
    pairs_of.take_back_question(pair_id=_pair(request, child), actor=request.user, now=now)
    return _("收回了，不问她了")


def _rest(request: CoordinatorRequest, child: PairedChild, now: datetime) -> str:
    pairs_of.rest_pair(pair_id=_pair(request, child), actor=request.user, now=now)
    return _("先停一停，会告诉她")


def _resume(request: CoordinatorRequest, child: PairedChild, now: datetime) -> str:
    pairs_of.resume_pair(pair_id=_pair(request, child), actor=request.user, now=now)
    return _("接着结对，会告诉她")


def _end(request: CoordinatorRequest, child: PairedChild, now: datetime) -> str:
    pairs_of.end_pair(
        pair_id=_pair(request, child),
        reason=request.POST.get("reason", ""),
        actor=request.user,
        now=now,
    )
    return _("结束了，会告诉她")


def _correct(request: CoordinatorRequest, child: PairedChild, now: datetime) -> str:
    changed = pairs_of.correct_minutes(
        meeting_id=_meeting(request, child),
        child_id=child.pk,
        minutes=whole_number(request.POST.get("minutes"), low=1, high=9999) or 0,
        reason=request.POST.get("reason", ""),
        actor=request.user,
        now=now,
    )
    if changed is None:
        return _("没有要改的，她的时长本来就是这么多")
    return _("记好了，她的时长照这个算；原来写的留着")


def _withdraw(request: CoordinatorRequest, child: PairedChild, now: datetime) -> str:
    pairs_of.withdraw_agreement(child_id=child.pk, actor=request.user, now=now)
    return _("记下了：结对马上结束，孩子的内容都删掉了")


def _pair(request: CoordinatorRequest, child: PairedChild) -> int:
    """Field `pair`: one of this child. Raises PairNotHers."""
    chosen = key(request.POST.get("pair")) or 0
    if not child.pairs.filter(pk=chosen).exists():
        raise pairs_of.PairNotHers
    return chosen


def _meeting(request: CoordinatorRequest, child: PairedChild) -> int:
    """Field `meeting`: a visit to this child. Raises PairNotHers."""
    chosen = key(request.POST.get("meeting")) or 0
    if chosen not in {one.pk for one in queries.meetings_of(child, words=False)}:
        raise pairs_of.PairNotHers
    return chosen


ACTS: dict[str, Act] = {
    "correct": _correct,
    "ask": _ask,
    "take_back": _take_back,
    "rest": _rest,
    "resume": _resume,
    "end": _end,
    "withdraw": _withdraw,
}
