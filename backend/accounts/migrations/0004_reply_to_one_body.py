from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_reply")]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="body",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
