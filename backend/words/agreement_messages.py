"""What is told of a new version of what volunteers agree to."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.common.clock import local_day
from backend.words.moments import long_day
from backend.words.saying import Said, Things


def agreement_new(things: Things, now: datetime) -> Said:
    today = local_day(now)
    lines = []
    for one in things:
        assert one.day is not None
        new = _("%(name)s的志愿者须知有第 %(n)d 版，从 %(day)s 起用。")
        lines.append(new % {"name": one.name, "n": one.number, "day": long_day(one.day, today)})
    lines.append(_("同意了再接新的班，答应过的照旧。"))
    return Said(_("志愿者须知有新的一版"), "\n".join(lines), {"n": str(len(things))})


OF_AGREEMENTS = (agreement_new,)
