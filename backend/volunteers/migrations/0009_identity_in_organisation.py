"""An identity number stands once in an organisation: that another organisation holds it is told to
nobody who guesses it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0008_by_answers")]

    operations = [
        migrations.AlterField(
            model_name="volunteer",
            name="identity_index",
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="volunteer",
            index=models.Index(fields=["identity_index"], name="volunteer_identity"),
        ),
        migrations.AddConstraint(
            model_name="volunteer",
            constraint=models.UniqueConstraint(
                fields=("organisation", "identity_index"), name="one_person_an_organisation"
            ),
        ),
    ]
