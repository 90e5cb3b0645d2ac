"""The pages as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.urls import register_converter

from backend.common.fields import KeyConverter
from backend.web.catalogue import compile_catalogues


class WebConfig(AppConfig):
    name = "backend.web"

    def ready(self) -> None:
        register_converter(KeyConverter, "id")
        for folder in settings.LOCALE_PATHS:
            compile_catalogues(folder)
