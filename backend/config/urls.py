"""Every address of the platform, by audience."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from backend.web.errors import not_here

# one sign-in with its second factor, for the admin as well
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Pages of allauth that have no meaning here: accounts are made by the federation, and nothing is
# sent by mail. Their names stay, because allauth's own templates link to them. The link with which
# an operator chooses her first password is given by hand (`first_steps`).
FIRST_PASSWORD = r"key/[0-9A-Za-z]+-[^/]+/$"
NOT_HERE = (
    r"^accounts/(?:signup|email|confirm-email|login/code"
    rf"|password/set|password/reset(?!/{FIRST_PASSWORD}))/"
)

urlpatterns = [
    re_path(NOT_HERE, not_here),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("backend.web.urls")),
]

handler400 = "backend.web.errors.bad_request"
handler500 = "backend.web.errors.server_error"
