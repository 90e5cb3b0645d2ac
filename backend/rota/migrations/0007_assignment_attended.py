from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rota", "0006_a_role_may_go")]

    operations = [
        migrations.AddField("assignment", "attended", models.BooleanField(blank=True, null=True)),
        migrations.AddIndex(
            "assignment",
            models.Index(
                condition=models.Q(("attended__isnull", True), ("state__in", ["active", "done"])),
                fields=["end_minute"],
                name="assignment_without_word",
            ),
        ),
    ]
