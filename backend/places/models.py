"""Divisions by official code, venues, calendar days.

The federation's own tree is elsewhere (organisations).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.places.codes import COUNTY


class Division(models.Model):
    """County (6 digits), street (9) or village (12).

    A code is its own path: the parent's code is its beginning.
    """

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)  # 区 县 市 / 街道 镇 乡 / 社区 村
    pinyin = models.CharField(max_length=80, blank=True)
    initials = models.CharField(max_length=20, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    point_source = models.CharField(
        max_length=24, blank=True
    )  # "county_seat_fallback": never show it as an address
    operational = models.BooleanField(default=True)  # False: statistical rows that nobody lives in
    in_service_area = models.BooleanField(default=True)
    retired_on = models.DateField(
        null=True, blank=True
    )  # streets change yearly: import by code, never delete

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^(\d{6}|\d{9}|\d{12})$"), name="division_code"
            )
        ]

    @property
    def county_code(self) -> str:
        return self.code[:COUNTY]

    @property
    def point(self) -> tuple[float, float]:
        """Its point, which every county and street has; a village may raise ValueError."""
        if self.latitude is None or self.longitude is None:
            raise ValueError(f"{self.code} has no point")
        return self.latitude, self.longitude

    def __str__(self) -> str:
        return self.name


class Venue(models.Model):
    """A place where sessions are held. Its point is WGS84."""

    name = models.CharField(max_length=60)
    street = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="venues")
    address = models.CharField(max_length=120, blank=True)
    facilities = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    active = models.BooleanField(default=True)
    # the sheet with the code on its wall: the highest number alone signs people in
    wall_number = models.PositiveIntegerField(default=1, db_default=1)
    wall_renewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["street"], name="venue_street")]

    @property
    def where(self) -> str:
        """Street and address, the street said once. Reads the street."""
        if self.address.startswith(self.street.name):
            return self.address
        return f"{self.street.name} {self.address}".strip()

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that differs from its weekday: a day off, or a Saturday that is worked.

    Unlisted years go by weekday, and say so.
    """

    date = models.DateField(primary_key=True)
    name = models.CharField(max_length=20)
    is_off = models.BooleanField()
    status = models.CharField(
        max_length=12, choices=[("official", "正式"), ("provisional", "暂定")]
    )
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
