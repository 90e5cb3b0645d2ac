"""What a family said of a class that nobody leads any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0005_moved_from")]

    operations = [
        migrations.AddField(
            model_name="booking", name="stays", field=models.BooleanField(blank=True, null=True)
        ),
    ]
