"""Takes over the table of projects, with its rows, from the app of programmes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("programmes", "0005_projects_leave")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE programmes_project RENAME TO projects_project;"
                    "ALTER TABLE programmes_project_programmes RENAME TO projects_project_programmes;",
                    "ALTER TABLE projects_project_programmes RENAME TO programmes_project_programmes;"
                    "ALTER TABLE projects_project RENAME TO programmes_project;",
                )
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Project",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("partners", models.CharField(blank=True, max_length=200)),
                        ("budget_yuan", models.PositiveIntegerField(blank=True, null=True)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "programmes",
                            models.ManyToManyField(related_name="+", to="programmes.programme"),
                        ),
                    ],
                ),
            ],
        ),
        migrations.RenameField("project", "partners", "summary"),
        migrations.AlterField(
            "project",
            "programmes",
            models.ManyToManyField(blank=True, related_name="+", to="programmes.programme"),
        ),
    ]
