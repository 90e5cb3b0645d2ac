"""Template tags and filters of the design system."""
from __future__ import annotations

from django import template

register = template.Library()
