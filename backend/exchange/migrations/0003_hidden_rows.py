"""How many of the rows that were read the sheet does not show."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_exports")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="hidden_rows",
            field=models.PositiveIntegerField(default=0),
        )
    ]
