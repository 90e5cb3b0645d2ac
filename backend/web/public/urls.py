"""Pages that need no sign-in."""
from __future__ import annotations

from django.urls import path

from backend.web import styleguide, stylesheets
from backend.web.public import home, preferences

urlpatterns = [
    path("", home.home, name="home"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("css/<slug:name>.<slug:digest>.css", stylesheets.stylesheet, name="stylesheet"),
    path("styleguide/", styleguide.guide, name="styleguide"),
    path("styleguide/<slug:shell>/", styleguide.guide, name="styleguide"),
    path("styleguide/mock/<slug:page>/", styleguide.mock, name="styleguide_mock"),
]
