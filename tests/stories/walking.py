"""Somebody who goes wherever a page leads and sends whatever form it has, by chance: what a person
could do, and nothing that no page offers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from lxml import html

# Her account and her data: what ends them is asked for by the story, not by chance.
NEVER = ("/accounts/", "/account", "/erase", "/sign-in", "/preferences", "/assets/")
WORDS = "谢谢，知道了"


@dataclass
class Step:
    """What was done last, for whoever reads how a story ended."""

    who: str
    what: str
    status: int


@dataclass
class Walker:
    """One person in one browser, of a `role`. `homes`: where she begins anew when a page leads
    nowhere."""

    role: str
    client: Client
    homes: tuple[str, ...]
    chance: random.Random
    today: date
    path: str = ""
    page: Any = None
    steps: list[Step] = field(default_factory=list)

    def step(self) -> HttpResponse:
        """Opens a page, follows a link of the one that she has, or sends one of its forms."""
        forms = self._forms()
        links = self._links()
        way = self.chance.random()
        if forms and way < 0.6:
            return self._send(self.chance.choice(forms))
        if links and way < 0.85:
            return self.open(self.chance.choice(links))
        return self.open(self.chance.choice(self.homes))

    def open(self, path: str) -> HttpResponse:
        return self._shown(self.client.get(path, follow=True), f"GET {path}")

    def _shown(self, answer: HttpResponse, what: str) -> HttpResponse:
        self.steps.append(Step(self.role, what, answer.status_code))
        self.path = answer.request["PATH_INFO"]  # type: ignore[attr-defined]
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        self.page = html.fromstring(answer.content.decode()) if is_page else None
        return answer

    def _main(self) -> list[Any]:
        return [] if self.page is None else self.page.xpath("//main")

    def _links(self) -> list[str]:
        found = [href for main in self._main() for href in main.xpath(".//a/@href")]
        whole = [urljoin(self.path, href) for href in found]
        paths = [urlsplit(one) for one in whole]
        return [
            f"{one.path}?{one.query}" if one.query else one.path
            for one in paths
            if not one.netloc and not one.scheme and self._may(one.path)
        ]

    def _may(self, path: str) -> bool:
        return path.startswith("/") and not any(part in path for part in NEVER)

    def _forms(self) -> list[Any]:
        found = [form for main in self._main() for form in main.xpath(".//form")]
        sent = [form for form in found if (form.get("method") or "get").lower() == "post"]
        return [
            form
            for form in sent or found
            if self._may(urljoin(self.path, form.get("action") or self.path))
            and not form.xpath(".//input[@type='file']")
            and "when-kept" not in (form.get("class") or "")
        ]

    def _send(self, form: Any) -> HttpResponse:
        action = urljoin(self.path, form.get("action") or self.path)
        fields = self._filled(form)
        asked = f"{(form.get('method') or 'get').upper()} {action} {fields}"
        if (form.get("method") or "get").lower() == "get":
            return self._shown(self.client.get(action, fields, follow=True), asked)
        return self._shown(self.client.post(action, fields, follow=True), asked)

    def _filled(self, form: Any) -> dict[str, list[str]]:
        fields: dict[str, list[str]] = {}
        for one in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
            if one.get("disabled") is None:
                for value in self._value(one):
                    fields.setdefault(one.get("name"), []).append(value)
        for name in {one.get("name") for one in form.xpath(".//input[@type='radio']")}:
            options = form.xpath(f".//input[@type='radio'][@name='{name}']")
            fields[name] = [self.chance.choice(options).get("value") or "on"]
        buttons = [b for b in form.xpath(".//button[@name]") if b.get("type") != "button"]
        if buttons:
            pressed = self.chance.choice(buttons)
            fields[pressed.get("name")] = [pressed.get("value") or ""]
        return fields

    def _value(self, one: Any) -> list[str]:
        if one.tag == "select":
            options = one.xpath(".//option[not(@disabled)]")
            chosen = one.xpath(".//option[@selected]") or options[:1]
            picked = chosen
            if options and self.chance.random() < 0.4:
                picked = [self.chance.choice(options)]
            return [option.get("value", option.text or "") for option in picked]
        if one.tag == "textarea":
            return [one.text or self.chance.choice(["", WORDS])]
        kind = one.get("type", "text")
        value = one.get("value") or ""
        if kind == "radio":
            return []
        if kind == "checkbox":
            checked = one.get("checked") is not None
            ticked = checked if self.chance.random() < 0.7 else not checked
            return [value or "on"] if ticked else []
        if kind == "hidden" or (value and self.chance.random() < 0.7):
            return [value]
        return [self._typed(kind, one)]

    def _typed(self, kind: str, one: Any) -> str:
        if kind == "date":
            return (self.today + timedelta(days=self.chance.randrange(-2, 20))).isoformat()
        if kind == "time":
            return f"{self.chance.randrange(8, 20):02d}:{self.chance.choice(['00', '30'])}"
        if kind == "number" or one.get("inputmode") == "numeric":
            return str(self.chance.randrange(int(one.get("min") or 0), 6))
        if kind in ("tel", "email"):
            return ""
        return self.chance.choice(["", WORDS])
