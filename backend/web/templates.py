"""Templates are indented for who reads them and sent without: a board of 40 rows would otherwise
carry as much indentation as content, and every page would write it again."""

from __future__ import annotations

import re

from django.template.base import Origin
from django.template.loaders.filesystem import Loader as FileLoader

INDENTATION = re.compile(r"\n[ \t]+")


class Loader(FileLoader):
    """Reads a template without the blanks that begin its lines; lines keep their numbers."""

    def get_contents(self, origin: Origin) -> str:
        """The text of the template. Raises TemplateDoesNotExist."""
        return INDENTATION.sub("\n", super().get_contents(origin))
