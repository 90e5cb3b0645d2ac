"""What a POST leads to: a page to be fetched, so that a reload never posts again.

A GET that belongs elsewhere is a plain `redirect`.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponseRedirect
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


def here(request: HttpRequest) -> str:
    """The page that the reader has before her; where it answers a form, whose address may take
    nothing else, the page that the form stood on."""
    if request.method != "POST":
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host():
        return "/"
    return own_path(f"{referer.path}?{referer.query}" if referer.query else referer.path, "/")


def own_path(path: str, otherwise: str) -> str:
    """Only a path of our own, never where a stranger's link says; a word without a slash would be
    taken for the name of a page, and be a fault where there is none."""
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours else otherwise
