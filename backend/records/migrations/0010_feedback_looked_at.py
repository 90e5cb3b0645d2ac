"""That no tutor came stays at the desk until somebody has looked at it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_signed_in_at_a_home")]

    operations = [
        migrations.AddField(
            model_name="feedback",
            name="looked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
