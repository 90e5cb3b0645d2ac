"""Projects: a funded undertaking with its partners, its money, the sessions that belong to it and
the people whom it reached. Money and people are append-only: a mistake is reversed, and the right
entry follows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.organisations.models import Organisation
from backend.places.models import Division, Venue
from backend.programmes.models import Programme
from backend.rota.models import Session


class Partner(models.Model):
    """Whoever does something jointly with the federation: a women's organisation, a foundation, a
    court. `raised_from`: since when the incubator raises it."""

    class Kind(models.TextChoices):
        WOMENS = "womens", "女性社会组织"
        FOUNDATION = "foundation", "基金会"
        COMPANY = "company", "企业"
        AGENCY = "agency", "党政部门、群团"
        SCHOOL = "school", "学校、医院"
        OTHER = "other", "其他"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )  # who keeps its entry
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    raised_from = models.DateField(null=True, blank=True)
    raised_until = models.DateField(null=True, blank=True)  # the last day

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_partner_name"),
            models.CheckConstraint(
                condition=Q(raised_until__isnull=True) | Q(raised_from__lte=F("raised_until")),
                name="partner_raised",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """A funded undertaking inside programmes, kept by one organisation.

    `incubated`: carried out by the incubator's women's organisations. `version` rises with each
    change; a stale edit is refused.
    """

    class Kind(models.TextChoices):
        SERVICE = "service", "服务"
        FUND = "fund", "助学、帮扶资金"
        INSURANCE = "insurance", "保险"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SERVICE)
    programmes = models.ManyToManyField(Programme, blank=True, related_name="+")
    partners = models.ManyToManyField(Partner, through="Partnership", related_name="projects")
    summary = models.CharField(max_length=200, blank=True)
    incubated = models.BooleanField(default=False)
    budget_yuan = models.PositiveIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day, as planned
    closed_on = models.DateField(null=True, blank=True)  # nothing is entered any more
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-starts_on"], name="project_list"),
            models.Index(fields=["incubated", "starts_on"], name="project_incubated"),
        ]

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    def __str__(self) -> str:
        return self.name


class Partnership(models.Model):
    """What a partner does in a project."""

    class Task(models.TextChoices):
        CARRIES = "carries", "承办"
        FUNDS = "funds", "出资"
        TOGETHER = "together", "联办"
        GUIDES = "guides", "指导"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="parts")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="parts")
    task = models.CharField(max_length=10, choices=Task.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "partner", "task"], name="one_part")
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.task} {self.project_id}"


class Belonging(models.Model):
    """A session belongs to a project, and to no other: so nobody whom it reached counts twice."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="belongings")

    def __str__(self) -> str:
        return f"{self.session_id} of {self.project_id}"


class BookLine(models.Model):
    """One line of a project's book. The database refuses UPDATE, DELETE and TRUNCATE."""

    project: models.ForeignKey[Project, Project]
    on = models.DateField()
    note = models.CharField(max_length=120, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class Money(BookLine):
    """Money that came in or was spent, in fen; negative: a reversal."""

    class Purse(models.TextChoices):
        FISCAL = "fiscal", "财政"
        WELFARE = "welfare", "公益创投、福彩"
        FOUNDATION = "foundation", "基金会"
        COMPANY = "company", "企业捐赠"
        PUBLIC = "public", "社会捐赠"
        OWN = "own", "自筹"
        ACTIVITY = "activity", "活动开支"
        PEOPLE = "people", "讲课、劳务"
        GRANT = "grant", "发放给受益人"
        PREMIUM = "premium", "保费"
        THINGS = "things", "物资、场地"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="money")
    incoming = models.BooleanField()
    purse = models.CharField(max_length=10, choices=Purse.choices)
    fen = models.BigIntegerField()
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # whom it came from
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    class Meta:
        indexes = [models.Index(fields=["project", "on"], name="money_project")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, fen__gt=0)
                | Q(reverses__isnull=False, fen__lt=0),
                name="money_sign",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.fen} fen"


class ReachEntry(BookLine):
    """People whom a project reached beside its sessions: `times` counts each time, `people` each
    of them once where that is known. Negative: a reversal."""

    class Who(models.TextChoices):
        EVERYBODY = "everybody", "居民"
        WOMEN = "women", "妇女"
        CHILDREN = "children", "儿童"
        FAMILIES = "families", "家庭"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reach")
    who = models.CharField(max_length=10, choices=Who.choices)
    times = models.BigIntegerField()
    people = models.BigIntegerField(null=True, blank=True)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # where they live, when that is known
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    class Meta:
        indexes = [
            models.Index(fields=["project", "on"], name="reach_project"),
            models.Index(fields=["who", "on"], name="reach_who"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, times__gt=0)
                | Q(reverses__isnull=False, times__lt=0),
                name="reach_sign",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.times}"


class Station(models.Model):
    """A service station of a programme, at a venue, run by one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)  # the last day

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "venue"],
                condition=Q(closed_on__isnull=True),
                name="one_station_a_venue",
            )
        ]

    def __str__(self) -> str:
        return f"station {self.pk}"
