"""The form of a session: filled in from the habits of its kind, or from the session that is
changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.common.clock import LOCAL
from backend.common.fields import DayField, LineField
from backend.places.models import Venue
from backend.programmes.models import Engagement, Role
from backend.rota.models import Rota, Session
from backend.rota.operations import SessionValueRefused, SessionValues
from backend.rota.operations.session_values import (
    LONGEST_RISK,
    MOST_EACH,
    MOST_SEATS,
    OLDEST_MONTHS,
)
from backend.web.coordinator.days_field import DaysField
from backend.web.found_field import FoundField
from backend.web.own_fields import chooser, own
from backend.web.venue_field import VenueField
from backend.words import refused

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SessionForm(forms.Form):
    """Fields of one session; two number fields a role: how many it needs, how many it likes to
    have."""

    scope = forms.ChoiceField(label=_("改哪几场"), required=False, widget=forms.RadioSelect)
    title = LineField(label=_("名称"), max_length=60)
    venue = VenueField(label=_("点位"), empty_label=_("请选择"))
    day = DayField(label=_("日期"))
    starts = forms.TimeField(label=_("开始"), widget=CLOCK)
    ends = forms.TimeField(label=_("结束"), widget=CLOCK)
    times = forms.IntegerField(
        label=_("每周一场，连着几周"),
        min_value=1,
        max_value=12,
        required=False,
        help_text=_("只办一场就不用改。放假的日子跳过，排班表以外的不排。"),
    )
    also = DaysField(
        label=_("也在这几天"),
        max_length=400,
        required=False,
        help_text=_("同一个时间再办几天，像 12-8，12-10。"),
    )
    required = forms.BooleanField(label=_("一定要办（人不够也办）"), required=False)
    seats_min = forms.IntegerField(
        label=_("最少几个孩子"), min_value=0, max_value=MOST_SEATS, required=False
    )
    seats_max = forms.IntegerField(
        label=_("最多几个孩子"), min_value=1, max_value=MOST_SEATS, required=False
    )
    seats_per_volunteer = forms.IntegerField(
        label=_("一位带课的志愿者带几个"), min_value=1, max_value=MOST_EACH, required=False
    )
    months_low = forms.IntegerField(
        label=_("月龄从"), min_value=0, max_value=OLDEST_MONTHS, required=False
    )
    months_high = forms.IntegerField(
        label=_("月龄到"), min_value=0, max_value=OLDEST_MONTHS, required=False
    )
    risk_note = LineField(label=_("要留意什么"), max_length=LONGEST_RISK, required=False)

    def __init__(
        self,
        *args: Any,
        roles: Sequence[Role],
        venues: Any,
        session: Session | None = None,
        reaches: Mapping[str, int] | None = None,
        first: date | None = None,
        **options: Any,
    ) -> None:
        """`session`: the one that is changed, None for a new one. What is held at a family's home
        stays there, and what has no time gets none. `reaches`: of how many others of its series
        the change can be made as well, by the word for it. `first`: the first day of the rota."""
        super().__init__(*args, **options)
        chooser(self, "scope").choices = _scopes(reaches or {})
        self.roles = list(roles)
        now_at = self.initial.get("venue")
        own(self, "venue", FoundField).among(venues, now_at)
        self.fields["also"].first = first  # type: ignore[attr-defined]
        for name in _not_asked(session) + ([] if reaches else ["scope"]):
            del self.fields[name]
        for role in self.roles:
            self.fields[f"shift_{role.pk}_min"] = forms.IntegerField(
                label=_("%(role)s，至少几人") % {"role": role.name},
                min_value=0,
                max_value=99,
                required=False,
            )
            self.fields[f"shift_{role.pk}"] = forms.IntegerField(
                label=_("%(role)s，最好几人") % {"role": role.name},
                min_value=0,
                max_value=99,
                required=False,
            )

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, as the page shows them."""
        people = [f"shift_{role.pk}{end}" for role in self.roles for end in ("_min", "")]
        groups = [
            (_("系列"), ["scope"]),
            (
                _("什么时候，在哪里"),
                [
                    "title",
                    "venue",
                    "day",
                    "starts",
                    "ends",
                    "times",
                    "also",
                    "required",
                    "risk_note",
                ],
            ),
            (_("要几位志愿者"), people),
            (
                _("来的孩子（没有就都空着）"),
                ["seats_min", "seats_max", "seats_per_volunteer", "months_low", "months_high"],
            ),
        ]
        return [
            (str(legend), [self[name] for name in names if name in self.fields])
            for legend, names in groups
            if self.fields.keys() & set(names)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        seats = [
            data.get(name)
            for name in (
                "seats_min",
                "seats_max",
                "seats_per_volunteer",
                "months_low",
                "months_high",
            )
        ]
        if any(value is not None for value in seats) and None in seats and not self.errors:
            self.add_error("seats_max", _("孩子的五个数要么都填，要么都不填。"))
        for low, high, text in (
            ("seats_min", "seats_max", _("最多要比最少多。")),
            ("months_low", "months_high", _("到的月龄要比从的大。")),
        ):
            if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
                self.add_error(high, text)
        for role in self.roles:
            fewest = data.get(f"shift_{role.pk}_min") or 0
            most = data.get(f"shift_{role.pk}") or 0
            if fewest > most:
                self.add_error(f"shift_{role.pk}", _("最好几人不能比至少几人少。"))
        if not self.errors and not self._shifts():
            self.add_error(None, _("至少要有一个岗位要人。"))
        return data

    def values(self) -> SessionValues:
        """What the operation takes; only after is_valid()."""
        data = self.cleaned_data
        venue = data.get("venue")
        return SessionValues(
            title=data["title"],
            venue_id=venue.pk if venue else None,
            starts_at=self._moment("starts"),
            ends_at=self._moment("ends"),
            shifts=self._shifts(),
            required=data["required"],
            seats=(data["seats_min"], data["seats_max"], data["seats_per_volunteer"])
            if data["seats_max"] is not None
            else None,
            months=(data["months_low"], data["months_high"])
            if data["months_low"] is not None
            else None,
            risk_note=data["risk_note"],
        )

    def _moment(self, name: str) -> datetime | None:
        if name not in self.fields:
            return None
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data[name], LOCAL)

    def beside(self, newest: dict[str, Any]) -> list[tuple[str, str]]:
        """Label and newest value of every field in which that differs from what was written
        here."""
        found = []
        for name, field in self.fields.items():
            if name == "scope":
                continue
            hers = self.cleaned_data.get(name)
            hers = hers.pk if isinstance(hers, Venue) else hers
            theirs = newest.get(name)
            if (hers or None) != (theirs or None):
                found.append((str(field.label), self._shown(name, theirs)))
        return found

    def _shown(self, name: str, value: Any) -> str:
        if name == "venue":
            return str(Venue.objects.filter(pk=value).first() or "")
        if isinstance(value, bool) or value is None:
            return str(_("是") if value else _("没有"))
        if isinstance(value, time):
            return value.strftime("%H:%M")
        return str(value)

    def refuse(self, refusal: SessionValueRefused) -> None:
        """Put what the operation refused at its field."""
        field = {"starts_at": "starts", "ends_at": "ends"}.get(
            refusal.facts["field"], refusal.facts["field"]
        )
        if refusal.facts["field"] == "starts_at" and refusal.facts["why"] == "outside_rota":
            field = "day"
        self.add_error(field if field in self.fields else None, refused(refusal, you=False))

    def _shifts(self) -> list[tuple[int, int, int]]:
        found = []
        for role in self.roles:
            low = self.cleaned_data.get(f"shift_{role.pk}_min") or 0
            high = self.cleaned_data.get(f"shift_{role.pk}") or 0
            if high:
                found.append((role.pk, low, high))
        return found


def _scopes(reaches: Mapping[str, int]) -> list[tuple[str, str]]:
    """This one alone, and further ones; each says how many sessions it changes."""
    words = {
        "later": gettext("这一场和后面的，一共 %(n)d 场"),
        "all": gettext("整个系列还没开始的，一共 %(n)d 场"),
    }
    more = [(word, words[word] % {"n": n + 1}) for word, n in reaches.items()]
    return [("one", gettext("只改这一场")), *more]


def _not_asked(session: Session | None) -> list[str]:
    """On how many days it is held is asked for a new one alone."""
    if session is None:
        return []
    names = ["times", "also"]
    if session.venue_id is None:
        names.append("venue")
    if session.open_ended:
        names += ["day", "starts", "ends"]
    return names


def habits(engagement: Engagement, rota: Rota) -> dict[str, Any]:
    """What a new session of this kind starts with."""
    roles = {role.code: role.pk for role in engagement.programme.roles.all()}
    nine = datetime.combine(rota.starts_on, datetime.min.time()) + timedelta(hours=9)
    names = (
        "seats_min",
        "seats_max",
        "seats_per_volunteer",
        "months_low",
        "months_high",
        "risk_note",
    )
    first = {
        "title": engagement.name,
        "required": True,
        "day": rota.starts_on,
        "times": 1,
        "starts": nine.time(),
    }
    first |= {"ends": (nine + timedelta(minutes=engagement.minutes or 60)).time()} | {
        name: getattr(engagement, name) for name in names
    }
    for post in engagement.staffing:
        pk = roles.get(post["role"])
        first |= {f"shift_{pk}_min": post["min"], f"shift_{pk}": post["target"]} if pk else {}
    return first


def present(session: Session) -> dict[str, Any]:
    """What the session says now."""
    names = (
        "title",
        "required",
        "seats_min",
        "seats_max",
        "seats_per_volunteer",
        "months_low",
        "months_high",
        "risk_note",
    )
    now: dict[str, Any] = {name: getattr(session, name) for name in names} | {
        "venue": session.venue_id,
        "scope": "one",
    }
    if session.starts_at and session.ends_at:
        starts = session.starts_at.astimezone(LOCAL)
        ends = session.ends_at.astimezone(LOCAL)
        now |= {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}
    for shift in session.shifts.all():
        now |= {f"shift_{shift.role_id}_min": shift.minimum, f"shift_{shift.role_id}": shift.target}
    return now
