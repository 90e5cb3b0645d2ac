"""Every address of the platform, by audience."""
from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("backend.web.urls")),
]

handler500 = "backend.web.errors.server_error"
