"""What runs and how it is, for the people who keep it running. No personal data."""

from __future__ import annotations

import platform
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

import redis
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.common import clock
from backend.harm.queries import organisations_unread
from backend.live.process import Live
from backend.notifications.channels.budget import spent
from backend.organisations.queries import is_operator
from backend.outbox import doorbell
from backend.outbox.queries import dispatched, lag, newest
from backend.planning.queries import runs
from backend.web.health import OK, Condition, foundations

PACKAGES = ("moli-roster", "django", "channels", "celery", "ortools", "uvicorn", "redis", "psycopg")
RUNS = 10


def status(request: HttpRequest) -> HttpResponse:
    """The whole page; _status.html alone when the page asks itself again."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not is_operator(request.user):
        raise PermissionDenied
    template = "operator/status.html"
    if request.headers.get("HX-Request"):
        template = "operator/_status.html"
    return render(request, template, _status())


def _status() -> dict[str, object]:
    moment = clock.now()
    waiting = lag(moment)
    return {
        "facts": [*_foundations(), _reports_read(), *_budgets(moment)],
        "numbering": waiting.numbering,
        "dispatch": waiting.dispatch,
        "newest": newest(),
        "undispatched": newest() - dispatched(),
        "position": Live.here.position if Live.here is not None else None,
        "live_runs": list(runs.live_runs()),
        "past_runs": list(runs.past_runs()[:RUNS]),
        "versions": _versions(),
        "demo_city": settings.DEMO,
        "moment": moment,
    }


def _foundations() -> list[tuple[str, str, bool]]:
    """Name, what is so in a few words, and whether it is well."""
    return [(_named(name), said(found), found == OK) for name, found in foundations().items()]


def said(found: Condition) -> str:
    sentences = {
        "ok": _("正常"),
        "away": _("连不上"),
        "unheard": _("从没报过到"),
        "silent": _("%(n)s 秒没有动静"),
        "behind": _("慢了 %(n)s 秒"),
        "overdue": _("过期 %(n)s 秒"),
        "no_backup": _("还没有"),
        "old_backup": _("%(n)s 小时以前的"),
        "old_tables": _("比程序旧，请运行 migrate"),
    }
    return sentences[found.code] % {"n": round(found.amount)}


def _reports_read() -> tuple[str, object, bool]:
    """Whether somebody is told when a report of harm is handed in, wherever a rota is published."""
    unread = organisations_unread()
    words = _("%(n)s 个妇联上面没有儿童信息负责人") % {"n": unread}
    return _("强制报告有人看"), words, not unread


def _budgets(now: datetime) -> list[tuple[str, object, bool]]:
    """How much of today's messages each channel has sent, as loud as it should be."""
    return [
        (
            _("今天能发的%(channel)s") % {"channel": _way(one.channel)},
            _("已经用了 %(taken)s / %(most)s") % {"taken": one.taken, "most": one.most},
            not one.alarming,
        )
        for one in spent(now)
    ]


def _way(channel: str) -> str:
    return {
        "sms": _("短信"),
        "email": _("邮件"),
        "wechat": _("微信消息"),
        "wecom": _("企业微信群消息"),
        "dingtalk": _("钉钉群消息"),
    }[channel]


def _named(part: str) -> str:
    return {
        "database": _("数据库"),
        "tables": _("表结构"),
        "relay": _("转发进程"),
        "worker": _("任务进程"),
        "sender": _("发信进程"),
        "solver": _("排班运算进程"),
        "beat": _("定时进程"),
        "timetable": _("定时任务"),
        "backup": _("备份"),
        "leases": _("运算租约"),
        "redis": _("Redis 门铃"),
    }.get(part, part)


def _versions() -> list[tuple[str, str]]:
    found = [
        ("Python", platform.python_version()),
        ("PostgreSQL", _postgresql()),
        ("Redis", _redis()),
    ]
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # run from a checkout that is not installed
            continue
    return found


def _postgresql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def _redis() -> str:
    try:
        server = doorbell.client().info("server")
    except redis.RedisError:
        return "–"
    version = server.get("valkey_version") or server.get("redis_version")
    return f"{server.get('server_name', 'redis')} {version}"
