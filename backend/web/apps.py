"""The pages as a Django app."""

from __future__ import annotations

import importlib

from django.apps import AppConfig
from django.conf import settings
from django.forms import Field
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from backend.common.fields import KeyConverter
from backend.web.catalogue import compile_catalogues


class WebConfig(AppConfig):
    name = "backend.web"

    def ready(self) -> None:
        importlib.import_module("backend.web.checks")  # registers itself
        register_converter(KeyConverter, "id")
        Field.default_error_messages["required"] = _("这里还没填")  # Django's is an official's
        for folder in settings.LOCALE_PATHS:
            compile_catalogues(folder)
