"""Shifts, offers and assignments as the cards of the design system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from backend import words
from backend.places.queries import names_of
from backend.records.models import Training
from backend.rota.agreed import Agreed, mark_of
from backend.rota.models import Assignment, CoverAsk, Offer, Session, Shift
from backend.rota.policy import can_be_given_back, has_begun, is_over, is_visit
from backend.rota.queries.shifts import SeenShift
from backend.rota.states import HELD
from backend.volunteers.models import Volunteer
from backend.web.components import Action, AskCard, Button, ShiftCard
from backend.words.changes import (
    called_off,
    headline,
    opened_again,
    takes_place_again,
    was_and_is,
)
from backend.words.moments import band_in_words, deadline, in_hours, spaced
from backend.words.trainings import gives
from matching import Violation, kilometres

NEAR_KM = 1.5


def county_names(sessions: list[Session]) -> dict[str, str]:
    return names_of({session.county_code for session in sessions})


def card_of(
    seen: SeenShift,
    counties: Mapping[str, str],
    training: Training | None = None,
    *,
    serves: bool = True,
) -> ShiftCard:
    """A shift that she could take, has, is asked for, or may not take and why. `serves`: she is
    neither paused nor has she left; otherwise no button is there that would refuse her."""
    session = seen.session
    shift = seen.shift
    state = seen.state
    if state == "asked":
        state = "refused" if seen.violations else "open"
    card = ShiftCard(
        key=str(shift.pk),
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        state=state,
        href=page_of(session),
        distance=_("%(county)s %(km)s 公里，路上约 %(minutes)d 分钟")
        % {
            "county": counties.get(session.county_code, ""),
            "km": _km(seen.kilometres),
            "minutes": seen.minutes,
        },
        tags=tags_of(session, shift),
        taken=shift.taken + shift.held,
        total=shift.target,
        note=_note(seen),
        second=_second(seen),
        gives=gives(training),
        risk=session.risk_note,
    )
    if not serves:
        return card
    return replace(card, reasons=_reasons(seen), caution=_caution(seen), action=_action(seen))


def with_languages(card: ShiftCard, liked: Iterable[str]) -> ShiftCard:
    """With the names of the languages that families there would like."""
    said = (_("有家庭想听%(language)s") % {"language": one} for one in liked)
    return replace(card, tags=(*card.tags, *said))


def tags_of(session: Session, shift: Shift) -> tuple[str, ...]:
    months = Agreed.of(session).months
    if months:
        return (shift.role.name, band_in_words(months))
    return (shift.role.name,)


def place_of(session: Session) -> str:
    if session.starts_at is None:
        return _("时间你们自己约")
    if session.venue:
        return session.venue.name
    if session.state == Session.State.DONE:
        return _("不在点位")
    return _("入户，答应了的人在上门前几小时看得到门牌")


def _km(km: float) -> str:
    return f"{km:.1f}"


def _reasons(seen: SeenShift) -> tuple[str, ...]:
    if seen.state != "open":
        return ()
    reasons = []
    if seen.shift.requires:
        reasons.append(_("证书符合"))
    if seen.kilometres <= NEAR_KM:
        reasons.append(_("离家近"))
    return tuple(reasons)


def _note(seen: SeenShift) -> str:
    if seen.violations:
        return _why_not(seen.violations, seen.shift)
    return {"mine": _("已确认"), "asked": _("正在等你回复")}.get(seen.state, "")


def _why_not(violations: Sequence[Violation], shift: Shift) -> str:
    names = {kind["code"]: kind["name"] for kind in shift.requires}
    return _("；").join(words.reasons(violations, names=names)[:2])


def _caution(seen: SeenShift) -> str:
    if seen.state == "open" and seen.parts:
        return _("跟等你回复的邀请不能都去：报了这一场，去不了的那个邀请就不再问你了")
    return ""


def _action(seen: SeenShift) -> Action | None:
    if seen.state == "open":
        return claim_action(seen.shift, seen.session)
    if seen.state == "asked" and not seen.violations:
        return yes(seen.offer, f"#card-{seen.shift.pk}", seen.session)
    return None


def _second(seen: SeenShift) -> Button | Action | None:
    if seen.state == "mine":
        return give_back(seen.assignment)
    if seen.state == "asked":
        return no(seen.offer, f"#card-{seen.shift.pk}")
    return None


def claim_action(shift: Shift, session: Session) -> Action:
    return Action(
        label=_("报名这一场"),
        url=reverse("volunteer:claim", args=[shift.pk]),
        wide=True,
        target=f"#card-{shift.pk}",
        fields={"seen": mark_of(session)},
    )


def yes(offer_id: int | None, target: str, session: Session) -> Action:
    return Action(
        label=_("我能去"),
        url=reverse("volunteer:accept", args=[offer_id]),
        icon="check",
        wide=True,
        target=target,
        fields={"at": target, "seen": mark_of(session)},
    )


def no(offer_id: int | None, target: str) -> Action:
    return Action(
        label=_("去不了"),
        url=reverse("volunteer:decline", args=[offer_id]),
        variant="sec",
        wide=True,
        target=target,
        fields={"at": target},
    )


def give_back(assignment_id: int | None) -> Button:
    return Button(
        label=_("去不了"), href=reverse("volunteer:withdraw", args=[assignment_id]), variant="text"
    )


def ask_card(
    offer: Offer,
    volunteer: Volunteer,
    now: datetime,
    barred: Sequence[Violation] = (),
    shift: Shift | None = None,
    *,
    training: Training | None = None,
) -> AskCard:
    """barred: the rules that keep her from saying yes now; `shift` has what they ask for."""
    session = offer.session
    away = kilometres(
        (volunteer.latitude, volunteer.longitude), (session.latitude, session.longitude)
    )
    was = Agreed.from_json(offer.before) if offer.before else None
    changes = was.changes(Agreed.of(session)) if was else frozenset[str]()
    by = spaced(deadline(offer.answer_by, now))
    return AskCard(
        key=str(offer.pk),
        headline=_("有一场问了你，可你现在去不了") if barred else _asked_anew(offer, changes, by),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        reply_by=by,
        facts=(
            *_moved(was, session),
            ("graduation-cap", f"{session.title} {offer.shift.role.name}"),
            ("map-pin", _("离家 %(km)s 公里") % {"km": _km(away)}),
            *_given(training),
        ),
        yes=None if barred else yes(offer.pk, "#offers", session),
        no=no(offer.pk, "#offers"),
        note=_why_not(barred, shift) if barred and shift else session.risk_note,
    )


def cover_card(ask: CoverAsk, volunteer: Volunteer, now: datetime) -> AskCard:
    """Somebody asks whether she takes her place."""
    cover = ask.cover
    session = cover.session
    away = kilometres(
        (volunteer.latitude, volunteer.longitude), (session.latitude, session.longitude)
    )
    by = spaced(deadline(cover.answer_by, now))
    headline = _("有人这一场去不了，想请你替她，请在%(by)s 前回复")
    if ask.named:
        headline = _("%(name)s这一场去不了，想请你替她，请在%(by)s 前回复")
    return AskCard(
        key=f"cover-{ask.pk}",
        headline=headline % {"by": by, "name": ask.whose},  # type: ignore[attr-defined]  # annotated
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        reply_by=by,
        facts=(
            ("graduation-cap", f"{session.title} {cover.shift.role.name}"),
            ("map-pin", _("离家 %(km)s 公里") % {"km": _km(away)}),
        ),
        yes=Action(
            label=_("我替她去"),
            url=reverse("volunteer:cover_yes", args=[ask.pk]),
            icon="check",
            wide=True,
            target="#offers",
            fields={"seen": mark_of(session)},
        ),
        no=Action(
            label=_("去不了"),
            url=reverse("volunteer:cover_no", args=[ask.pk]),
            variant="sec",
            wide=True,
            target="#offers",
        ),
        note=session.risk_note,
    )


def _given(training: Training | None) -> list[tuple[str, str]]:
    """What attending gives, where it is a training."""
    if training is None:
        return []
    return [("shield-check", gives(training))]


def _moved(was: Agreed | None, session: Session) -> list[tuple[str, str]]:
    """What she is asked about, old and new: the card says nowhere else which ages are meant now."""
    if was is None:
        return []
    return [("history", sentence) for sentence in was_and_is(was, Agreed.of(session))]


def _asked_anew(offer: Offer, changes: frozenset[str], by: str) -> str:
    """What is said instead of a first question: what changed, or that it had been called off."""
    if changes:
        said = _("%(change)s，请在%(by)s 前回复")
        if offer.before and offer.before["promised"]:
            said = _("%(change)s，还能来吗？位子给你留着，请在%(by)s 前回复")
        return said % {"change": headline(changes), "by": by}
    if offer.reopened:
        again = takes_place_again(offer.reopened)
        return _("%(change)s，请在%(by)s 前回复") % {"change": again, "by": by}
    return ""


def assignment_card(
    assignment: Assignment,
    now: datetime,
    minutes: int = 0,
    *,
    closing: bool = False,
    linked: bool = True,
) -> ShiftCard:
    """One line of her own list; `minutes` of recorded service where there are some. closing: on the
    page that gives it back. Not linked: on the session's own page."""
    session = assignment.session
    past = assignment.state != Assignment.State.ACTIVE or is_over(session, now)
    return ShiftCard(
        key=f"mine-{assignment.pk}",
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        state="past" if past else "mine",
        show_date=session.starts_at is not None,
        tags=tags_of(session, assignment.shift),
        note=_said(assignment, past, minutes, now),
        risk="" if past else session.risk_note,
        href=_own_page(assignment) if linked else "",
        action=None if past or closing or session.starts_at is None else to_calendar(assignment.pk),
        second=give_back(assignment.pk)
        if can_be_given_back(assignment, session, now) and not closing
        else None,
    )


def _own_page(assignment: Assignment) -> str:
    """Of the session; of the visit where she goes, or went, to a family's home."""
    if is_visit(assignment.session) and assignment.state in HELD:
        return reverse("volunteer:visit", args=[assignment.pk])
    return page_of(assignment.session)


def page_of(session: Session) -> str:
    return reverse("volunteer:session", args=[session.pk])


def to_calendar(assignment_id: int) -> Button:
    """The shift as a file for her phone's calendar."""
    return Button(
        label=_("加到日历"),
        href=reverse("volunteer:calendar", args=[assignment_id]),
        icon="calendar-plus",
        variant="text",
    )


def refused_card(shift: Shift, barred: Sequence[Violation] = ()) -> ShiftCard:
    """What she said no to, while it still has a place. `barred`: why she could not have it now."""
    session = shift.session
    return ShiftCard(
        key=f"refused-{shift.pk}",
        title=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_of(session),
        show_date=True,
        state="past",
        tags=tags_of(session, shift),
        note=_why_not(barred, shift) if barred else _("你说过去不了"),
        second=None if barred else _after_all(shift),
    )


def _after_all(shift: Shift) -> Action:
    return Action(
        label=_("我又能去了"),
        url=reverse("volunteer:claim", args=[shift.pk]),
        variant="text",
        fields={"seen": mark_of(shift.session)},
    )


def _said(assignment: Assignment, past: bool, minutes: int, now: datetime) -> str:
    if assignment.state not in HELD:
        return why_ended(assignment)
    if minutes:
        return _("记了 %(hours)s") % {"hours": in_hours(minutes)}
    if assignment.attended is False:
        return _("没记到你来")
    if past:
        return _("等核对时长")
    if has_begun(assignment.session, now):
        return _("到了约好的时间") if is_visit(assignment.session) else _("正在进行")
    if getattr(assignment, "seeking", False):  # of queries.coming_of
        return _("正在问谁能替你去；有人答应之前还是你去")
    return _("已确认")


def why_ended(assignment: Assignment) -> str:
    """What happened to a place that she has no more."""
    if assignment.state == Assignment.State.WITHDRAWN:
        if getattr(assignment, "passed_on", False):  # of queries.hers
            return _("有人替你去")
        return _("你说过去不了")
    if assignment.state == Assignment.State.TAKEN_OUT:
        return _("调度员说不用你来了")
    if assignment.state == Assignment.State.LAPSED:
        return _("你已经退了")
    if assignment.session.state == Session.State.CANCELLED:
        return called_off(assignment.session.cancelled_because)
    answer = getattr(assignment, "answer", None)  # of queries.with_what_followed
    if answer == Offer.State.DECLINED:
        return _("你说过去不了")
    unanswered = answer in (Offer.State.PENDING, Offer.State.EXPIRED)
    if getattr(assignment, "opened_again", False):
        return opened_again(unanswered=unanswered)
    if unanswered:
        return _("这一场改了，没等到你的回复")
    if answer == Offer.State.LAPSED:  # to a change that was changed again
        return _("这一场又改过，现在没有排你")
    return _("这一场改了，不用去了")
