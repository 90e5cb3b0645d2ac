"""Where somebody is signed in. Who is signed in already finds those browsers, too."""

import datetime

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.utils import timezone

AGE = datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
AT_ONCE = 1000


def find(apps: Apps, schema_editor: object) -> None:
    users = set(apps.get_model("accounts", "User").objects.values_list("pk", flat=True))
    SignIn = apps.get_model("accounts", "SignIn")
    Session = apps.get_model("sessions", "Session")
    read = SessionStore().decode
    rows = []
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        user = read(session.session_data).get("_auth_user_id")
        if user is None or int(user) not in users:
            continue
        at = session.expire_date - AGE
        row = SignIn(user_id=int(user), session_key=session.session_key, at=at)
        row.program, row.machine = "browser", "unknown"
        rows.append(row)
    SignIn.objects.bulk_create(rows, batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_purposes_of_codes"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("session_key", models.CharField(max_length=40, unique=True)),
                (
                    "program",
                    models.CharField(
                        choices=[("wechat", "微信"), ("browser", "浏览器")], max_length=8
                    ),
                ),
                (
                    "machine",
                    models.CharField(
                        choices=[
                            ("iphone", "iPhone"),
                            ("tablet", "平板"),
                            ("android", "安卓手机"),
                            ("computer", "电脑"),
                            ("mac", "Mac 或 iPad"),
                            ("unknown", "看不出是什么"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(find, migrations.RunPython.noop),
    ]
