"""What somebody imports: the file, its rows as they were read, and what became of each.

Rows and files are staged: they go some days after the import is over, what stays says who brought
in what, when, and how many rows. Cells and sentences may be about people, so they are sealed.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.common.sealing import SealedBytesField, SealedField, SealedModel
from backend.organisations.models import Organisation
from backend.rota.models import Rota


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "正在看"
    CHECKED = "checked", "等你确认"
    CONFIRMED = "confirmed", "正在导入"
    DONE = "done", "导入好了"
    UNREADABLE = "unreadable", "看不了"
    DROPPED = "dropped", "没有导入"


class Outcome(models.TextChoices):
    ADDED = "added", "新增"
    CHANGED = "changed", "修改"
    SAME = "same", "跳过"
    WRONG = "wrong", "要改"


class Import(models.Model):
    """One file that somebody brought in: read and compared by a worker, written when she confirms.

    `table` is a key of `backend.exchange.tables.TABLES`. Who works on it holds an advisory lock
    (`operations.working`); `called_at` and `attempt` are of that work.
    """

    State = ImportState
    OPEN = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.CONFIRMED)
    WORKED_ON = (ImportState.UPLOADED, ImportState.CONFIRMED)

    table = models.CharField(max_length=12)
    rota = models.ForeignKey(
        Rota, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # of which the sessions are
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports"
    )
    made_at = models.DateTimeField()
    file_name = models.CharField(max_length=100, blank=True)  # empty: pasted
    file_hash = models.CharField(max_length=64)  # SHA-256
    size = models.PositiveIntegerField()  # bytes
    language = models.CharField(max_length=12)  # of the sentences about its cells
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    sheet = models.CharField(max_length=40, blank=True)
    hidden = models.JSONField(default=list)  # sheets that were not read
    hidden_rows = models.PositiveIntegerField(default=0)  # of those that were read
    columns = models.JSONField(default=list)  # keys of the table's columns, as the file has them
    unused = models.JSONField(default=list)  # headings that are none of ours
    why = models.CharField(max_length=300, blank=True)  # it was refused, as a sentence
    rows_read = models.PositiveIntegerField(default=0)
    rows_written = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)  # its rows are gone
    called_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-made_at"], name="import_log"),
            models.Index(
                fields=["called_at"],
                name="import_worked_on",
                condition=Q(state__in=[ImportState.UPLOADED, ImportState.CONFIRMED]),
            ),
            models.Index(
                fields=["made_at"],
                name="import_staged",
                condition=Q(forgotten_at__isnull=True),
            ),
        ]

    @property
    def waits_for_reading(self) -> bool:
        return self.state == ImportState.UPLOADED

    @property
    def is_checked(self) -> bool:
        return self.state == ImportState.CHECKED

    @property
    def is_being_written(self) -> bool:
        return self.state == ImportState.CONFIRMED

    @property
    def is_done(self) -> bool:
        return self.state == ImportState.DONE

    @property
    def is_worked_on(self) -> bool:
        return self.state in self.WORKED_ON

    def __str__(self) -> str:
        return f"import {self.pk} of {self.table}"


class ImportFile(SealedModel):
    """The file as it came, until it has been read."""

    of = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="file")
    data = SealedBytesField()

    def __str__(self) -> str:
        return f"file of import {self.of_id}"


class ImportRow(SealedModel):
    """One row of the sheet.

    `cells` are its texts, `said` what is wrong by the column's key ("" of the whole row), `was`
    what stands there now, of the cells that change; all three JSON. `target` is the row of ours
    that it is about, `expects` how that was when the two were compared: if it is otherwise by the
    time of writing, nothing is written. `touches`: the volunteers who would be asked or told, by
    key, and how many families.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # in the sheet
    cells = SealedField()
    said = SealedField(null=True, blank=True)
    was = SealedField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    target = models.BigIntegerField(null=True, blank=True)
    expects = models.CharField(max_length=80, blank=True)
    touches = models.JSONField(default=dict)
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_import_row")]
        indexes = [models.Index(fields=["of", "outcome", "number"], name="import_row_list")]

    def __str__(self) -> str:
        return f"row {self.number} of import {self.of_id}"


class Export(models.Model):
    """Somebody wants a table of people with whole telephone numbers: another person says yes, and
    the file can be had for a day. What stays says who took out what, for what, and who agreed."""

    table = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "table"],
                condition=Q(decided_at__isnull=True),
                name="one_open_export",
            )
        ]
        indexes = [models.Index(fields=["organisation", "-asked_at"], name="export_log")]

    def __str__(self) -> str:
        return f"export {self.pk} of {self.table}"
