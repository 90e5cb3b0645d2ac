"""Pages by audience: public, volunteer (/v/), coordinator (/c/), family (/f/), operator (/o/)."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("v/", include("backend.web.volunteer.urls")),
    path("c/", include("backend.web.coordinator.urls")),
    path("f/", include("backend.web.family.urls")),
    path("o/", include("backend.web.operator.urls")),
    path("", include("backend.web.public.urls")),  # last: each of its addresses is tried in turn
]
