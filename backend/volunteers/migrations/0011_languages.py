"""Languages beside 普通话: who speaks them, and who would like them."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0010_minors"),
    ]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
    ]
