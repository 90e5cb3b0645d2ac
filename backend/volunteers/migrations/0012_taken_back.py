"""A credential's end tells whether a person said it or a training's attendance was corrected."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0011_languages"),
    ]

    operations = [
        migrations.AddField(
            model_name="volunteercredential",
            name="taken_back",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
