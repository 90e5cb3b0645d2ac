"""What a POST leads to: a page to be fetched, so that a reload never posts again.

A GET that belongs elsewhere is a plain `redirect`.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


class SeeOther(HttpResponseRedirect):
    """303: the page is fetched with GET, whatever was sent."""

    status_code = 303


def see_other(to: str, *args: object, **query: object) -> SeeOther:
    """`to`: the name of a page, with its arguments, or an address."""
    address = resolve_url(to, *args)
    if query:
        address = f"{address}?{urlencode(query)}"
    return SeeOther(address)


def own_path(path: str, otherwise: str) -> str:
    """Only a path of our own, never where a stranger's link says; a word without a slash would be
    taken for the name of a page, and be a fault where there is none."""
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours else otherwise
