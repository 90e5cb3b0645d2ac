"""Pages that need no sign-in."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from backend.web import assets, health, inbox, styleguide, tabs
from backend.web.methods import read, read_or_write
from backend.web.public import account, demo, home, link, preferences

urlpatterns = [
    path("", read(home.home), name="home"),
    path("healthz", read(health.healthz), name="healthz"),
    path("readyz", read(health.readyz), name="readyz"),
    path("metrics", read(health.metrics), name="metrics"),
    path("tabs/<slug:audience>/<slug:place>/", read(tabs.tabs), name="tabs"),
    path(
        "sign-in/",
        read(RedirectView.as_view(pattern_name="account_login", query_string=True)),
        name="sign_in",
    ),
    path("account/", read(account.account), name="account"),
    path("bell/<slug:side>/", read(inbox.bell), name="bell"),
    path("demo/messages/", demo.demo_messages, name="demo_messages"),
    path("demo/<slug:key>/", demo.demo_sign_in, name="demo_sign_in"),
    path("l/<slug:token>/", read_or_write(link.link), name="link"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("assets/<slug:name>.<slug:digest>.<slug:kind>", read(assets.send), name="asset"),
    path("styleguide/", read(styleguide.guide), name="styleguide"),
    path("styleguide/<slug:shell>/", read(styleguide.guide), name="styleguide"),
    path("styleguide/mock/<slug:page>/", read(styleguide.mock), name="styleguide_mock"),
]
