"""What made a pause is kept as what it was; its sentence is said where it is read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0012_taken_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="pause",
            name="because",
            field=models.CharField(
                blank=True,
                choices=[("guardian", "监护人撤回了同意")],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
    ]
