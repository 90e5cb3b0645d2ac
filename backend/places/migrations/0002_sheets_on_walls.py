"""The code on a wall has a number, so that it can be renewed; what hangs there now is the first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="venue",
            name="wall_number",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="venue",
            name="wall_renewed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
