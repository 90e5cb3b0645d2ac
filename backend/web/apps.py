"""The pages as a Django app."""

from __future__ import annotations

import importlib

from django.apps import AppConfig
from django.conf import settings
from django.urls import register_converter

from backend.common.fields import KeyConverter
from backend.web.catalogue import compile_catalogues


class WebConfig(AppConfig):
    name = "backend.web"

    def ready(self) -> None:
        importlib.import_module("backend.web.checks")  # registers itself
        register_converter(KeyConverter, "id")
        for folder in settings.LOCALE_PATHS:
            compile_catalogues(folder)
