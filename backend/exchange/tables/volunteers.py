"""The register as a table. Who is there already is known by her number, else by her telephone and
her name; what is hers alone to say (limits, hours, programmes) is not changed by a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from backend.accounts import phones
from backend.accounts.operations import tell_number
from backend.common.clock import local_day
from backend.common.locking import lock_one
from backend.common.sealing import blind_index
from backend.exchange.cells import CellRefused, Named, Reader, choice, plain, words
from backend.exchange.identities import already_there, count_guess, index_of
from backend.exchange.models import ImportRow, Outcome
from backend.exchange.table import (
    Column,
    Context,
    RowMoved,
    RowPlan,
    Table,
    TableDesk,
    Values,
    needed,
    wrong,
)
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths, within
from backend.places.codes import COUNTY
from backend.places.models import Division
from backend.places.queries import paths_to
from backend.programmes.models import Programme
from backend.volunteers import identity
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import (
    change_state,
    correct_contact,
    register_volunteer,
)
from backend.volunteers.operations.registering import clean_name
from backend.volunteers.policy import is_minor_by

REGISTERING = 0x72656769  # advisory: two files with the same person, one after the other
SETTABLE = (Volunteer.State.ACTIVE, Volunteer.State.PAUSED, Volunteer.State.LEFT)
STATES = {state: str(state.label) for state in SETTABLE}
CHANGEABLE = ("name", "phone", "street", "state")
FIXED = ("organisation", "programmes", "identity")


def registered(context: Context) -> QuerySet[Volunteer]:
    """Whom she may write about: everybody of her organisations who was taken on.

    Not those who erased their data: an older list would write it back. Not those who were told no:
    a list would take them on behind their application.
    """
    hers = within(scope_paths(context.user, ACTS), "organisation__path")
    rows = Volunteer.objects.filter(
        hers, organisation__path__startswith=context.under, erased_at=None
    )
    refused = Q(state=Volunteer.State.LEFT, application__reason__gt="")
    return rows.exclude(state=Volunteer.State.APPLIED).exclude(refused)


class VolunteersDesk(TableDesk):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        hers = Organisation.objects.filter(within(scope_paths(context.user, ACTS)))
        self.organisations = {row.pk: row for row in hers.order_by("path")}
        self.named_organisations = Named({pk: o.name for pk, o in self.organisations.items()})
        places = [one for one in Division.objects.all() if len(one.code) > COUNTY]
        self.streets = {one.pk: one for one in places}
        self.named_streets = Named(
            {one.pk: path.replace(" ", "") for one, path in paths_to(places)},
            {one.pk: one.name for one in places},
        )
        self.programmes = {row.pk: row for row in Programme.objects.order_by("pk")}
        self.named_programmes = Named({pk: row.name for pk, row in self.programmes.items()})
        self.known: dict[tuple[str, Any], Volunteer] = {}

    def readers(self) -> Mapping[str, Reader]:
        return {
            "organisation": self.named_organisations.find,
            "street": self.named_streets.find,
            "programmes": self._programmes,
            "identity": self._identity,
        }

    def _programmes(self, text: str) -> frozenset[int]:
        names = [part.strip() for part in plain(text).replace(",", "、").split("、")]
        return frozenset(self.named_programmes.find(name) for name in names if name)

    def _identity(self, text: str) -> str:
        if "*" in text:
            return plain(text)
        return identity.clean(text, today=local_day(self.context.now))

    # --- comparing --------------------------------------------------------------------------------
    def prepare(self, rows: Sequence[Values]) -> None:
        """Two statements. Nobody is looked for outside what she may write about, and nobody by an
        identity number: an answer that differs would confirm a guess."""
        found = self._named(rows)
        self._know(found.select_related("street").prefetch_related("programmes"))

    def _named(self, rows: Sequence[Values]) -> QuerySet[Volunteer]:
        numbers = [row["number"] for row in rows if row.get("number")]
        indexes = [phones.index(row["phone"]) for row in rows if "*" not in row.get("phone", "*")]
        return registered(self.context).filter(Q(number__in=numbers) | Q(phone_index__in=indexes))

    def _know(self, found: QuerySet[Volunteer]) -> None:
        self.known = {}
        for row in found.order_by("pk"):
            self.known["number", row.number] = row
            self.known["phone", (bytes(row.phone_index or b""), clean_name(row.name))] = row

    def plan(self, values: Values) -> RowPlan:
        row = self._target(values)
        if row is None:
            return self._plan_new(values)
        if "*" not in values.get("phone", "*"):  # whether it is hers is answered
            self.looked.append(row.pk)
        changed = self._changed(row, values)
        if row.state == Volunteer.State.LEFT:
            _refuse_left(row, values, changed)
        if not changed:
            return RowPlan(outcome=Outcome.SAME, target=row.pk)
        texts = self.texts(row)
        return RowPlan(
            outcome=Outcome.CHANGED,
            target=row.pk,
            expects=as_it_is(row),
            was={key: texts[key] for key in changed},
            touches={"volunteers": [row.pk]},
        )

    def _target(self, values: Values) -> Volunteer | None:
        if number := values.get("number"):
            found = self.known.get(("number", number))
            if found is None:
                raise wrong(number=CellRefused(why="not_here", text=number))
            return found
        phone = values.get("phone", "")
        if not phone or "*" in phone or not values.get("name"):
            return None
        return self.known.get(("phone", (phones.index(phone), clean_name(values["name"]))))

    def _plan_new(self, values: Values) -> RowPlan:
        needed(VolunteersTable, values)
        if "*" in values["phone"]:
            raise wrong(phone=CellRefused(why="whole_phone"))
        if "*" in (values.get("identity") or ""):
            raise wrong(identity=CellRefused(why="whole_identity"))
        if (number := values.get("identity")) and is_minor_by(number, local_day(self.context.now)):
            raise wrong(identity=CellRefused(why="under_age"))
        clean_name(values["name"])
        return RowPlan(outcome=Outcome.ADDED)

    def _changed(self, row: Volunteer, values: Values) -> list[str]:
        """The columns that are to change. Raises RowRefused for those that cannot here."""
        there = self._there(row)
        masked = {"phone": phones.masked(row.phone or "")}
        changed = []
        for key in (*CHANGEABLE, *FIXED):
            value = values.get(key)
            if value is None or value in (there[key], masked.get(key)):
                continue
            if key == "identity" and there[key]:
                continue  # neither compared nor changed
            if key in FIXED:
                raise wrong(**{key: CellRefused(why="fixed", text=self.texts(row)[key])})
            if key == "phone" and "*" in value:
                raise wrong(phone=CellRefused(why="whole_phone"))
            if key == "name" and clean_name(value) == there["name"]:
                continue
            changed.append(key)
        return changed

    def _there(self, row: Volunteer) -> dict[str, Any]:
        own = str(row.identity_number or "")
        return {
            "name": clean_name(row.name),
            "phone": row.phone,
            "street": row.street_id,
            "state": row.state,
            "organisation": row.organisation_id,
            "programmes": frozenset(one.pk for one in row.programmes.all()),
            "identity": own,
        }

    # --- writing ----------------------------------------------------------------------------------
    def write(self, row: ImportRow, values: Values) -> int:
        if row.target is None:
            return self._register(values)
        her = lock_one(Volunteer, row.target)
        still = registered(self.context).filter(pk=her.pk).exists()  # hers to write about
        if not still or as_it_is(her) != row.expects:
            raise RowMoved
        changed = self._changed(her, values)
        actor = self.context.user
        now = self.context.now
        wanted: dict[str, Any] = {key: values[key] for key in changed if key != "state"}
        if "street" in wanted:
            wanted["street"] = self.streets[wanted["street"]]
        if wanted:
            correct_contact(volunteer_id=her.pk, actor=actor, now=now, **wanted)
        if "phone" in wanted and her.phone and her.user is not None:
            language = her.user.language
            tell_number(number=her.phone, says="number_corrected", language=language, now=now)
        if "state" in changed:
            change_state(volunteer_id=her.pk, state=values["state"], actor=actor, now=now)
        return her.pk

    def weigh(self, values: Values) -> None:
        count_guess(values, self.context)

    def _is_there(self, values: Values) -> bool:
        """Since it was compared. One statement, behind the lock."""
        self._know(self._named([values]))
        return self._target(values) is not None

    def _register(self, values: Values) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTERING])
        if self._is_there(values):
            raise RowMoved
        if index := index_of(values):
            there = registered(self.context).filter(identity_index=index).order_by("pk")
            if rows := list(there.only("number")):
                raise already_there(rows)
        row = register_volunteer(
            name=values["name"],
            organisation=self.organisations[values["organisation"]],
            street=self.streets[values["street"]],
            phone=values["phone"],
            identity_number=values.get("identity"),
            programmes=[self.programmes[pk] for pk in values.get("programmes", ())],
            actor=self.context.user,
            now=self.context.now,
        )
        state = values.get("state", Volunteer.State.ACTIVE)
        change_state(
            volunteer_id=row.pk, state=state, actor=self.context.user, now=self.context.now
        )
        return row.pk

    # --- showing ----------------------------------------------------------------------------------
    def export(self) -> Iterator[dict[str, str]]:
        rows = registered(self.context).select_related("street").prefetch_related("programmes")
        for row in rows.order_by("sort_key", "pk").iterator(chunk_size=1000):
            yield self.texts(row)

    def texts(self, row: Volunteer) -> dict[str, str]:
        phone = str(row.phone or "")
        if not self.context.full:
            phone = phones.masked(phone)
        names = [self.named_programmes.said(one.pk) for one in row.programmes.all()]
        return {
            "number": row.number,
            "name": row.name,
            "phone": phone,
            "identity": identity.masked(str(row.identity_number or "")),
            "organisation": self.named_organisations.said(row.organisation_id),
            "street": self.named_streets.said(row.street_id),
            "programmes": "、".join(sorted(names)),
            "state": STATES[Volunteer.State(row.state)],
        }


def left(row: Volunteer) -> CellRefused:
    back = STATES[Volunteer.State.ACTIVE]
    return CellRefused(why="left", text=row.number, state=back)


def _refuse_left(row: Volunteer, values: Values, changed: Sequence[str]) -> None:
    """Who has left is brought back by her number and a word of her state, never because a new list
    has her telephone in it; and nothing else of her is written about. Raises RowRefused."""
    if values.get("number"):
        if changed and "state" not in changed:
            raise wrong(number=left(row))
    elif changed or values.get("state") != Volunteer.State.LEFT:
        raise wrong(phone=left(row))


def as_it_is(row: Volunteer) -> str:
    """What changes when somebody changes what a list may change; says nothing of it itself."""
    said = "\0".join([row.name, str(row.phone or ""), row.street_id, row.state])
    return blind_index(said, "import").hex()


def read_phone(text: str) -> str:
    if "*" in text:
        return plain(text)
    return phones.clean(text)


class VolunteersTable(Table):
    code = "volunteers"
    name = _("志愿者")
    key = "number"
    desk = VolunteersDesk
    masks = True
    promise = _(
        "名单上的人都满 18 周岁，都知道、也同意登记进来；新登记的系统先不通知，我来告诉她们"
    )
    explained = _(
        "登记新的人，改姓名、手机号、街道和状态。改了谁，谁会收到消息。"
        "未满 18 周岁的不用名单登记，请本人用手机报名。"
        "身份证号到写入时才对比：已经登记的，会告诉你编号，也记下你查了她。"
    )
    columns = (
        Column(key="number", heading="编号", read=words(20), also=("志愿者编号",), wide=10),
        Column(key="name", heading="姓名", read=words(40), needed=True, sample="陈晓云", wide=12),
        Column(
            key="phone",
            heading="手机号",
            read=read_phone,
            needed=True,
            also=("手机", "电话", "手机号码", "联系电话"),
            sample="13800138000",
            wide=16,
        ),
        Column(
            key="identity",
            heading="身份证号",
            also=("证件号码", "身份证号码"),
            wide=22,
        ),
        Column(
            key="organisation",
            heading="组织",
            needed=True,
            also=("所属单位", "妇联"),
            sample="闽侯县妇联",
            wide=20,
        ),
        Column(
            key="street",
            heading="街道",
            needed=True,
            also=("乡镇(街道)", "所在乡镇"),
            sample="闽侯县甘蔗街道",
            wide=20,
        ),
        Column(
            key="programmes",
            heading="品牌项目",
            also=("服务类别",),
            sample="贝贝老师、小桔灯",
            wide=24,
        ),
        Column(
            key="state",
            heading="状态",
            read=choice({label: state for state, label in STATES.items()}),
            sample="在册",
            wide=8,
        ),
    )

    @classmethod
    def identity(cls, values: Values) -> object:
        if index := index_of(values):
            return index
        return (values.get("phone"), plain(values.get("name", "")))

    @classmethod
    def choices(cls, context: Context) -> Mapping[str, Sequence[str]]:
        desk = VolunteersDesk(context)
        active = Programme.objects.filter(active=True).order_by("pk")
        return {
            "organisation": [desk.named_organisations.said(pk) for pk in desk.organisations],
            "programmes": [row.name for row in active],
            "state": list(STATES.values()),
        }
