from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from backend.records.chain import link

TABLE = "records_servicerecord"


def chain_and_mark(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What was recorded before becomes chains, and whoever has minutes there has attended.

    Only the owner of the table, who migrates, may lift its triggers; they are back at the end of
    the transaction.
    """
    records = apps.get_model("records", "ServiceRecord")
    heads: dict[int, tuple[int, str]] = {}
    editor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_append_only")
    for row in records.objects.order_by("volunteer_id", "recorded_at", "pk").iterator():
        heads[row.volunteer_id] = link(row, heads)
        row.save(update_fields=["number", "previous", "digest"])
    editor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_append_only")
    editor.execute(
        "UPDATE rota_assignment a SET attended = true WHERE a.state IN ('active', 'done') AND "
        f"(SELECT sum(r.minutes) FROM {TABLE} r WHERE r.volunteer_id = a.volunteer_id "
        "AND r.session_id = a.session_id) > 0"
    )
    editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # before the columns are narrowed below


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_never_emptied"),
        ("rota", "0007_assignment_attended"),
    ]

    operations = [
        migrations.AddField("servicerecord", "word_by_id", models.BigIntegerField(null=True)),
        migrations.AddField("servicerecord", "number", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "servicerecord", "previous", models.CharField(blank=True, max_length=64, default="")
        ),
        migrations.AddField("servicerecord", "digest", models.CharField(max_length=64, default="")),
        migrations.RunPython(chain_and_mark, migrations.RunPython.noop),
        migrations.AlterField("servicerecord", "number", models.PositiveIntegerField()),
        migrations.AlterField(
            "servicerecord", "previous", models.CharField(blank=True, max_length=64)
        ),
        migrations.AlterField("servicerecord", "digest", models.CharField(max_length=64)),
        migrations.AddConstraint(
            "servicerecord",
            models.UniqueConstraint(fields=("volunteer", "number"), name="service_chain"),
        ),
    ]
