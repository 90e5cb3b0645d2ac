"""Pages that need no sign-in."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from backend.web import assets, health, styleguide, tabs
from backend.web.public import account, demo, home, preferences

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("tabs/<slug:audience>/<slug:place>/", tabs.tabs, name="tabs"),
    path(
        "sign-in/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="sign_in",
    ),
    path("account/", account.account, name="account"),
    path("demo/<slug:key>/", demo.demo_sign_in, name="demo_sign_in"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("assets/<slug:name>.<slug:digest>.<slug:kind>", assets.send, name="asset"),
    path("styleguide/", styleguide.guide, name="styleguide"),
    path("styleguide/<slug:shell>/", styleguide.guide, name="styleguide"),
    path("styleguide/mock/<slug:page>/", styleguide.mock, name="styleguide_mock"),
]
