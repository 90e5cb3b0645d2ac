"""What is not there, on purpose (ARCHITECTURE.md, "Absences"), and that its guards bite."""

from __future__ import annotations

import re

import pytest

from tests.architecture import absences
from tests.architecture.source import ROOT, files, modules


@pytest.mark.parametrize("check", absences.PYTHON, ids=lambda check: check.__name__)
def test_it_is_not_there(check: absences.Check) -> None:
    found = []
    for module in modules("backend", "matching", "scheduler"):
        found += check(module.path, module.text)
    assert found == []


@pytest.mark.parametrize("check", absences.TEMPLATES, ids=lambda check: check.__name__)
def test_it_is_not_in_a_template(check: absences.Check) -> None:
    found = []
    for path in files("frontend_templates/*.html"):
        found += check(path, (ROOT / path).read_text(encoding="utf-8"))
    assert found == []


BROKEN: list[tuple[absences.Check, str, str]] = [
    (absences.signals, "backend/rota/hooks.py", "post_save.connect(tell, sender=Shift)"),
    (absences.signals, "scheduler/hooks.py", "@receiver([post_delete])\ndef f(): ..."),
    (absences.clocks, "backend/rota/operations/x.py", "moment = timezone.now()"),
    (absences.clocks, "backend/rota/policy.py", "day = date.today()"),
    (absences.clocks, "matching/rules/x.py", "start = time.time()"),
    (absences.writes, "backend/web/volunteer/records.py", "ServiceRecord.objects.create(a=1)"),
    (absences.writes, "backend/web/volunteer/hours.py", "row.save()"),
    (absences.writes, "backend/web/volunteer/access.py", "row.save(update_fields=['a'])"),
    (absences.writes, "backend/web/admin_page.py", "User.objects.filter(pk=1).update(a=1)"),
    (absences.writes, "backend/live/x.py", "Shift.objects.all().delete()"),
    (absences.writes, "scheduler/tasks/x.py", "Shift.objects.bulk_create(rows)"),
    (absences.writes, "scheduler/tasks/x.py", "session.shifts.create(a=1)"),
    (absences.questions, "backend/web/x.py", "rows = Shift.objects.filter(session=1)"),
    (absences.questions, "backend/web/x.py", "rows = Shift.objects.all()\nrow = rows.get(pk=1)"),
    (absences.drawers, "backend/web/helpers.py", ""),
    (absences.inline, "frontend_templates/x.html", '<p style="color: red">'),
    (absences.inline, "frontend_templates/x.html", "<script>alert(1)</script>"),
    (absences.inline, "frontend_templates/x.html", '<a onclick="go()">'),
    (absences.frameworks, "matching/cost.py", "from django.db import models"),
    (absences.frameworks, "matching/x.py", "def f():\n    import backend.rota"),
    (absences.frameworks, "backend/rota/x.py", "from ortools.math_opt import x"),
    (absences.frameworks, "backend/rota/x.py", "import celery"),
    (absences.frameworks, "backend/rota/x.py", "from scheduler.tasks import solving"),
    (absences.clocks, "backend/rota/policy.py", "day = timezone.localdate()"),
    (absences.clocks, "backend/rota/operations/x.py", "began = monotonic()"),
    (absences.http, "backend/rota/queries/x.py", "from django.http import Http404"),
    (absences.http, "backend/access/x.py", "from django.shortcuts import get_object_or_404"),
    (
        absences.http,
        "backend/rota/operations/x.py",
        "def f():\n    from django.core.exceptions import PermissionDenied",
    ),
    (absences.http, "backend/rota/policy.py", "import django.http"),
    (absences.unsent, "backend/web/x.py", "form = WishForm(request.POST or None)"),
    (absences.translations, "backend/web/x.py", "from matching import Problem\nPlan(Problem())"),
    (absences.translations, "backend/bookings/x.py", "import matching\nmatching.Session('s1')"),
    (absences.signals, "backend/rota/x.py", "receiver(post_save)(f)"),
    (
        absences.signals,
        "backend/rota/x.py",
        "from django.db.models.signals import post_save as saved\nsaved.connect(f)",
    ),
    (
        absences.signals,
        "backend/rota/x.py",
        "from django.db.models import signals as s\ns.m2m_changed.connect(f)",
    ),
    (
        absences.signals,
        "backend/rota/x.py",
        "from django import dispatch\n@dispatch.receiver(saved)\ndef f(): ...",
    ),
    (
        absences.clocks,
        "backend/rota/operations/x.py",
        "from django.db.models.functions import Now\nrows.filter(a__lt=Now())",
    ),
    (
        absences.clocks,
        "backend/rota/models/x.py",
        "from django.utils import timezone\na = DateTimeField(default=timezone.now)",
    ),
    (absences.clocks, "backend/rota/models.py", "a = DateTimeField(auto_now_add=True)"),
    (absences.clocks, "backend/rota/policy.py", "import time as t\nbegan = t.perf_counter()"),
    (absences.clocks, "matching/rules/x.py", "from time import time\nbegan = time()"),
    (absences.clocks, "backend/rota/policy.py", "from datetime import date as d\nd.today()"),
    (
        absences.clocks,
        "backend/rota/policy.py",
        "from backend.common import clock as c\ndef f(at=c.now): ...",
    ),
    (absences.frameworks, "backend/rota/x.py", 'importlib.import_module("ortools")'),
    (absences.frameworks, "backend/rota/x.py", 'import_string("scheduler.tasks.solve")'),
    (absences.frameworks, "backend/rota/x.py", 'current_app.send_task("solve")'),
    (absences.frameworks, "matching/x.py", 'def f():\n    __import__("django.db")'),
    (
        absences.http,
        "backend/rota/queries/x.py",
        "from django.core import exceptions\nraise exceptions.PermissionDenied",
    ),
    (absences.http, "backend/rota/queries/x.py", "from django import http as h\nh.Http404"),
    (absences.http, "backend/planning/events.py", "from django.http import Http404"),
    (absences.http, "backend/planning/chances.py", "from django.shortcuts import redirect"),
    (absences.writes, "backend/web/x.py", "row.delete()"),
    (absences.writes, "backend/web/x.py", "rows.update(state='a')"),
    (absences.writes, "backend/web/x.py", "rows.update(**values)"),
    (absences.writes, "backend/web/x.py", "session.activities.add(activity)"),
    (absences.writes, "scheduler/tasks/x.py", "row.programmes.set([])"),
    (
        absences.translations,
        "backend/web/x.py",
        "import matching as m\nm.Problem(volunteers=())",
    ),
    (absences.translations, "backend/web/x.py", "from matching import Problem as P\nP()"),
    (
        absences.translations,
        "backend/rota/aims.py",
        "from dataclasses import replace\nreplace(problem, weights=w)",
    ),
    (
        absences.translations,
        "backend/bookings/x.py",
        "import dataclasses as d\nfrom matching import Volunteer\nd.replace(her, asks=1)",
    ),
    (absences.inline, "frontend_templates/x.html", "<style>p { color: red }</style>"),
    (absences.inline, "frontend_templates/x.html", "<p style='color: red'>"),
    (absences.inline, "frontend_templates/x.html", '<p\nstyle="color: red">'),
    (absences.inline, "frontend_templates/x.html", "<a\nonclick='go()'>"),
    (absences.inline, "frontend_templates/x.html", "<a onclick=go()>"),
    (absences.drawers, "backend/web/util.py", ""),
    (absences.drawers, "backend/web/tools.py", ""),
    (absences.drawers, "matching/utils/__init__.py", ""),
    (absences.drawers, "backend/rota/exceptions/refusals.py", ""),
    (absences.questions, "backend/web/x.py", "session.bookings.filter(family=1).first()"),
    (
        absences.questions,
        "backend/web/x.py",
        "rows = consents(1)\nrows.filter(child_id=1)",
    ),
    (absences.questions, "backend/web/x.py", "Shift._default_manager.filter(session=1)"),
    (absences.questions, "backend/web/x.py", "Shift.objects.filter(pk=1).exclude(state='x')"),
    (absences.questions, "backend/web/x.py", "access.sessions_seen(user).exclude(pk=0)"),
    (absences.questions, "backend/web/x.py", "rows.filter(Q(name='a'))"),
    (absences.questions, "backend/web/x.py", "family.children.annotate(agreed=agreed())"),
    (absences.questions, "backend/web/x.py", "with connection.cursor() as cursor: ..."),
    (absences.shown_questions, "frontend_templates/x.html", "{{ rota.sessions.count }}"),
    (absences.shown_questions, "frontend_templates/x.html", "{% if a and b.rows.exists %}"),
    (absences.shown_questions, "frontend_templates/x.html", "{% with a=b.rows.all.first %}"),
    (absences.questions, "backend/web/x.py", "many = rota.sessions.count()"),
    (absences.questions, "backend/web/x.py", "if her.availability.exists(): ..."),
    (absences.questions, "backend/web/x.py", "self.session.bookings.count()"),
    (absences.questions, "backend/web/x.py", "her.availability.values_list('weekday', 'end')"),
    (absences.questions, "backend/web/x.py", "her.programmes.order_by('pk').values('name')"),
    (absences.questions, "backend/web/x.py", "booking.family.children.all().first()"),
    (absences.questions, "backend/web/x.py", "rows.raw('select 1')"),
    (absences.questions, "backend/web/x.py", "rows.extra(where=['a'])"),
    (absences.questions, "backend/web/x.py", "get_object_or_404(rows, pk=pk, organisation=hers)"),
    (absences.questions, "backend/web/x.py", "rota.sessions.get(pk=pk, state=open)"),
    (absences.questions, "backend/web/x.py", "Shift.objects.filter(pk=pk, session__rota=rota)"),
    (absences.questions, "backend/web/x.py", "many = len(session.bookings.all())"),
    (absences.shown_questions, "frontend_templates/x.html", "{{ session.bookings.all|length }}"),
    (absences.inline, "frontend_templates/x.html", '<p {% if a %}style="color: red"{% endif %}>'),
    (absences.inline, "frontend_templates/x.html", '<a {% if a %}onclick="go()"{% endif %}>'),
    (absences.drawers, "frontend_templates/coordinator/_helpers.html", ""),
    (absences.drawers, "frontend_templates/static/js/utils.js", ""),
    (absences.drawers, "frontend_templates/components/misc/x.html", ""),
    (absences.questions, "backend/web/x.py", "get_object_or_404(Shift, Q(pk=pk) & Q(state=open))"),
    (absences.questions, "backend/web/x.py", "rows.get(models.Q(name='a'), pk=pk)"),
    (absences.questions, "backend/web/x.py", "rows.filter(Q(state=open), pk=pk)"),
    (absences.clocks, "backend/rota/operations/x.py", "run('UPDATE rota_offer SET at = now()')"),
    (absences.clocks, "backend/rota/operations/x.py", "RawSQL('CURRENT_TIMESTAMP', [])"),
    (absences.clocks, "backend/rota/models/x.py", "Func(function='statement_timestamp')"),
    (absences.clocks, "backend/rota/queries/x.py", "rows.extra(where=['at < localtimestamp'])"),
    (
        absences.clocks,
        "backend/rota/queries/x.py",
        "from django.utils import timezone\nrows.filter(at__lt=timezone.now())",
    ),
    (absences.clocks, "backend/access/x.py", "session.starts_at <= clock.now()"),
    (
        absences.signals,
        "backend/rota/x.py",
        "from django.dispatch import Signal\nchanged = Signal()",
    ),
    (absences.signals, "backend/x.py", "import django.dispatch as d\nchanged = d.Signal()"),
    (
        absences.signals,
        "backend/web/x.py",
        "from django.core.signals import request_finished\nrequest_finished.connect(f)",
    ),
    (absences.solving, "backend/web/x.py", "from matching import solve"),
    (absences.solving, "backend/web/x.py", "import matching as m\nm.Search(problem)"),
    (
        absences.solving,
        "backend/planning/queries/x.py",
        "def f():\n    from matching import repair",
    ),
    (absences.unescaped, "backend/web/x.py", "mark_safe(f'<b>{name}</b>')"),
    (absences.unescaped, "backend/web/x.py", "safestring.mark_safe(row.title)"),
    (absences.unescaped, "backend/web/x.py", "SafeString(row.title)"),
    (absences.unescaped, "backend/web/x.py", "format_html(f'<b>{name}</b>')"),
    (absences.unescaped, "backend/web/x.py", "format_html('<b>%s</b>' % name)"),
    (absences.unescaped, "backend/web/x.py", "format_html('<b>' + name + '</b>{}', a)"),
    (absences.unescaped, "backend/web/x.py", "format_html_join(name, '<b>{}</b>', rows)"),
    (absences.unescaped, "backend/web/x.py", "class A:\n    def __html__(self): return self.a"),
    (absences.shown_raw, "frontend_templates/x.html", "{{ row.title|safe }}"),
    (absences.shown_raw, "frontend_templates/x.html", "{{ row.titles | safeseq|join:' ' }}"),
    (absences.shown_raw, "frontend_templates/x.html", "{% autoescape off %}{{ a }}"),
    (absences.writes, "backend/web/x.py", "Access.objects.filter(pk=1).update(values)"),
    (absences.writes, "scheduler/tasks/x.py", "run('UPDATE rota_offer SET state = %s', [a])"),
    (absences.writes, "backend/rota/queries/x.py", "cursor.execute('DELETE FROM rota_offer')"),
    (absences.writes, "backend/web/x.py", "getattr(row, 'save')()"),
    (absences.writes, "backend/web/x.py", "getattr(row, name)()"),
    (absences.writes, "backend/web/x.py", "put = row.save\nput()"),
    (absences.writes, "backend/web/x.py", "list(map(operator.methodcaller('delete'), rows))"),
    (absences.writes, "backend/rota/queries/x.py", "getattr(row, 'save')()"),
    (absences.writes, "backend/rota/queries.py", "rows.update(state=state)"),
    (absences.writes, "backend/rota/policy.py", "row.save()"),
    (absences.writes, "backend/access/x.py", "Shift.objects.create(a=1)"),
    (
        absences.patches,
        "backend/rota/x.py",
        "from backend.rota.models import Session\nSession.save = mine",
    ),
    (
        absences.patches,
        "scheduler/x.py",
        "from backend.rota.models import Session\nsetattr(Session, 'save', mine)",
    ),
    (absences.patches, "matching/x.py", "import matching.check as c\nc.check = mine"),
    (absences.patches, "backend/x.py", "import os\nos.sep = 'x'"),
    (absences.patches, "backend/x.py", "import os\nos.environ.get, a = mine, 1"),
    (absences.patches, "backend/x.py", "import os\na = [b, (c, *os.environ.get)] = mine"),
    (absences.patches, "backend/x.py", "import os\nfor a, os.sep in mine: ..."),
    (absences.patches, "backend/x.py", "import os\nwith mine as (a, os.sep): ..."),
    (absences.patches, "backend/x.py", "import os\n[a for os.sep in mine]"),
]


def test_what_a_page_may_ask_is_still_asked() -> None:
    gone = []
    for page, said in absences.ASKS:
        if said not in (ROOT / "backend/web" / page).read_text(encoding="utf-8"):
            gone.append(page)
    assert gone == []


def test_what_is_excused_is_still_there() -> None:
    assert [path for path in absences.SAYS_SQL if not (ROOT / path).is_file()] == []
    gone = []
    for path, said in absences.DRAWN:
        if said not in (ROOT / path).read_text(encoding="utf-8"):
            gone.append(said)
    assert gone == []


@pytest.mark.parametrize("path", ["frontend_templates/*", "docker/*"])
def test_no_drawer_is_beside_the_code(path: str) -> None:
    assert [one for one in files(path) if absences.drawers(one, "")] == []


def test_what_is_set_from_outside_is_still_set() -> None:
    gone = []
    for path, name in absences.SET_FROM_OUTSIDE:
        if f"{name} = " not in (ROOT / path).read_text(encoding="utf-8"):
            gone.append(name)
    assert gone == []


@pytest.mark.parametrize(("check", "path", "text"), BROKEN)
def test_a_guard_bites(check: absences.Check, path: str, text: str) -> None:
    assert check(path, text) != []


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (absences.clocks, "backend/web/x.py", "moment = clock.now()"),
        (absences.clocks, "backend/rota/operations/x.py", 'said = {"now": now, "current": 1}'),
        (absences.unescaped, "backend/web/x.py", "format_html('<b>{}</b>', name)"),
        (absences.unescaped, "backend/web/x.py", "mark_safe('aria-hidden=\"true\"')"),
        (absences.inline, "frontend_templates/x.html", '<p {{ name }}="a" data-{{ a }}-style="b">'),
        (absences.solving, "backend/web/x.py", "from matching import Desk, Plan"),
        (absences.writes, "backend/rota/operations/x.py", "Shift.objects.create()"),
        (absences.writes, "backend/web/x.py", "html = Template().update()"),
        (absences.questions, "backend/web/x.py", "Shift.objects.only('pk').filter(pk=1).first()"),
        (absences.questions, "backend/web/x.py", "ChoiceField(queryset=Shift.objects.none())"),
        (absences.questions, "backend/rota/queries/x.py", "Shift.objects.all()"),
        (absences.questions, "backend/web/x.py", "session.shifts.filter(pk=1).first()"),
        (absences.questions, "backend/web/x.py", "list(row.pages.order_by('position'))"),
        (absences.questions, "backend/web/x.py", "projects_seen(user).order_by('pk').count()"),
        (absences.questions, "backend/web/x.py", "form.fields.values()\nhis.text.count('a')"),
        (absences.questions, "backend/web/x.py", "self.rows.count()"),
        (absences.shown_questions, "frontend_templates/x.html", "{{ rota.count }}{{ a.first }}"),
        (absences.shown_questions, "frontend_templates/x.html", "{% if not forloop.first %}"),
        (
            absences.shown_questions,
            "frontend_templates/x.html",
            "{% if forloop.parentloop.last %}{% for one in wish.children.all %}",
        ),
        (absences.inline, "frontend_templates/x.html", '<script src="/static/js/ui.js"></script>'),
        (absences.frameworks, "scheduler/x.py", "import celery"),
        (absences.http, "backend/web/x.py", "from django.http import Http404"),
        (absences.clocks, "backend/rota/policy.py", "def f(now):\n    return frame.now - now"),
        (absences.writes, "backend/web/x.py", "seen.add(1)\nself.seen.add(1)\nfacts.update(more)"),
        (absences.writes, "backend/web/x.py", "cache.delete('a')"),
        (absences.drawers, "backend/common/reading.py", ""),
        (absences.inline, "frontend_templates/x.html", "{% include 'x' with\nonly=1 style='a' %}"),
        (
            absences.translations,
            "backend/planning/x.py",
            "from dataclasses import replace\nreplace(problem, current=None)",
        ),
        (absences.http, "backend/rota/operations/x.py", "from django.core import exceptions"),
        (absences.questions, "backend/web/x.py", "Shift.objects.filter(pk=pk, volunteer=her)"),
        (absences.questions, "backend/web/x.py", "request.GET.get('state')\nlen(rows)"),
        (absences.writes, "backend/web/x.py", "getattr(row, name)\ngetattr(row, 'saved')"),
        (absences.writes, "backend/rota/operations/x.py", "getattr(row, 'save')()"),
        (absences.patches, "backend/rota/x.py", "row.state = state\nsetattr(row, name, value)"),
        (
            absences.translations,
            "backend/web/x.py",
            "from backend.rota.models import Session\nSession()",
        ),
        (
            absences.translations,
            "backend/rota/snapshot/x.py",
            "from matching import Shift\nShift()",
        ),
    ],
)
def test_a_guard_lets_pass_what_is_right(check: absences.Check, path: str, text: str) -> None:
    assert check(path, text) == []


# How each ● of ARCHITECTURE.md begins, and the guards that hold it.
GUARDS: dict[str, tuple[absences.Check, ...]] = {
    "No `post_save` receiver": (absences.signals,),
    "No clock inside rules": (absences.clocks,),
    "No ORM and no Django in `matching`": (absences.frameworks, absences.solving),
    "No HTTP in a query": (absences.http,),
    "No question to the tables in a page or a template": (
        absences.questions,
        absences.shown_questions,
    ),
    "No `.save()` or `.create()`": (absences.writes,),
    "No problem of `matching` is made of rows": (absences.translations,),
    "No text is markup": (absences.unescaped, absences.shown_raw),
    "No inline style or script": (absences.inline,),
    "No `utils.py`": (absences.drawers,),
    "No name of another module": (absences.patches,),
}


def test_everything_that_is_said_to_be_held_has_a_guard_that_was_seen_to_bite() -> None:
    said = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    held = re.findall(r"^- ● (.*)$", said, re.M)
    unguarded = [line for line in held if not any(line.startswith(start) for start in GUARDS)]
    assert unguarded == []
    assert len(held) == len(GUARDS)
    tried = {check for check, _, _ in BROKEN}
    assert {check for checks in GUARDS.values() for check in checks} - tried == set()


def test_the_project_names_no_registry_and_no_machine() -> None:
    forbidden = r"py[p]i\.org|python[h]osted|registry\.n[p]mjs|de[b]\.debian|/wor[k]/|/roo[t]/"
    found = []
    for path in files("*"):
        if not path.endswith((".png", ".gz", ".mo", ".ico", ".otf", ".docx")):
            found += absences.lines(forbidden, path, (ROOT / path).read_text(encoding="utf-8"))
    assert found == []
