"""Every address of the platform, by audience."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# one sign-in with its second factor, for the admin as well
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("backend.web.urls")),
]

handler500 = "backend.web.errors.server_error"
