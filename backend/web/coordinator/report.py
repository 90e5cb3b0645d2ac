"""报表: the figures of an organisation in a period, each opened to its rows, and the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.access.queries import sees_whole
from backend.accounts.access import note_many
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import day, key
from backend.organisations.models import Organisation
from backend.programmes.models import Programme
from backend.programmes.queries import programmes_at_work
from backend.reports.document import document_of
from backend.reports.operations import JOINT, make_report
from backend.reports.periods import Period, period_of
from backend.reports.queries import (
    MEASURES,
    Frame,
    above,
    hours_of_week,
    organisation_read,
    pair_figures,
    parts_of,
    report_seen,
    reports_seen,
    rows_of,
    totals,
    weeks,
)
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import turned
from backend.web.coordinator.report_rows import lines_of, people_in
from backend.web.coordinator.report_shapes import bars, heat, tiles
from backend.web.see_other import see_other
from backend.words.figures import FIGURES, days, figure_of, pairs_said, written

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ALWAYS = ("incubated", "incubated_persons")
OF_ONE = ("sessions", "persons", "minutes", "volunteers", "teams", "stations", "projects")
MONEY = ("received", "spent")
EMPTY = ("without_team", "without_activity")
PARTS = ("sessions", "persons", "places", "arranged", "lacked")
PERIODS: Mapping[str, str | Promise] = {
    "all": gettext_lazy("累计到上周日"),
    "year": gettext_lazy("今年"),
    "month": gettext_lazy("这个月"),
    "last_month": gettext_lazy("上个月"),
    "own": gettext_lazy("自己选日子"),
}


@dataclass(frozen=True)
class AskedReport:
    """What the address of a report asks for."""

    organisation: Organisation
    period: Period
    programmes: Mapping[int, Programme]
    programme: Programme | None

    @property
    def chosen(self) -> int | None:
        """The key of the programme."""
        return getattr(self.programme, "pk", None)

    @property
    def of(self) -> str:
        """The name of the programme."""
        return getattr(self.programme, "name", "")

    @property
    def words(self) -> str:
        return days(self.period.start, self.period.end)

    def frame(self, programme: int | None = None) -> Frame:
        return Frame.of(self.organisation, self.period, clock.now(), programme)

    def query(self, **more: object) -> str:
        """?at=…&period=…, for the same report with something else."""
        values: dict[str, object] = {"at": self.organisation.pk, "period": self.period.key}
        if self.period.key == "own":
            values |= {"from": self.period.start, "to": self.period.end}
        if self.programme is not None:
            values["programme"] = self.programme.pk
        return "?" + urlencode({k: v for k, v in (values | more).items() if v not in (None, "")})


@dataclass(frozen=True)
class Tile:
    """A figure as the page shows it, and where its rows are."""

    words: str
    number: str
    unit: str
    rows: str
    href: str


def _asked(request: CoordinatorRequest) -> AskedReport:
    """Raises NotSeen for an organisation that is not hers."""
    said = request.GET
    at = key(said.get("at"))
    if said.get("at") and at is None:
        raise Http404
    today = local_day(clock.now())
    period = period_of(said.get("period", ""), day(said.get("from")), day(said.get("to")), today)
    programmes = {row.pk: row for row in programmes_at_work()}
    chosen = programmes.get(key(said.get("programme")) or 0)
    return AskedReport(organisation_read(request.user, at), period, programmes, chosen)


@coordinator
def reports(request: CoordinatorRequest) -> HttpResponse:
    """At most nine statements beside those of every page, however much there is."""
    asked = _asked(request)
    frame = asked.frame(asked.chosen)
    wanted = _wanted(asked)
    counted = {name: (measure, asked.frame(own)) for name, (measure, own) in wanted.items()}
    numbers = totals(asked.organisation, counted)
    shares = parts_of(asked.organisation, {name: (name, frame) for name in PARTS})
    now = clock.now()
    paired = pair_figures(asked.organisation, asked.period, now)
    context = {
        "place": "reports",
        "asked": asked,
        "now": now,
        "pairs": pairs_said(paired.children, paired.visits, whole_months=True),
        "above": above(request.user, asked.organisation),
        "periods": PERIODS,
        "figures": [_tile(asked, name, wanted[name], numbers) for name in _headlines(asked)],
        "joint": [_tile(asked, name, wanted[name], numbers) for name in JOINT],
        "money": [_tile(asked, name, wanted[name], numbers) for name in MONEY],
        "empty": [_tile(asked, name, wanted[name], numbers) for name in EMPTY],
        "shares": [(share, asked.query(at=share.organisation.pk)) for share in shares],
        "tiles": tiles(shares, asked.query),
        "bars": bars(weeks(frame)),
        "heat": heat(hours_of_week(frame)),
        "may_make": sees_whole(request.user, asked.organisation),
    }
    return render(request, "coordinator/report.html", context)


def _headlines(asked: AskedReport) -> list[str]:
    """The names of the figures on top: the incubator's and each programme's; of one programme all
    that can be said of it."""
    if asked.programme is not None:
        return [f"{key}.{asked.programme.pk}" for key in dict.fromkeys(_of(asked.programme))]
    own = [f"{key}.{row.pk}" for row in asked.programmes.values() for key in row.figures]
    return [*ALWAYS, *own]


def _of(programme: Programme) -> list[str]:
    return [*(key for key in programme.figures if key in MEASURES), *OF_ONE]


def _wanted(asked: AskedReport) -> dict[str, tuple[str, int | None]]:
    """Name → measure and programme."""
    found: dict[str, tuple[str, int | None]] = {}
    for name in _headlines(asked):
        measure, _dot, programme = name.partition(".")
        if measure in MEASURES:
            found[name] = (measure, key(programme))
    own = {key: (key, asked.chosen) for key in (*JOINT, *MONEY)}
    return found | own | {key: (key, None) for key in EMPTY}


def _tile(
    asked: AskedReport, name: str, wanted: tuple[str, int | None], numbers: Mapping[str, int]
) -> Tile:
    measure, programme = wanted
    said = asked.programmes[programme].name if programme else ""
    words = FIGURES[measure]
    address = reverse("coordinator:report_rows", args=[measure])
    return Tile(
        words=figure_of(measure, said),
        number=written(measure, numbers[name]),
        unit=str(words.unit),
        rows=str(words.rows),
        href=address + asked.query(programme=programme or ""),
    )


@coordinator
def report_rows(request: CoordinatorRequest, figure: str) -> HttpResponse:
    """The rows behind one number. Its sum is the number of the report. Rows that name volunteers
    are written down as read."""
    if figure not in FIGURES:
        raise Http404
    asked = _asked(request)
    frame = asked.frame(asked.chosen)
    rows = rows_of(frame, figure)
    total = totals(asked.organisation, {"n": (figure, frame)})["n"]
    many = rows.count()
    page = turned(request, many)
    shown = list(page.of(rows))
    note_many(request.user, "read", people_in(shown), f"report {figure}")
    href = asked.query().replace("{", "{{").replace("}", "}}") + "&page={page}"
    context = {
        "place": "reports",
        "asked": asked,
        "words": figure_of(figure, asked.of),
        "naming": FIGURES[figure],
        "total": written(figure, total),
        "many": many,
        "lines": lines_of(request.user, figure, list(shown)),
        "summed": bool(MEASURES[figure].of),
        "back": reverse("coordinator:reports") + asked.query(programme=""),
        "pager": page.pager(href),
    }
    return render(request, "coordinator/report_rows.html", context)


@coordinator
def report_documents(request: CoordinatorRequest) -> HttpResponse:
    """GET lists the documents that were made; POST makes one of the address's report and leads to
    the file."""
    if request.method == "POST":
        asked = _asked(request)
        made = make_report(
            organisation=asked.organisation,
            period=asked.period,
            actor=request.user,
            now=clock.now(),
        )
        messages.success(request, _("报告出好了，数字是现在的"))
        return see_other("coordinator:report_document", made.pk)
    rows = reports_seen(request.user).order_by("-made_at", "-pk")
    page = turned(request, rows.count())
    context = {
        "place": "reports",
        "rows": [(row, days(row.starts_on, row.ends_on)) for row in page.of(rows)],
        "pager": page.pager(),
    }
    return render(request, "coordinator/report_documents.html", context)


@coordinator
def report_document(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """The file, word for word as it was made."""
    report = report_seen(request.user, pk)
    answer = HttpResponse(document_of(report), content_type=DOCX)
    answer["Content-Disposition"] = f'attachment; filename="report-{report.pk}.docx"'
    return answer
