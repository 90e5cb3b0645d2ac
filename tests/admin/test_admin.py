"""The admin: every list at a constant number of queries, nothing sealed in a list, every look at a
sealed row written down."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Access, User
from backend.organisations.models import Organisation
from backend.places.models import Division
from backend.programmes.models import Programme
from tests import factories as make

pytestmark = pytest.mark.django_db
OURS = sorted(
    (model for model in admin.site._registry if model.__module__.startswith("backend.")),
    key=lambda m: m._meta.label,
)


@pytest.fixture
def operator(client: Client) -> User:
    user = make.make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def one_of_everything() -> None:
    volunteer = make.make_volunteer(phone="13800138000", identity_number="11010519491231002X")
    volunteer.wishes.create(programme=make.make_programme(), liking=2)
    family = make.make_family(phone="13900139000", guardian_name="王家长", children=["2025-03"])
    session = make.make_session(seats=(1, 6, 5), shifts=[("lead", 1, 3)])
    make.make_assignment(volunteer=volunteer, shift=session.shifts.get())
    make.make_offer(volunteer=make.make_volunteer(), shift=session.shifts.get())
    make.make_booking(family=family, session=session)
    make.make_request(family=family)
    family.knows.create(volunteer=volunteer)


def address(model: type, page: str = "changelist", *args: object) -> str:
    label = model._meta  # type: ignore[attr-defined]
    path = f"/admin/{label.app_label}/{label.model_name}/"
    return path + (f"{args[0]}/change/" if page == "change" else "")


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_a_list_costs_the_same_for_one_and_for_three(
    model: type, client: Client, operator: User
) -> None:
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            one_of_everything()
        client.get(address(model))  # the first look fills what Django keeps
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address(model))
        counts.append(len(queries))
        assert answer.status_code == 200
    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_a_list_shows_nothing_sealed(model: type, client: Client, operator: User) -> None:
    one_of_everything()
    page = client.get(address(model)).content.decode()
    for sealed in (
        "13800138000",
        "11010519491231002X",
        "13900139000",
        "王家长",
        "宝宝1",
        "2025-03",
    ):
        assert sealed not in page
    assert not Access.objects.exists()


def test_one_volunteer_is_shown_masked_and_the_look_is_noted(
    client: Client, operator: User
) -> None:
    volunteer = make.make_volunteer(phone="13800138000", identity_number="11010519491231002X")
    page = client.get(address(type(volunteer), "change", volunteer.pk)).content.decode()
    assert (
        "110105************" in page
        and "002X" not in page
        and "138****8000" in page
        and "13800138000" not in page
    )
    assert list(Access.objects.values_list("user_id", "action", "subject")) == [
        (operator.pk, "read", f"volunteer:{volunteer.pk}")
    ]


def test_a_child_is_shown_only_with_a_note_of_who_looked(client: Client, operator: User) -> None:
    family = make.make_family(children=["2025-03"], guardian_name="王家长")
    page = client.get(address(type(family), "change", family.pk)).content.decode()
    assert "宝宝1" in page and "王家长" not in page
    child = family.children.get()
    assert set(Access.objects.values_list("subject", flat=True)) == {
        f"family:{family.pk}",
        f"child:{child.pk}",
    }


@pytest.mark.parametrize("path", ["/admin/families/family/", "/admin/volunteers/volunteer/"])
def test_who_is_no_operator_comes_to_the_sign_in(path: str, client: Client) -> None:
    client.force_login(make.make_coordinator(organisation=make.make_organisation()))
    assert client.get(path).status_code in (302, 403)
    assert Client().get(path, follow=True).redirect_chain[-1][0].startswith("/sign-in/phone/")


@pytest.mark.parametrize("words", ["zlh", "clh", "13800138000"])
def test_a_volunteer_is_searched_as_on_the_pages(
    words: str, client: Client, operator: User
) -> None:
    make.make_volunteer(name="曾丽华", name_initials="zlh", phone="13800138000")
    make.make_volunteer(name="王某某", name_initials="wmm")
    page = client.get("/admin/volunteers/volunteer/", {"q": words}).content.decode()
    assert "曾丽华" in page and "王某某" not in page


def test_a_new_brand_is_an_afternoon_in_the_admin(client: Client, operator: User) -> None:
    kind = make.make_credential_kind(code="first_aid")
    form = {
        "code": "garden",
        "name": "茉莉花园",
        "summary": "",
        "privacy": "public",
        "active": "on",
        "roles-TOTAL_FORMS": 1,
        "roles-INITIAL_FORMS": 0,
        "roles-0-code": "guide",
        "roles-0-name": "向导",
        "roles-0-requires": [kind.pk],
        "engagements-TOTAL_FORMS": 1,
        "engagements-INITIAL_FORMS": 0,
        "engagements-0-code": "walk",
        "engagements-0-name": "游园",
        "engagements-0-minutes": 90,
        "engagements-0-staffing": '[{"role": "guide", "min": 1, "target": 2}]',
        "engagements-0-risk_note": "",
    }
    bad = form | {"engagements-0-staffing": '[{"role": "guide", "min": 3, "target": 2}]'}
    assert (
        client.post("/admin/programmes/programme/add/", bad).status_code == 200
        and not Programme.objects.exists()
    )
    assert client.post("/admin/programmes/programme/add/", form).status_code == 302
    programme = Programme.objects.get(code="garden")
    assert (
        programme.roles.get().requires.get() == kind and programme.engagements.get().minutes == 90
    )


def test_the_tree_keeps_its_paths(client: Client, operator: User) -> None:
    city = make.make_organisation()
    one, two = make.make_organisation(parent=city), make.make_organisation(parent=city)
    client.post("/admin/organisations/organisation/add/", {"name": "新街", "parent": one.pk})
    street = Organisation.objects.get(name="新街")
    assert (street.path, street.level) == (f"{one.path}{street.pk}.", 3)
    client.post(address(Organisation, "change", street.pk), {"name": "新街", "parent": two.pk})
    street.refresh_from_db()
    assert street.path == f"{two.path}{street.pk}."
    answer = client.post(
        address(Organisation, "change", street.pk), {"name": "老街", "parent": city.pk}, follow=True
    )
    street.refresh_from_db()
    assert street.parent == two and "高一级" in answer.content.decode()


def test_a_moved_point_is_marked_as_corrected(client: Client, operator: User) -> None:
    make.make_division(code="350103001", name="瀛洲街道")
    answer = client.post(
        "/admin/places/division/350103001/change/",
        {"latitude": "26.05", "longitude": "119.32", "operational": "on", "in_service_area": "on"},
    )
    assert answer.status_code == 302
    assert Division.objects.get(code="350103001").point_source == "corrected"


def test_every_model_has_its_place() -> None:
    assert len(OURS) >= 24
    assert all(
        isinstance(getattr(admin.site._registry[m], "list_per_page", None), int) for m in OURS
    )
