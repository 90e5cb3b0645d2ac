"""Templates are indented for who reads them and sent without: a board of 40 rows would otherwise
carry as much indentation as content, and every page would write it again.

A blank that a sentence does not have must not come into it, so a line that ends with a backslash
goes on in the next one."""

from __future__ import annotations

import re

from django.template.base import Origin
from django.template.loaders.filesystem import Loader as FileLoader

INDENTATION = re.compile(r"\n[ \t]+")
CONTINUED = re.compile(r"\\\n[ \t]*")


def joined(text: str) -> str:
    """The text of a template as Django reads it."""
    return INDENTATION.sub("\n", CONTINUED.sub("", text))


class Loader(FileLoader):
    """Reads a template without the blanks that begin its lines, and continued lines as one."""

    def get_contents(self, origin: Origin) -> str:
        """The text of the template. Raises TemplateDoesNotExist."""
        return joined(super().get_contents(origin))
