"""One server's databases, by the URL of any of them."""

from __future__ import annotations


def database_of(url: str) -> str:
    return (
        url.split("@/", 1)[1].split("?", 1)[0]
        if "@/" in url
        else url.rsplit("/", 1)[1].split("?", 1)[0]
    )


def with_database(url: str, name: str) -> str:
    """The same server's other database."""
    old = database_of(url)
    head, _, tail = (
        url.rpartition(f"/{old}?") if f"/{old}?" in url else (url.removesuffix(f"/{old}"), "", "")
    )
    return f"{head}/{name}" + (f"?{tail}" if tail else "")
