"""A repeated POST is done once and answered alike, also when the second comes while the first is on
its way."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
import uuid
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import path

from backend.accounts.models import Access, Reply, User
from backend.accounts.operations import forget_replies
from backend.common.clock import now
from tests.factories import make_user

KEY = "0b1c2d3e-0000-4000-8000-000000000000"
behaviour = SimpleNamespace(hold=0.0, fail=0)


def act(request: HttpRequest) -> HttpResponse:
    """A view that writes one row, as slowly and as badly as the test wants."""
    row = Access.objects.create(action="acted", subject="test", at=now())
    time.sleep(behaviour.hold)
    if behaviour.fail:
        behaviour.fail -= 1
        raise RuntimeError("after the write")
    messages.success(request, f"做好了 {row.pk}")
    return HttpResponseRedirect("/done/", status=303)


def refuse(request: HttpRequest) -> HttpResponse:
    return HttpResponse("不行", status=422)


def fragment(request: HttpRequest) -> HttpResponse:
    Access.objects.create(action="acted", subject="test", at=now())
    return HttpResponse("<p>陈秀英</p>")


def show(request: HttpRequest) -> HttpResponse:
    return HttpResponse(" ".join(str(message) for message in messages.get_messages(request)))


urlpatterns = [
    path("act/", act),
    path("other/", act),
    path("long/<path:rest>", lambda request, rest: act(request)),
    path("refuse/", refuse),
    path("fragment/", fragment),
    path("show/", show),
]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def good_behaviour() -> None:
    behaviour.hold, behaviour.fail = 0.0, 0


@pytest.fixture
def user() -> User:
    return make_user()


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("names.csv", text.encode())


def done() -> int:
    return Access.objects.filter(action="acted").count()


def test_the_second_is_told_what_the_first_led_to(user: User) -> None:
    first, second = signed_in(user), signed_in(user)
    for client in (first, second):
        answer = client.post("/act/", {"idempotency_key": KEY})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/done/")
    assert done() == 1
    assert first.get("/show/").content == second.get("/show/").content != b""


def test_what_was_sent_is_kept_under_a_key_of_ours(user, settings):  # type: ignore[no-untyped-def]
    """Else a copy of the table tells what was ticked to whoever tries all answers."""
    kept = []
    for index_key in (settings.INDEX_KEY, base64.b64encode(bytes(32)).decode()):
        settings.INDEX_KEY = index_key
        signed_in(user).post("/act/", {"idempotency_key": KEY, "sign": "bruises"})
        kept.append(Reply.objects.get().body)
        Reply.objects.all().delete()
    assert len(set(kept)) == 2


def test_a_header_is_as_good_as_a_field(user: User) -> None:
    client = signed_in(user)
    client.post("/act/", {"idempotency_key": KEY})
    client.post("/act/", headers={"Idempotency-Key": KEY})
    assert done() == 1


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/act/", {"session": "2"}),
        ("/act/", {"session": ["1", "2"]}),
        ("/act/", {"session": "1", "more": "x"}),
        ("/act/", {}),
        ("/act/?rest=1", {"session": "1"}),
        ("/other/", {"session": "1"}),
    ],
)
def test_a_key_with_other_values_does_nothing_and_says_so(
    user: User, address: str, values: dict[str, object]
) -> None:
    client = signed_in(user)
    client.post("/act/", {"session": "1", "idempotency_key": KEY})
    answer = client.post(address, values | {"idempotency_key": KEY})
    assert (answer.status_code, done()) == (422, 1)
    assert "请刷新页面" in answer.content.decode()


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("x=b&x=c&x=d", "x=b&c=d", FORM),
        ("x=b&c=d", "x=b&x=c&x=d", FORM),
        ("x=&y=z", "x=&x=y&x=z", FORM),
        ('x=["a"', "x=[&x=a", FORM),
        ("", '[""]', "text/plain"),
    ],
)
def test_other_fields_of_the_same_words_are_another_form(
    user: User, first: str, second: str, kind: str
) -> None:
    client = signed_in(user)
    headers = {"Idempotency-Key": KEY}
    assert client.post("/act/", first, kind, headers=headers).status_code == 303
    assert client.post("/act/", second, kind, headers=headers).status_code == 422
    assert client.post("/act/", first, kind, headers=headers).status_code == 303
    assert done() == 1


def test_a_field_is_no_file_of_its_name(user: User) -> None:
    client = signed_in(user)
    headers = {"Idempotency-Key": KEY}
    digest = hashlib.sha256(b"x").hexdigest()
    written = {"file": f"names.csv {digest}"}
    assert client.post("/act/", written, headers=headers).status_code == 303
    assert client.post("/act/", {"file": upload("x")}, headers=headers).status_code == 422
    assert done() == 1


@pytest.mark.parametrize("kind", ["form", "urlencoded", "json"])
def test_the_same_values_are_the_same_however_they_are_sent(user: User, kind: str) -> None:
    client = signed_in(user)
    for token in ("one", "two"):  # a page fetched anew has another token
        headers = {"Idempotency-Key": KEY}
        if kind == "form":
            values = {"session": "1", "csrfmiddlewaretoken": token, "file": upload("x")}
            answer = client.post("/act/", values, headers=headers)
        elif kind == "urlencoded":
            body = f"session=1&csrfmiddlewaretoken={token}"
            form = "application/x-www-form-urlencoded"
            answer = client.post("/act/", body, content_type=form, headers=headers)
        else:
            answer = client.post("/act/", {"session": 1}, "application/json", headers=headers)
        assert answer.status_code == 303
    assert done() == 1


def test_another_file_of_the_same_name_is_another_form(user: User) -> None:
    client = signed_in(user)
    headers = {"Idempotency-Key": KEY}
    assert client.post("/act/", {"file": upload("x")}, headers=headers).status_code == 303
    assert client.post("/act/", {"file": upload("y")}, headers=headers).status_code == 422


def test_another_key_another_user_and_no_key_are_done_again(user: User) -> None:
    client = signed_in(user)
    client.post("/act/", {"idempotency_key": KEY})
    client.post("/act/", {"idempotency_key": str(uuid.uuid4())})
    signed_in(make_user()).post("/act/", {"idempotency_key": KEY})
    client.post("/act/")
    client.post("/act/", {"idempotency_key": "short"})
    Client().post("/act/", {"idempotency_key": KEY})
    assert done() == 6


def test_what_failed_leaves_nothing_and_may_be_tried_again(user: User) -> None:
    client = signed_in(user)
    behaviour.fail = 1
    assert client.post("/act/", {"idempotency_key": KEY}).status_code == 500
    assert done() == 0 and not Reply.objects.exists()
    assert client.post("/act/", {"idempotency_key": KEY}).status_code == 303
    assert done() == 1


def test_a_refused_form_may_be_sent_again_corrected(user: User) -> None:
    client = signed_in(user)
    assert client.post("/refuse/", {"idempotency_key": KEY}).status_code == 422
    assert not Reply.objects.exists()


def test_a_key_belongs_to_one_form(user: User) -> None:
    client = signed_in(user)
    client.post("/act/", {"idempotency_key": KEY})
    assert client.post("/other/", {"idempotency_key": KEY}).status_code == 422
    assert done() == 1


def test_a_fragment_is_not_kept_its_repetition_is_an_empty_yes(user: User) -> None:
    client = signed_in(user)
    assert client.post("/fragment/", {"idempotency_key": KEY}).status_code == 200
    assert client.post("/fragment/", {"idempotency_key": KEY}).status_code == 204
    assert done() == 1


def test_messages_are_not_in_clear_in_the_database(user: User) -> None:
    signed_in(user).post("/act/", {"idempotency_key": KEY})
    assert "做好了".encode() not in bytes(Reply.objects.get().messages or b"")


def race(user: User, times: int) -> Counter[tuple[int, str]]:
    answers: list[tuple[int, str]] = []
    ready = threading.Barrier(times)
    clients = [signed_in(user) for _ in range(times)]

    def tap(client: Client) -> None:
        try:
            ready.wait()
            answer = client.post("/act/", {"idempotency_key": KEY})
            answers.append((answer.status_code, answer.headers.get("Location", "")))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(answers)


def test_eight_taps_at_once_are_one(user: User) -> None:
    behaviour.hold = 0.2
    assert race(user, 8) == {(303, "/done/"): 8}
    assert done() == 1


def test_when_the_first_of_eight_fails_the_next_does_it(user: User) -> None:
    behaviour.hold, behaviour.fail = 0.1, 1
    assert race(user, 8) == {(500, ""): 1, (303, "/done/"): 7}
    assert done() == 1


def test_who_waits_too_long_is_told_to_try_again(user: User) -> None:
    behaviour.hold = 6.0  # longer than lock_timeout
    assert race(user, 2) == {(303, "/done/"): 1, (409, ""): 1}
    assert done() == 1


def test_replies_are_forgotten_after_a_day(user: User) -> None:
    client = signed_in(user)
    client.post("/act/", {"idempotency_key": KEY})
    assert forget_replies(now=now()) == 0
    assert forget_replies(now=now() + timedelta(days=1, minutes=1)) == 1


@pytest.mark.parametrize("length", [0, 190, 195, 400])
def test_addresses_that_differ_at_their_end_are_two(user: User, length: int) -> None:
    """The column holds 200 characters: what differs behind them differs all the same."""
    client = signed_in(user)
    first, second = (f"/long/{'a' * length}{end}" for end in "xy")
    headers = {"Idempotency-Key": KEY}
    assert client.post(first, headers=headers).status_code == 303
    assert client.post(second, headers=headers).status_code == 422
    assert client.post(first, headers=headers).status_code == 303  # once done, answered again
    assert Access.objects.filter(action="acted").count() == 1
