"""The style guide: every component from its examples, and mock pages of each shell.

For staff, and for everyone on a demo.
"""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from backend.web import examples, navigation
from backend.web.examples import phone

MOCKS = ("volunteer", "family", "ticket")
SIGHTS = {
    "phone": (*examples.SMALL, *examples.PHONE),
    "desktop": (*examples.SMALL, *examples.DESKTOP),
}


COLOURS = ("accent", "fill", "ok", "warn", "bad", "note", "ink-2", "ink-3")


class ExampleForm(forms.Form):
    """One field of each kind, with and without an error."""

    phone = forms.CharField(label="手机号", help_text="只用来发签到码和提醒")
    code = forms.CharField(
        label="短信验证码",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    district = forms.ChoiceField(
        label="住在哪个区", choices=[("", "请选择"), ("350102", "鼓楼区"), ("350103", "台江区")]
    )
    times = forms.MultipleChoiceField(
        label="什么时候有空",
        choices=[("am", "上午"), ("pm", "下午")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="还有什么要我们知道", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    consent = forms.BooleanField(label="我是孩子的监护人，同意为这次预约使用上面的信息")


def guide(request: HttpRequest, shell: str = "phone") -> HttpResponse:
    _only_for_staff(request)
    if shell not in SIGHTS:
        raise Http404(shell)
    wrong = ExampleForm({"phone": "138", "times": ["am"]})
    wrong.add_error("phone", "手机号要 11 位，再看一看")
    context = {
        "sight": SIGHTS[shell],
        "shell": shell,
        "colours": COLOURS,
        "form": ExampleForm(prefix="new"),
        "wrong": wrong,
        "live_since": None,
    }
    return render(request, f"styleguide/{shell}.html", context)


def mock(request: HttpRequest, page: str) -> HttpResponse:
    """A whole page as it should look, made of examples only."""
    _only_for_staff(request)
    if page not in MOCKS:
        raise Http404(page)
    audience = "family"
    if page != "ticket":
        audience = page
    context = {
        "phone": phone,
        "places": _mock_places(audience),
        "live_since": None,
    }
    return render(request, f"styleguide/mock_{page}.html", context)


def _mock_places(audience: str) -> list[tuple[navigation.Place, str, bool, int]]:
    here: dict[str, str] = {"volunteer": "find", "family": "book"}
    counts: dict[str, int] = {"mine": 1, "messages": 3}
    return [
        (place, "#", place.key == here[audience], counts.get(place.key, 0))
        for place in navigation.PLACES[audience]
    ]


def _only_for_staff(request: HttpRequest) -> None:
    if not (settings.DEMO or settings.DEBUG or getattr(request.user, "is_staff", False)):
        raise Http404
