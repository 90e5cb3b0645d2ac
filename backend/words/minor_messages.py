"""What is told where somebody under age is left alone in a session, and where she is not any more:
to whoever plans it, and to herself."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.words.saying import Said, Things, first_of, listed, what_of


def minor_alone(things: Things, now: datetime) -> Said:
    lines = [
        _("%(what)s：来的志愿者都未满 18 周岁。请找一位成年的；找不到，请告诉她们不用来。")
        % {"what": what_of(one)}
        for one in things
    ]
    title = ngettext("有 %(n)d 场没有成年志愿者", "有 %(n)d 场没有成年志愿者", len(things))
    return Said(title % {"n": len(things)}, listed(first_of(lines)), {"n": str(len(things))})


def no_grown_up(things: Things, now: datetime) -> Said:
    lines = [
        _("%(what)s：同场的成年志愿者来不了了。没有别人来，请不要一个人去；出门前请问一声调度员。")
        % {"what": what_of(one)}
        for one in things
    ]
    return Said(_("有一场没有成年志愿者了"), listed(lines), {"n": str(len(things))})


def minor_minded(things: Things, now: datetime) -> Said:
    lines = [
        _("%(what)s：有成年志愿者来了，未满 18 周岁的照常来。") % {"what": what_of(one)}
        for one in things
    ]
    title = ngettext("有 %(n)d 场又有成年志愿者了", "有 %(n)d 场又有成年志愿者了", len(things))
    return Said(title % {"n": len(things)}, listed(first_of(lines)), {"n": str(len(things))})


def grown_up_again(things: Things, now: datetime) -> Said:
    lines = [_("%(what)s：有成年志愿者同场，照常来。") % {"what": what_of(one)} for one in things]
    return Said(_("又有成年志愿者同场了"), listed(lines), {"n": str(len(things))})


OF_MINORS = (minor_alone, minor_minded, no_grown_up, grown_up_again)
