"""Every figure of a report: the rows behind it, what they come to, and how they lie on the parts of
an organisation. There is no other place where one is counted."""

from backend.reports.queries.charts import Slot, Week, hours_of_week, weeks
from backend.reports.queries.figures import MEASURES, Measure, Share, parts_of, rows_of, totals
from backend.reports.queries.frames import Frame
from backend.reports.queries.of_cases import CaseFigures, case_figures
from backend.reports.queries.paired import PairFigures, pair_figures
from backend.reports.queries.reading import above, organisation_read, report_seen, reports_seen

__all__ = [
    "MEASURES",
    "CaseFigures",
    "Frame",
    "Measure",
    "PairFigures",
    "Share",
    "Slot",
    "Week",
    "above",
    "case_figures",
    "hours_of_week",
    "organisation_read",
    "pair_figures",
    "parts_of",
    "report_seen",
    "reports_seen",
    "rows_of",
    "totals",
    "weeks",
]
