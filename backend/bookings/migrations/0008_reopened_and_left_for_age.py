"""Which booking was called off and is asked again, and which children left one because of ages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0007_age"),
        ("families", "0005_languages"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="reopened",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="booking",
            name="left_for_age",
            field=models.ManyToManyField(related_name="+", to="families.child"),
        ),
    ]
