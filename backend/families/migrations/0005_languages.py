"""Languages beside 普通话: who speaks them, and who would like them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("families", "0004_wish_in_chips"),
    ]

    operations = [
        migrations.AddField(
            model_name="family",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.AddField(
            model_name="family",
            name="language_needed",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
