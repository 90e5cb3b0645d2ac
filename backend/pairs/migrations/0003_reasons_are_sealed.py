"""Why a coordinator corrected a visit stood in clear; it may tell of a child. It goes from where her
hours repeated it, and with the consent it goes altogether."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

import backend.common.sealing

NOTED = "结对记录里改过"


def seal(apps: Any, schema_editor: Any) -> None:
    attendances = apps.get_model("records", "Attendance").objects
    rows = apps.get_model("pairs", "PairMeetingChange").objects.exclude(reason="")
    for row in rows.select_related("meeting__pair__child"):
        attendances.filter(assignment=row.meeting.place_id, why=row.reason).update(why=NOTED)
        if row.meeting.pair.child.forgotten_at is None:
            row.because = row.reason
        row.reason = ""
        row.save(update_fields=["because", "reason"])


class Migration(migrations.Migration):
    dependencies = [
        ("pairs", "0002_corrections"),
        ("records", "0011_trainings"),
    ]

    operations = [
        migrations.AddField(
            model_name="pairmeetingchange",
            name="because",
            field=backend.common.sealing.SealedField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="pairmeetingchange",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
