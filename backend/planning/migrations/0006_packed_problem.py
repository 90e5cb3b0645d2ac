"""The problem of a run is a column that rotating the keys finds; nothing changes in the database."""

from __future__ import annotations

from django.db import migrations

from backend.common.sealing import PackedField


class Migration(migrations.Migration):
    dependencies = [("planning", "0005_who_was_read")]
    operations = [
        migrations.AlterField(model_name="run", name="problem", field=PackedField(null=True))
    ]
