from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programmes", "0002_seats_follow_roles")]

    operations = [
        migrations.AddField(
            model_name="role",
            name="leads",
            field=models.BooleanField(db_default=False, default=False),
        )
    ]
