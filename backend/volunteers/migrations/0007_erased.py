"""When a volunteer took her data back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0006_pauses")]

    operations = [
        migrations.AddField(
            model_name="volunteer",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
