"""A person's browser: one kept line, real sign-in, CSRF, and a form that is sent again with its key
until the answer is certain."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode

PATIENCE = 120.0  # seconds until a person gives up for good
TIMEOUT = 6.0  # seconds that a browser waits for one answer
AGAIN = 0.15
TOKENS = re.compile(r'(name="(?:csrfmiddlewaretoken|idempotency_key)"[^>]*value=")[0-9A-Za-z-]+')
OTHER_DAYS = re.compile(r'<a class="day-strip-day".*?</a>', re.DOTALL)


class Answer(NamedTuple):
    status: int
    location: str
    body: str


class GaveUp(AssertionError):
    """No certain answer came in PATIENCE seconds."""


@dataclass
class Phone:
    """`waits`: (moment of the first try, seconds until the certain answer) of every form that was
    sent; `broken`: answers of 500."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    waits: list[tuple[float, float]] = field(default_factory=list)
    repeats: int = 0
    broken: int = 0
    line: HTTPConnection | None = None

    def sign_in(self, username: str, password: str) -> None:
        """Through the form, as people do."""
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", {"login": username, "password": password}, key="")
        assert answer.status == 302, f"{username} was not let in: {answer.status}"

    def get(self, path: str) -> Answer:
        """A page, asked for until it comes."""
        return self._certain("GET", path, "", {})

    def post(
        self,
        path: str,
        fields: dict[str, object] | None = None,
        *,
        key: str | None = None,
        htmx: bool = False,
    ) -> Answer:
        """Send a form. The same key goes with every repetition, so that it is done once."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
        }
        key = str(uuid.uuid4()) if key is None else key
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"HX-Request": "true"} if htmx else {}
        began = time.monotonic()
        answer = self._certain("POST", path, urlencode(fields or {}, doseq=True), headers)
        self.waits.append((began, time.monotonic() - began))
        return answer

    def _certain(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self.once(method, path, body, headers)
            if answer is not None:
                return answer
            self.repeats += 1
            time.sleep(AGAIN)
        raise GaveUp(f"{method} {path}")

    def once(
        self, method: str, path: str, body: str, headers: dict[str, str], timeout: float = TIMEOUT
    ) -> Answer | None:
        """One try; None when it is not certain what happened, or the platform asked to come
        again."""
        if self.line is None:
            self.line = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            self.line.request(
                method,
                path,
                body,
                headers | {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())},
            )
            response = self.line.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, HTTPException):
            self.line.close()
            self.line = None
            return None
        self._keep(response)
        if response.status == 500:
            self.broken += 1
        if response.status in (500, 502, 503) or response.headers.get("Retry-After"):
            return None
        return Answer(response.status, response.headers.get("Location", ""), text)

    def _keep(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value


def comparable(page: str) -> str:
    """A page without what is new each time it is drawn, and without the counts of days that it does
    not show: those are not live."""
    return OTHER_DAYS.sub("", TOKENS.sub(r"\1", page))
