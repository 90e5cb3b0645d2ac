"""A POST that carries a key is done once, however often it comes: a double tap, a retry of a phone
that lost its line.

The key's row is inserted first, in the same transaction as everything that the view writes. A
second request with the key waits on the unique index until the first has ended; if that one was
committed it gets the same redirect and messages, if it was rolled back it does the work itself.
There is no moment at which the work is done and its row is not there.

A key belongs to one form as it was filled in: with another address or other values it is 422, and
nothing is done.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from backend.accounts.models import Reply
from backend.common import clock
from backend.common.prepared import run
from backend.common.sealing import blind_index, open_sealed, seal

KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
LOCK_TIMEOUT = "55P03"
PATH_LENGTH = 200  # of accounts_reply.path
BEGIN = """
INSERT INTO accounts_reply (user_id, key, path, body, location, at)
VALUES (%s, %s, %s, %s, '', %s)
ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""
REMEMBER = "UPDATE accounts_reply SET status = %s, location = %s, messages = %s WHERE id = %s"
FORGET = "DELETE FROM accounts_reply WHERE id = %s"
NEW_ON_EVERY_PAGE = ("csrfmiddlewaretoken", "idempotency_key")  # fields that say nothing
Handler = Callable[[HttpRequest], HttpResponse]


class IdempotencyMiddleware:
    """Innermost: what it wraps is the view and its templates."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = given_key(request)
        if not key:
            return self.get_response(request)
        try:
            with transaction.atomic():
                reply_id = begin(request, key)
                if reply_id is None:
                    return again(request, key)
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                else:
                    remember(reply_id, request, response)
                return response
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != LOCK_TIMEOUT:
                raise
            words = gettext("上一次还在处理，请过几秒再看。")
            return HttpResponse(
                words,
                status=409,
                content_type="text/plain; charset=utf-8",
                headers={"Retry-After": "2"},
            )


def given_key(request: HttpRequest) -> str:
    """The key of a signed-in user's POST; anything that is no key is no key."""
    if request.method != "POST" or not request.user.is_authenticated:
        return ""
    key = request.headers.get("Idempotency-Key") or request.POST.get("idempotency_key", "")
    if KEY.fullmatch(key):
        return key
    return ""


def begin(request: HttpRequest, key: str) -> int | None:
    """The row of this request; None when another request with the key has been through.

    Waits while one is on its way.
    """
    row = run(BEGIN, [request.user.pk, key, address_of(request), said(request), clock.now()])
    return row[0] if row else None


def address_of(request: HttpRequest) -> str:
    """The path as its column holds it: a longer one by its beginning and a digest of the whole, so
    that two are never taken for one."""
    path = request.path
    if len(path) <= PATH_LENGTH:
        return path
    digest = hashlib.sha256(path.encode()).hexdigest()
    return f"{path[: PATH_LENGTH - 1 - len(digest)]}#{digest}"


def said(request: HttpRequest) -> str:
    """A keyed hash of what was asked for: the query, the fields in their order, the files. Without
    the key a copy of the table would tell what was ticked to whoever tries all answers.

    Of a body that is no form: the body. Names, values and files are nested, so that no two forms
    are written alike.
    """
    asked: dict[str, object] = {"query": request.META.get("QUERY_STRING", "")}
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        fields = request.POST.lists()
        asked["fields"] = [field for field in fields if field[0] not in NEW_ON_EVERY_PAGE]
        asked["files"] = [(name, _name_and_digest(files)) for name, files in request.FILES.lists()]
    elif request.body:
        asked["body"] = hashlib.sha256(request.body).hexdigest()
    else:  # a form without fields need not say that it is a form
        asked |= {"fields": [], "files": []}
    return blind_index(json.dumps(asked), "reply.body").hex()


def _name_and_digest(files: list[UploadedFile[bytes]]) -> list[tuple[str | None, str]]:
    return [(file.name, _digest(file)) for file in files]


def _digest(file: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def remember(reply_id: int, request: HttpRequest, response: HttpResponse) -> None:
    """Keep what it led to. A refused form (4xx) has done nothing, so its key may be used again."""
    if response.status_code >= 400:
        run(FORGET, [reply_id])
        return
    told = _still_to_be_told(request)
    sealed = seal(json.dumps(told), place(reply_id)) if told else None
    run(
        REMEMBER,
        [response.status_code, response.headers.get("Location", "")[:500], sealed, reply_id],
    )


def _still_to_be_told(request: HttpRequest) -> list[list[object]]:
    """[level, words, tags] of the messages that the next page shows; none that this one showed."""
    waiting = messages.get_messages(request)
    if isinstance(waiting, list) or waiting.used or not waiting.added_new:
        return []
    told = [[m.level, str(m.message), m.extra_tags] for m in waiting]
    waiting.used = False  # read, not shown
    return told


def again(request: HttpRequest, key: str) -> HttpResponse:
    """The first one's outcome: its redirect with its messages.

    What was no redirect is 204: done, nothing to show.
    """
    reply = Reply.objects.get(user_id=request.user.pk or 0, key=key)
    if reply.path != address_of(request) or reply.body not in ("", said(request)):
        words = gettext("这个页面已经提交过一次，内容和这次不一样。请刷新页面，看一看再提交。")
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    if reply.messages:
        for level, text, tags in json.loads(open_sealed(bytes(reply.messages), place(reply.pk))):
            messages.add_message(request, level, text, extra_tags=tags or "")
    if not reply.location:
        return HttpResponse(status=204)
    return HttpResponse(status=reply.status, headers={"Location": reply.location})


def place(reply_id: int) -> str:
    return f"accounts_reply:messages:{reply_id}"
