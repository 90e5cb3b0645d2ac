from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from backend.common.append_only import append_only, never_emptied


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_books")]

    operations = [
        migrations.AlterField(
            model_name="project",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        append_only("projects_money"),
        never_emptied("projects_money"),
        append_only("projects_reachentry"),
        never_emptied("projects_reachentry"),
    ]
