"""Every kind of event, made by the operation that a user would start: prepared before the `yield`,
done after it.

A new kind of event needs a function of its name here; tests/live/test_fresh.py fails until it has
one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.db.models import F

from backend.bookings.models import Booking
from backend.bookings.operations import (
    accept_seat,
    ask_families_again,
    book,
    cancel_booking,
    cancel_bookings_of_family,
    cancel_bookings_of_session,
    change_children,
    decline_seat,
    expire_seats,
    move_booking,
    note_family,
    note_rest_absent,
    put_back_in_line,
    seat_requests,
    take_back_seats,
)
from backend.common.clock import local_day
from backend.exchange.models import Export, Import
from backend.exchange.operations import (
    ask_export,
    confirm_import,
    decide_export,
    drop_import,
    end_checking,
    upload,
)
from backend.families.operations import change_family_hours, close_request, open_request
from backend.notifications.models import Delivery
from backend.notifications.operations import see_messages, send_due
from backend.notifications.operations.planning import write_down
from backend.notifications.recipients import Addressee, Audience
from backend.organisations.models import NumberQuestion, Organisation
from backend.planning.operations import (
    cancel_run,
    discard_proposal,
    fail_run,
    finish_run,
    lease_run,
    publish_proposal,
    refuse_publication,
    request_publication,
    request_run,
    stop_run,
    sweep_leases,
)
from backend.projects.operations import (
    ProjectValues,
    change_project,
    close_project,
    note_money,
    open_project,
)
from backend.proofs.operations import (
    answer_doubt,
    approve_star,
    award_displayed,
    deny_statement,
    display_statement,
    doubt_statement,
    drop_statement,
    end_star,
    issue_statement,
    keep_print,
    make_batch,
    mark_reported,
    request_statement,
    revoke_statement,
    void_batch,
)
from backend.records.chain import link
from backend.records.models import ServiceRecord
from backend.records.operations import (
    answer_objection,
    answer_whose_number,
    ask_back_entry,
    ask_whose_number,
    confirm_hours,
    correct_hours,
    decide_back_entry,
    give_feedback,
    look_at_feedback,
    name_training,
    note_away,
    object_to,
    report_session,
    sign_in,
    sign_out,
    take_back_arrival,
)
from backend.rights.operations import withdraw_guardian_consent
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, CoverAsk, Notice, Session, Shift
from backend.rota.operations import (
    accept_offer,
    add_session,
    ask_cover,
    cancel_session,
    change_session_alone,
    claim_shift,
    close_rota,
    copy_sessions,
    decline_cover,
    decline_offer,
    end_barred_offers,
    expire_offers,
    make_offers,
    pin_offer,
    place,
    prolong_offer,
    publish_rota,
    reopen_session_alone,
    see_notice,
    stop_cover,
    take_cover,
    take_out,
    undo_accept,
    undo_act,
    undo_claim,
    undo_decline,
    withdraw_assignment,
    withdraw_offer,
)
from backend.rota.operations.session_values import SessionValues
from backend.volunteers.models import AgreementVersion, Availability, HandIn, Volunteer
from backend.volunteers.operations import (
    accept_hand_in,
    add_time_off,
    agree,
    apply,
    approve,
    ask_to_resume,
    change_availability,
    change_state,
    choose_programmes,
    end_credential,
    guardian_agrees,
    hand_in,
    keep_paused,
    merge_applicant,
    publish_agreement,
    record_vetting,
    register_volunteer,
    remove_time_off,
    request_vetting,
    return_hand_in,
    take_back_hand_in,
    turn_down,
    withdraw_vetting,
)
from tests.factories import (
    NOW,
    make_assignment,
    make_booking,
    make_child,
    make_cover_ask,
    make_credential_kind,
    make_division,
    make_family,
    make_import,
    make_minor,
    make_offer,
    make_programme,
    make_project,
    make_rota,
    make_session,
    make_typed_code,
    make_user,
    make_volunteer,
    qualify,
)
from tests.live.case_changes import CASE_CHANGES
from tests.live.pages import TODAY
from tests.live.pair_changes import PAIR_CHANGES
from tests.live.visit_changes import VISIT_CHANGES
from tests.planning.scene import Scene, make_scene

TOMORROW = NOW + timedelta(days=1)
Change = Callable[[], Iterator[Scene]]
CHANGES: dict[str, Change] = VISIT_CHANGES | PAIR_CHANGES | CASE_CHANGES

# Events that no page shows; what they do instead is tested where it says.
NO_PAGE = {
    "signed_out": "closes the line: test_rights.py",
    "password_renewed": "a message, as any: tests/accounts/test_told.py",
    "second_step_set": "the same",
    "second_step_removed": "the same",
    "signed_in_elsewhere": "the same",
    "number_moved": "the same",
    "wechat_connected": "the same",
    "wechat_disconnected": "the same",
    "membership_ended": "closes the line: test_rights.py",
    "answer_undone": "recorded by earlier versions only: tests/outbox/test_kinds.py",
    "import_called_again": "calls a worker: tests/exchange/test_working.py",
    "publication_called_again": "calls a worker: tests/planning/test_publication.py",
    "volunteer_registered": "the register is read anew by whoever opens it: tests/volunteers",
    "contact_corrected": "the register is read anew by whoever opens it: tests/volunteers",
    "remark_written": "the register is read anew by whoever opens it: tests/volunteers",
    "limits_changed": "the register is read anew by whoever opens it: tests/volunteers",
    "team_link_made": "teams are read anew by whoever opens them: tests/volunteers",
    "team_link_revoked": "the same",
    "team_asked": "the same",
    "team_answered": "the same",
    "friend_asked": "friends are read anew by whoever opens them: tests/volunteers",
    "friend_agreed": "friends are read anew by whoever opens them: tests/volunteers",
    "friend_declined": "who asked is not told, and who declined did it: tests/volunteers",
    "friendship_ended": "friends are read anew by whoever opens them: tests/volunteers",
    "naming_changed": "a family reads it anew with the page: tests/bookings/test_people.py",
    "languages_said": "the next run reads it: tests/rota/test_languages.py",
    "counting_changed": "the next run reads it: tests/planning/test_chances.py",
    "likings_changed": "the register is read anew by whoever opens it: tests/volunteers",
    "organisation_moved": "closes and opens lines: tests/organisations/test_tree.py",
    "organisation_described": "its page is a form that is not overwritten: tests/organisations",
    "invitation_made": "colleagues are read anew by whoever opens them: tests/organisations",
    "invitation_accepted": "the same",
    "invitation_taken_back": "the same",
    "rota_opened": "the list of rotas is read anew by whoever opens it: tests/rota",
    "aims_set": "its page is a form that is not overwritten; the next run reads it: tests/rota",
    "wall_renewed": "the sheet is read anew by whoever opens it: tests/web/test_the_day.py",
    "partner_changed": "partners are read anew by whoever opens them: tests/projects",
    "station_changed": "stations are read anew by whoever opens them: tests/projects",
    "report_made": "documents are read anew by whoever opens them: tests/reports",
    "harm_reported": "the officer's list alone, without what was said: tests/harm",
    "code_requested": "goes to a phone: tests/notifications/test_codes.py",
    "volunteer_erased": "her pages are gone with her account: tests/rights/test_volunteers.py",
    "family_registered": "forms are not overwritten meanwhile: tests/families",
    "family_details_corrected": "forms are not overwritten meanwhile: tests/families",
    "family_erased": "forms are not overwritten meanwhile: tests/families",
    "guardian_asked": "the list of grown-ups moves by itself: tests/families/test_guardians.py",
    "guardian_joined": "the same",
    "guardian_left": "the same",
    "child_added": "forms are not overwritten meanwhile: tests/families",
    "child_corrected": "forms are not overwritten meanwhile: tests/families",
    "child_erased": "forms are not overwritten meanwhile: tests/families",
    "consent_given": "forms are not overwritten meanwhile: tests/families",
    "consent_withdrawn": "forms are not overwritten meanwhile: tests/families",
}


def change(function: Change) -> Change:
    CHANGES[function.__name__] = function
    return function


def world(*, state: str = "published") -> Scene:
    """A published rota with a class in the morning that has seats; its family may book."""
    return make_scene(state=state)


def lead(scene: Scene) -> Shift:
    return scene.morning.shifts.get()


def children(scene: Scene) -> list[int]:
    return [child.pk for child in scene.wish.family.children.all()]


def staffed() -> Scene:
    """The morning has somebody, so that families have seats."""
    scene = world()
    make_assignment(volunteer=scene.alice, shift=lead(scene))
    return scene


# --- rotas and sessions ---------------------------------------------------------------------------


@change
def messages_told() -> Iterator[Scene]:
    scene = asked_and_planned()
    yield scene
    send_due(channels={}, now=NOW)


@change
def messages_seen() -> Iterator[Scene]:
    scene = asked_and_planned()
    send_due(channels={}, now=NOW)
    told = Delivery.objects.get()
    yield scene
    her = Addressee(volunteer=scene.alice.pk)
    see_messages(person=her, upto=told.pk, actor=scene.alice.user, now=NOW)


def asked_and_planned() -> Scene:
    """Alice was asked, and a message for her waits to be sent."""
    scene = world()
    make_offer(volunteer=scene.alice, shift=scene.morning.shifts.get())
    offer = scene.alice.offers.get()
    write_down("event.1", "offer_made", Audience.volunteers([(scene.alice.pk, offer.pk)]), NOW)
    return scene


@change
def rota_published() -> Iterator[Scene]:
    yield (scene := world(state="draft"))
    publish_rota(
        rota_id=scene.rota.pk, expected_version=scene.rota.version, actor=scene.actor, now=NOW
    )


@change
def rota_closed() -> Iterator[Scene]:
    yield (scene := world())
    after = NOW + timedelta(weeks=10)
    close_rota(rota_id=scene.rota.pk, actor=scene.actor, now=after)


@change
def session_changed() -> Iterator[Scene]:
    yield (scene := staffed())
    session = scene.morning
    values = SessionValues(
        title="改了名的课",
        venue_id=session.venue_id,
        starts_at=session.starts_at + timedelta(hours=1),
        ends_at=session.ends_at + timedelta(hours=1),
        shifts=[(lead(scene).role_id, 1, 2)],
        seats=(0, 8, 4),
        months=(0, 36),
    )
    change_session_alone(
        session_id=session.pk, version=session.version, values=values, actor=scene.actor, now=NOW
    )


@change
def sessions_copied() -> Iterator[Scene]:
    scene = staffed()
    other = make_rota(organisation=scene.rota.organisation, starts_on=scene.rota.starts_on)
    make_session(rota=other, programme=scene.morning.programme, title="照着排的课")
    yield scene
    copy_sessions(rota_id=scene.rota.pk, source_id=other.pk, actor=scene.actor, now=NOW)


@change
def session_added() -> Iterator[Scene]:
    yield (scene := staffed())
    session = scene.morning
    values = SessionValues(
        title="又一节课",
        venue_id=session.venue_id,
        starts_at=session.starts_at + timedelta(hours=3),
        ends_at=session.ends_at + timedelta(hours=3),
        shifts=[(lead(scene).role_id, 1, 2)],
    )
    add_session(
        rota_id=scene.rota.pk,
        engagement_id=session.engagement_id,
        values=values,
        actor=scene.actor,
        now=NOW,
    )


@change
def session_reopened() -> Iterator[Scene]:
    scene = staffed()
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW)
    yield scene
    reopen_session_alone(session_id=scene.morning.pk, actor=scene.actor, now=NOW)


@change
def session_cancelled() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning)
    yield scene
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW)


# --- people and shifts ----------------------------------------------------------------------------


@change
def shift_claimed() -> Iterator[Scene]:
    yield (scene := world())
    claim_shift(
        volunteer_id=scene.alice.pk, shift_id=lead(scene).pk, actor=scene.alice.user, now=NOW
    )


@change
def shift_placed() -> Iterator[Scene]:
    yield (scene := world())
    place(volunteer_id=scene.alice.pk, shift_id=lead(scene).pk, actor=scene.actor, now=NOW)


@change
def volunteer_taken_out() -> Iterator[Scene]:
    scene = world()
    place_ = make_assignment(volunteer=scene.alice, shift=lead(scene))
    yield scene
    take_out(assignment_id=place_.pk, because="换人", actor=scene.actor, now=NOW)


@change
def act_undone() -> Iterator[Scene]:
    scene = world()
    place_ = make_assignment(volunteer=scene.alice, shift=lead(scene))
    act = take_out(assignment_id=place_.pk, because="换人", actor=scene.actor, now=NOW)
    yield scene
    undo_act(act_id=act.pk, actor=scene.actor, now=NOW)


@change
def offer_pinned() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    yield scene
    pin_offer(offer_id=offer.pk, pinned=True, actor=scene.actor, now=NOW)


@change
def offer_prolonged() -> Iterator[Scene]:
    scene = world()
    soon = NOW + timedelta(hours=1)
    offer = make_offer(volunteer=scene.alice, shift=lead(scene), answer_by=soon)
    yield scene
    prolong_offer(offer_id=offer.pk, actor=scene.actor, now=NOW)


@change
def assignment_withdrawn() -> Iterator[Scene]:
    scene = world()
    assignment = make_assignment(volunteer=scene.alice, shift=lead(scene))
    yield scene
    withdraw_assignment(assignment_id=assignment.pk, actor=scene.alice.user, now=NOW)


@change
def cover_asked() -> Iterator[Scene]:
    scene = world()
    place = make_assignment(volunteer=scene.alice, shift=lead(scene))
    yield scene
    ask_cover(
        assignment_id=place.pk, volunteer_ids=[scene.bob.pk], named=False, actor=None, now=NOW
    )


def asked_to_cover(scene: Scene) -> CoverAsk:
    """Alice is asked to take the place of Bob."""
    place = make_assignment(volunteer=scene.bob, shift=lead(scene))
    return make_cover_ask(volunteer=scene.alice, place=place)


@change
def cover_declined() -> Iterator[Scene]:
    ask = asked_to_cover(scene := world())
    another = make_volunteer(organisation=scene.rota.organisation)
    ask.cover.asks.create(volunteer=another, made_at=NOW)
    yield scene
    decline_cover(ask_id=ask.pk, actor=scene.alice.user, now=NOW)


@change
def cover_ended() -> Iterator[Scene]:
    ask = asked_to_cover(scene := world())
    yield scene
    stop_cover(cover_id=ask.cover_id, actor=scene.bob.user, now=NOW)


@change
def cover_taken() -> Iterator[Scene]:
    ask = asked_to_cover(scene := world())
    yield scene
    take_cover(ask_id=ask.pk, actor=scene.alice.user, now=NOW)


@change
def offer_made() -> Iterator[Scene]:
    yield (scene := world())
    make_offers(
        pairs=[(scene.alice.pk, lead(scene).pk)], answer_by=TOMORROW, actor=scene.actor, now=NOW
    )


@change
def offer_accepted() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    yield scene
    accept_offer(offer_id=offer.pk, actor=scene.alice.user, now=NOW)


@change
def offer_declined() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    yield scene
    decline_offer(offer_id=offer.pk, actor=scene.alice.user, now=NOW)


@change
def offer_expired() -> Iterator[Scene]:
    scene = world()
    make_offer(volunteer=scene.alice, shift=lead(scene), answer_by=NOW)
    yield scene
    expire_offers(now=NOW)


@change
def offer_withdrawn() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    yield scene
    withdraw_offer(offer_id=offer.pk, actor=scene.actor, now=NOW)


@change
def offer_barred() -> Iterator[Scene]:
    scene = world()
    make_offer(volunteer=scene.alice, shift=lead(scene))
    Availability.objects.filter(volunteer=scene.alice).delete()
    yield scene
    end_barred_offers(volunteer_id=scene.alice.pk, now=NOW)


@change
def offer_reopened() -> Iterator[Scene]:
    scene = world()
    make_offer(volunteer=scene.alice, shift=lead(scene))
    hours = list(Availability.objects.filter(volunteer=scene.alice))
    Availability.objects.filter(volunteer=scene.alice).delete()
    end_barred_offers(volunteer_id=scene.alice.pk, now=NOW)
    Availability.objects.bulk_create(hours)
    yield scene
    end_barred_offers(volunteer_id=scene.alice.pk, now=NOW)


@change
def acceptance_undone() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    accept_offer(offer_id=offer.pk, actor=scene.alice.user, now=NOW)
    yield scene
    undo_accept(offer_id=offer.pk, actor=scene.alice.user, now=NOW)


@change
def refusal_undone() -> Iterator[Scene]:
    scene = world()
    offer = make_offer(volunteer=scene.alice, shift=lead(scene))
    decline_offer(offer_id=offer.pk, actor=scene.alice.user, now=NOW)
    yield scene
    undo_decline(offer_id=offer.pk, actor=scene.alice.user, now=NOW)


@change
def claim_undone() -> Iterator[Scene]:
    scene = world()
    taken = claim_shift(
        volunteer_id=scene.alice.pk, shift_id=lead(scene).pk, actor=scene.alice.user, now=NOW
    )
    yield scene
    undo_claim(assignment_id=taken.pk, actor=scene.alice.user, now=NOW)


@change
def notice_seen() -> Iterator[Scene]:
    scene = staffed()
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW)
    yield scene
    notice = Notice.objects.get(volunteer=scene.alice)
    see_notice(notice_id=notice.pk, actor=scene.alice.user, now=NOW)


# --- the day itself, and hours --------------------------------------------------------------------


def today(ago: timedelta) -> tuple[Scene, Assignment]:
    """Alice has a place in an hour that began so long ago."""
    scene = world()
    session = make_session(rota=scene.rota, starts_at=NOW - ago, title=TODAY)
    return scene, make_assignment(volunteer=scene.alice, shift=session.shifts.get())


UNDER_WAY = timedelta(minutes=5)
OVER = timedelta(hours=2)


def signed(ago: timedelta) -> tuple[Scene, Assignment]:
    scene, hers = today(ago)
    assert scene.alice.user is not None
    sign_in(assignment_id=hers.pk, how="leader", actor=scene.alice.user, now=NOW - ago)
    return scene, hers


@change
def volunteer_arrived() -> Iterator[Scene]:
    scene, hers = today(UNDER_WAY)
    yield scene
    sign_in(assignment_id=hers.pk, how="code", actor=scene.alice.user, now=NOW)


@change
def volunteer_left_session() -> Iterator[Scene]:
    scene, hers = signed(UNDER_WAY)
    yield scene
    sign_out(assignment_id=hers.pk, how="code", actor=scene.alice.user, now=NOW)


@change
def arrival_taken_back() -> Iterator[Scene]:
    scene, hers = signed(UNDER_WAY)
    yield scene
    take_back_arrival(assignment_id=hers.pk, actor=scene.actor, now=NOW)


@change
def hours_confirmed() -> Iterator[Scene]:
    scene, hers = signed(OVER)
    yield scene
    confirm_hours(assignment_id=hers.pk, minutes=60, actor=scene.actor, now=NOW)


@change
def hours_corrected() -> Iterator[Scene]:
    scene, hers = signed(OVER)
    confirm_hours(assignment_id=hers.pk, minutes=60, actor=scene.actor, now=NOW)
    yield scene
    correct_hours(assignment_id=hers.pk, minutes=30, reason="晚到", actor=scene.actor, now=NOW)


@change
def volunteer_was_away() -> Iterator[Scene]:
    scene, hers = today(OVER)
    yield scene
    note_away(assignment_id=hers.pk, excused=False, reason="", actor=scene.actor, now=NOW)


@change
def session_reported() -> Iterator[Scene]:
    scene, hers = today(OVER)
    yield scene
    report_session(
        session_id=hers.session_id, children=6, adults=5, said="", actor=scene.actor, now=NOW
    )


@change
def training_named() -> Iterator[Scene]:
    scene, hers = today(UNDER_WAY)
    kind = make_credential_kind(code="speaker")
    yield scene
    name_training(session_id=hers.session_id, kind=kind, months=None, actor=scene.actor, now=NOW)


@change
def objection_made() -> Iterator[Scene]:
    scene, hers = today(OVER)
    yield scene
    object_to(assignment_id=hers.pk, text="我去了", actor=scene.alice.user, now=NOW)


@change
def objection_answered() -> Iterator[Scene]:
    scene, hers = today(OVER)
    said = object_to(assignment_id=hers.pk, text="我去了", actor=scene.alice.user, now=NOW)
    yield scene
    answer_objection(
        objection_id=said.pk, answer="看过了", minutes=None, actor=scene.actor, now=NOW
    )


@change
def back_entry_asked() -> Iterator[Scene]:
    scene, hers = today(OVER)
    yield scene
    ask_back_entry(assignment_id=hers.pk, minutes=60, reason="手机没电", actor=scene.actor, now=NOW)


@change
def back_entry_decided() -> Iterator[Scene]:
    scene, hers = today(OVER)
    entry = ask_back_entry(
        assignment_id=hers.pk, minutes=60, reason="手机没电", actor=scene.actor, now=NOW
    )
    yield scene
    decide_back_entry(entry_id=entry.pk, approve=True, actor=make_user(), now=NOW)


def served() -> Scene:
    """Alice's hours of this day are confirmed."""
    scene, hers = signed(OVER)
    confirm_hours(assignment_id=hers.pk, minutes=60, actor=scene.actor, now=NOW)
    return scene


def wanted(scene: Scene) -> int:
    """Alice asks for a statement of them."""
    assert scene.alice.user is not None
    row = request_statement(
        volunteer_id=scene.alice.pk,
        organisation=scene.rota.organisation,
        first_day=local_day(NOW),
        last_day=local_day(NOW),
        actor=scene.alice.user,
        now=NOW,
    )
    return row.pk


@change
def statement_requested() -> Iterator[Scene]:
    yield (scene := served())
    wanted(scene)


@change
def statement_dropped() -> Iterator[Scene]:
    scene = served()
    pk = wanted(scene)
    yield scene
    assert scene.alice.user is not None
    drop_statement(statement_id=pk, actor=scene.alice.user, now=NOW)


@change
def statement_denied() -> Iterator[Scene]:
    scene = served()
    pk = wanted(scene)
    yield scene
    deny_statement(statement_id=pk, why="请向市里要", actor=scene.actor, now=NOW)


@change
def statement_issued() -> Iterator[Scene]:
    scene = served()
    pk = wanted(scene)
    yield scene
    issue_statement(statement_id=pk, actor=scene.actor, now=NOW)


def batched() -> tuple[Scene, int]:
    """Alice's hours are in a batch."""
    scene = served()
    batch = make_batch(organisation=scene.rota.organisation, actor=scene.actor, now=NOW)
    return scene, batch.pk


@change
def batch_made() -> Iterator[Scene]:
    yield (scene := served())
    make_batch(organisation=scene.rota.organisation, actor=scene.actor, now=NOW)


@change
def batch_reported() -> Iterator[Scene]:
    scene, pk = batched()
    yield scene
    mark_reported(batch_id=pk, actor=scene.actor, now=NOW)


@change
def batch_voided() -> Iterator[Scene]:
    scene, pk = batched()
    yield scene
    void_batch(batch_id=pk, actor=scene.actor, now=NOW)


def nearly_there() -> Scene:
    """Alice has the hours of her first star."""
    scene = served()
    record = ServiceRecord.objects.get()
    row = ServiceRecord(
        volunteer=record.volunteer,
        session=record.session,
        organiser=record.organiser,
        minutes=6000,
        recorded_at=NOW,
    )
    link(row, {record.volunteer_id: (record.number, record.digest)})
    row.save(force_insert=True)
    return scene


@change
def star_on_display() -> Iterator[Scene]:
    yield (scene := nearly_there())
    approve_star(volunteer_id=scene.alice.pk, actor=scene.actor, now=NOW)


@change
def star_awarded() -> Iterator[Scene]:
    scene = nearly_there()
    approve_star(volunteer_id=scene.alice.pk, actor=scene.actor, now=NOW)
    yield scene
    award_displayed(now=NOW + timedelta(days=7))


@change
def star_ended() -> Iterator[Scene]:
    scene = nearly_there()
    star = approve_star(volunteer_id=scene.alice.pk, actor=scene.actor, now=NOW)
    yield scene
    end_star(star_id=star.pk, why="时长不对", actor=scene.actor, now=NOW)


def displays() -> tuple[Scene, int]:
    """A proof of Alice's hours is on display."""
    scene = served()
    pk = wanted(scene)
    Organisation.objects.filter(pk=scene.rota.organisation_id).update(lawful_issuer=True)
    return scene, pk


@change
def statement_displayed() -> Iterator[Scene]:
    scene, pk = displays()
    yield scene
    display_statement(statement_id=pk, actor=scene.actor, now=NOW)


@change
def statement_doubted() -> Iterator[Scene]:
    scene, pk = displays()
    display_statement(statement_id=pk, actor=scene.actor, now=NOW)
    yield scene
    doubt_statement(statement_id=pk, text="时长不对", actor=scene.actor, now=NOW)


@change
def doubt_answered() -> Iterator[Scene]:
    scene, pk = displays()
    display_statement(statement_id=pk, actor=scene.actor, now=NOW)
    doubt = doubt_statement(statement_id=pk, text="时长不对", actor=scene.actor, now=NOW)
    yield scene
    answer_doubt(doubt_id=doubt.pk, answer="看过了", actor=scene.actor, now=NOW)


@change
def statement_printed() -> Iterator[Scene]:
    scene = served()
    pk = wanted(scene)
    issue_statement(statement_id=pk, actor=scene.actor, now=NOW)
    yield scene
    keep_print(statement_id=pk, pdf=b"a print", missing="", now=NOW)


@change
def statement_revoked() -> Iterator[Scene]:
    scene = served()
    pk = wanted(scene)
    issue_statement(statement_id=pk, actor=scene.actor, now=NOW)
    yield scene
    revoke_statement(statement_id=pk, why="记错了", actor=scene.actor, now=NOW)


# --- families and seats ---------------------------------------------------------------------------


@change
def booking_made() -> Iterator[Scene]:
    yield (scene := staffed())
    book(
        family_id=scene.wish.family_id,
        session_id=scene.morning.pk,
        child_ids=children(scene),
        actor=scene.wish.family.user,
        now=NOW,
    )


def full() -> Scene:
    """All seats of the morning are taken by others."""
    scene = staffed()
    make_booking(family=make_family(children=["2025-03"] * 5), session=scene.morning)
    return scene


@change
def booking_waiting() -> Iterator[Scene]:
    yield (scene := full())
    book(
        family_id=scene.wish.family_id,
        session_id=scene.morning.pk,
        child_ids=children(scene),
        actor=scene.wish.family.user,
        now=NOW,
    )


@change
def booking_children_changed() -> Iterator[Scene]:
    scene = staffed()
    family = scene.wish.family
    booking = make_booking(family=family, session=scene.morning)
    twin = make_child(family)
    yield scene
    change_children(booking_id=booking.pk, child_ids=[twin.pk], actor=family.user, now=NOW)


@change
def booking_cancelled() -> Iterator[Scene]:
    scene = staffed()
    booking = make_booking(family=scene.wish.family, session=scene.morning)
    yield scene
    cancel_booking(booking_id=booking.pk, actor=scene.wish.family.user, now=NOW)


@change
def booking_confirmed() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning, state="waiting")
    yield scene
    book(
        family_id=scene.wish.family_id,
        session_id=scene.morning.pk,
        child_ids=children(scene),
        actor=scene.wish.family.user,
        now=scene.morning.starts_at - timedelta(hours=1),
    )


@change
def booking_moved() -> Iterator[Scene]:
    scene = staffed()
    other = make_session(rota=scene.rota, programme=scene.morning.programme, seats=(0, 8, 4))
    make_assignment(volunteer=scene.bob, shift=other.shifts.get())
    booking = make_booking(family=scene.wish.family, session=other)
    yield scene
    move_booking(
        booking_id=booking.pk,
        session_id=scene.morning.pk,
        actor=scene.wish.family.user,
        now=NOW,
    )


def families_today(ago: timedelta) -> tuple[Scene, Booking]:
    """The family has a seat in an hour that began so long ago."""
    scene = world()
    session = make_session(rota=scene.rota, starts_at=NOW - ago, title=TODAY, seats=(0, 8, 4))
    make_assignment(volunteer=scene.alice, shift=session.shifts.get())
    return scene, make_booking(family=scene.wish.family, session=session)


@change
def family_came() -> Iterator[Scene]:
    scene, booking = families_today(UNDER_WAY)
    yield scene
    note_family(booking_id=booking.pk, came=True, actor=scene.actor, now=NOW)


@change
def families_absent() -> Iterator[Scene]:
    scene, booking = families_today(OVER)
    yield scene
    note_rest_absent(session_id=booking.session_id, actor=scene.actor, now=NOW)


@change
def feedback_given() -> Iterator[Scene]:
    scene, booking = families_today(OVER)
    yield scene
    family = booking.family.user
    give_feedback(booking_id=booking.pk, tutor_came=True, felt=None, actor=family, now=NOW)


@change
def feedback_seen() -> Iterator[Scene]:
    scene, booking = families_today(OVER)
    family = booking.family.user
    give_feedback(booking_id=booking.pk, tutor_came=False, felt=None, actor=family, now=NOW)
    yield scene
    look_at_feedback(session_id=booking.session_id, actor=scene.actor, now=NOW)


@change
def bookings_called_off() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning)
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW)
    yield scene
    cancel_bookings_of_session(session_id=scene.morning.pk, actor=None, now=NOW)


@change
def bookings_reopened() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning)
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW)
    cancel_bookings_of_session(session_id=scene.morning.pk, actor=None, now=NOW)
    reopen_session_alone(session_id=scene.morning.pk, actor=scene.actor, now=NOW)
    yield scene
    put_back_in_line(session_id=scene.morning.pk, actor=scene.actor, now=NOW)


@change
def bookings_left() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning)
    yield scene
    cancel_bookings_of_family(family_id=scene.wish.family_id, actor=None, now=NOW)


@change
def booking_asked() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning)
    before = Agreed.of(scene.morning)
    Session.objects.filter(pk=scene.morning.pk).update(ends_at=F("ends_at") + timedelta(hours=1))
    yield scene
    ask_families_again(session_id=scene.morning.pk, before=before, actor=scene.actor, now=NOW)


@change
def seat_offered() -> Iterator[Scene]:
    yield (scene := staffed())
    seat_requests(seats=[(scene.wish.pk, scene.morning.pk)], actor=scene.actor, now=NOW)


def offered_seat(scene: Scene) -> Booking:
    return make_booking(family=scene.wish.family, session=scene.morning, state="offered")


@change
def seat_accepted() -> Iterator[Scene]:
    scene = staffed()
    booking = offered_seat(scene)
    yield scene
    accept_seat(booking_id=booking.pk, actor=scene.wish.family.user, now=NOW)


@change
def seat_declined() -> Iterator[Scene]:
    scene = staffed()
    booking = offered_seat(scene)
    yield scene
    decline_seat(booking_id=booking.pk, actor=scene.wish.family.user, now=NOW)


@change
def seat_expired() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning, state="offered", answer_by=NOW)
    yield scene
    expire_seats(now=NOW)


@change
def seat_taken_back() -> Iterator[Scene]:
    scene = staffed()
    family = scene.wish.family
    booking = make_booking(
        family=family, session=scene.morning, state="offered", request=scene.wish
    )
    yield scene
    take_back_seats(seats=[(scene.wish.pk, booking.session_id)], actor=scene.actor, now=NOW)


@change
def waiting_ended() -> Iterator[Scene]:
    scene = staffed()
    make_booking(family=scene.wish.family, session=scene.morning, state="waiting")
    yield scene
    expire_seats(now=scene.morning.starts_at)


@change
def request_opened() -> Iterator[Scene]:
    scene = world()
    other = make_programme(code="other", name="别的活动")
    yield scene
    open_request(
        family_id=scene.wish.family_id,
        programme=other,
        wants=1,
        actor=scene.wish.family.user,
        now=NOW,
    )


@change
def request_closed() -> Iterator[Scene]:
    yield (scene := world())
    close_request(
        family_id=scene.wish.family_id,
        request_id=scene.wish.pk,
        actor=scene.wish.family.user,
        now=NOW,
    )


@change
def family_hours_changed() -> Iterator[Scene]:
    yield (scene := world())
    change_family_hours(
        family_id=scene.wish.family_id,
        spans=[(0, 8 * 60, 12 * 60)],
        actor=scene.wish.family.user,
        now=NOW,
    )


# --- herself --------------------------------------------------------------------------------------


@change
def availability_changed() -> Iterator[Scene]:
    yield (scene := world())
    change_availability(
        volunteer_id=scene.alice.pk, spans=[(0, 8 * 60, 12 * 60)], actor=scene.alice.user, now=NOW
    )


@change
def time_off_added() -> Iterator[Scene]:
    yield (scene := world())
    day = local_day(scene.morning.starts_at)
    add_time_off(
        volunteer_id=scene.alice.pk,
        from_date=day,
        to_date=day,
        actor=scene.alice.user,
        now=NOW,
    )


@change
def time_off_removed() -> Iterator[Scene]:
    scene = world()
    day = local_day(scene.morning.starts_at)
    away = add_time_off(
        volunteer_id=scene.alice.pk, from_date=day, to_date=day, actor=scene.actor, now=NOW
    )
    yield scene
    remove_time_off(
        volunteer_id=scene.alice.pk, time_off_id=away.pk, actor=scene.alice.user, now=NOW
    )


@change
def programmes_chosen() -> Iterator[Scene]:
    yield (scene := world())
    choose_programmes(
        volunteer_id=scene.alice.pk,
        programmes=[scene.morning.programme],
        actor=scene.alice.user,
        now=NOW,
    )


@change
def volunteer_paused() -> Iterator[Scene]:
    yield (scene := world())
    change_state(
        volunteer_id=scene.alice.pk, state="paused", actor=scene.actor, now=NOW, why="休息"
    )


def paused(scene: Scene) -> None:
    """Her coordinator paused her, and she asks to serve again."""
    change_state(
        volunteer_id=scene.alice.pk, state="paused", actor=scene.actor, now=NOW, why="休息"
    )
    assert scene.alice.user is not None
    ask_to_resume(volunteer_id=scene.alice.pk, text="我好了", actor=scene.alice.user, now=NOW)


@change
def resume_asked() -> Iterator[Scene]:
    yield (scene := world())
    paused(scene)


@change
def pause_kept() -> Iterator[Scene]:
    scene = world()
    paused(scene)
    yield scene
    keep_paused(volunteer_id=scene.alice.pk, why="再等等", actor=scene.actor, now=NOW)


@change
def volunteer_left() -> Iterator[Scene]:
    scene = world()
    make_assignment(volunteer=scene.alice, shift=lead(scene))
    yield scene
    change_state(volunteer_id=scene.alice.pk, state="left", actor=scene.actor, now=NOW)


def applied(scene: Scene) -> Volunteer:
    """Somebody registers herself where the rota is kept."""
    return apply(
        user=make_user(),
        name="演示·林一一",
        phone="13800000001",
        street=make_division(),
        organisation=scene.rota.organisation,
        now=NOW,
    )


@change
def volunteer_applied() -> Iterator[Scene]:
    yield (scene := world())
    applied(scene)


@change
def volunteer_merged() -> Iterator[Scene]:
    scene = world()
    new = applied(scene)
    listed = register_volunteer(
        name="林雪梅",
        organisation=scene.rota.organisation,
        street=make_division(),
        phone=str(new.phone),
        actor=None,
        now=NOW,
    )
    yield scene
    merge_applicant(volunteer_id=new.pk, into=listed.pk, actor=scene.actor, now=NOW)


@change
def number_asked() -> Iterator[Scene]:
    yield (scene := world())
    asked_whose_number(scene.alice)


@change
def number_answered() -> Iterator[Scene]:
    scene = world()  # whoever it is about is signed out by the yes: none of the open pages is hers
    asked_whose_number(make_volunteer(organisation=scene.alice.organisation, with_user=True))
    yield scene
    question = NumberQuestion.objects.get()
    answer_whose_number(question_id=question.pk, yes=True, actor=scene.actor, now=NOW)


def asked_whose_number(her: Volunteer) -> None:
    assert her.user is not None
    ask_whose_number(user_ids=[her.user.pk], number="13700137000", called="林一一", now=NOW)


@change
def volunteer_approved() -> Iterator[Scene]:
    scene = world()
    new = applied(scene)
    yield scene
    approve(volunteer_id=new.pk, actor=scene.actor, now=NOW)


@change
def volunteer_turned_down() -> Iterator[Scene]:
    scene = world()
    new = applied(scene)
    yield scene
    turn_down(volunteer_id=new.pk, reason="请先参加培训", actor=scene.actor, now=NOW)


@change
def volunteer_resumed() -> Iterator[Scene]:
    scene = world()
    change_state(
        volunteer_id=scene.alice.pk, state="paused", actor=scene.actor, now=NOW, why="休息"
    )
    yield scene
    change_state(volunteer_id=scene.alice.pk, state="active", actor=scene.actor, now=NOW)


def shown(scene: Scene) -> HandIn:
    """Alice has handed in a certificate, and nobody has looked at it."""
    assert scene.alice.user is not None
    return hand_in(
        volunteer_id=scene.alice.pk,
        kind=make_credential_kind(code="speaker"),
        valid_from=local_day(NOW),
        valid_until=None,
        pages=[b"a picture"],
        actor=scene.alice.user,
        now=NOW,
    )


@change
def credential_handed_in() -> Iterator[Scene]:
    yield (scene := world())
    shown(scene)


@change
def hand_in_taken_back() -> Iterator[Scene]:
    scene = world()
    one = shown(scene)
    yield scene
    assert scene.alice.user is not None
    take_back_hand_in(hand_in_id=one.pk, actor=scene.alice.user, now=NOW)


@change
def credential_returned() -> Iterator[Scene]:
    scene = world()
    one = shown(scene)
    yield scene
    return_hand_in(hand_in_id=one.pk, reason="看不清编号", actor=scene.actor, now=NOW)


@change
def credential_added() -> Iterator[Scene]:
    scene = world()
    one = shown(scene)
    yield scene
    accept_hand_in(
        hand_in_id=one.pk,
        valid_from=one.valid_from,
        valid_until=None,
        number="",
        actor=scene.actor,
        now=NOW,
    )


@change
def credential_ended() -> Iterator[Scene]:
    scene = world()
    qualify(volunteer=scene.alice, code="speaker")
    held = scene.alice.credentials.get(kind__code="speaker")
    yield scene
    end_credential(
        credential_id=held.pk,
        last_day=local_day(NOW),
        reason="证书收回了",
        actor=scene.actor,
        now=NOW,
    )


@change
def agreement_published() -> Iterator[Scene]:
    scene = world()
    yield scene
    _published(scene)


@change
def volunteer_agreed() -> Iterator[Scene]:
    scene = world()
    version = _published(scene)
    yield scene
    agree(volunteer_id=scene.alice.pk, version_id=version.pk, actor=scene.actor, now=NOW)


def _published(scene: Scene) -> AgreementVersion:
    return publish_agreement(
        organisation_id=scene.alice.organisation_id,
        text="请按时到",
        from_on=local_day(NOW),
        actor=scene.actor,
        now=NOW,
    )


@change
def guardian_agreed() -> Iterator[Scene]:
    scene = world()
    make_minor(scene.alice)
    yield scene
    code = make_typed_code(scene.alice)
    guardian_agrees(volunteer_id=scene.alice.pk, code_id=code.pk, actor=scene.actor, now=NOW)


@change
def guardian_withdrew() -> Iterator[Scene]:
    scene = world()
    make_minor(scene.alice, agreed=True)
    yield scene
    withdraw_guardian_consent(volunteer_id=scene.alice.pk, actor=scene.actor, now=NOW)


@change
def vetting_requested() -> Iterator[Scene]:
    scene = world()
    make_credential_kind(code="child_clearance")
    yield scene
    request_vetting(
        volunteer_id=scene.alice.pk,
        consent_at=NOW,
        authority="公安机关",
        actor=scene.actor,
        now=NOW,
    )


@change
def vetting_consent_withdrawn() -> Iterator[Scene]:
    scene = world()
    make_credential_kind(code="child_clearance")
    who = {"volunteer_id": scene.alice.pk, "actor": scene.actor, "now": NOW}
    request_vetting(consent_at=NOW, authority="", **who)
    yield scene
    withdraw_vetting(**who)


@change
def vetting_answered() -> Iterator[Scene]:
    scene = world()
    make_credential_kind(code="child_clearance")
    asked = request_vetting(
        volunteer_id=scene.alice.pk,
        consent_at=NOW,
        authority="公安机关",
        actor=scene.actor,
        now=NOW,
    )
    yield scene
    record_vetting(vetting_id=asked.pk, clear=True, actor=scene.actor, now=NOW)


# --- the solver -----------------------------------------------------------------------------------


@change
def run_requested() -> Iterator[Scene]:
    yield (scene := world())
    request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)


@change
def run_called_again() -> Iterator[Scene]:
    scene = world()
    scene.running()
    yield scene
    sweep_leases(now=NOW + timedelta(hours=1))


@change
def run_started() -> Iterator[Scene]:
    scene = world()
    run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    yield scene
    lease_run(run_id=run.pk, now=NOW)


@change
def run_stopping() -> Iterator[Scene]:
    scene = world()
    run, _ = scene.running()
    yield scene
    stop_run(run_id=run.pk, keep=True, actor=scene.actor, now=NOW)


@change
def run_finished() -> Iterator[Scene]:
    scene = world()
    run, attempt = scene.running()
    yield scene
    finish_run(run_id=run.pk, attempt=attempt, plan=scene.plan(), bound=0, now=NOW)


@change
def run_failed() -> Iterator[Scene]:
    scene = world()
    run, attempt = scene.running()
    yield scene
    fail_run(run_id=run.pk, attempt=attempt, trouble="interrupted", now=NOW)


@change
def run_cancelled() -> Iterator[Scene]:
    scene = world()
    run, attempt = scene.running()
    stop_run(run_id=run.pk, keep=False, actor=scene.actor, now=NOW)
    yield scene
    cancel_run(run_id=run.pk, attempt=attempt, now=NOW)


@change
def proposal_published() -> Iterator[Scene]:
    scene = world()
    proposal = scene.proposal()
    yield scene
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)


@change
def proposal_publishing() -> Iterator[Scene]:
    scene = world()
    proposal = scene.proposal()
    yield scene
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)


@change
def proposal_refused() -> Iterator[Scene]:
    scene = world()
    proposal = scene.proposal()
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    yield scene
    refuse_publication(proposal_id=proposal.pk, refusal={"code": "interrupted"}, now=NOW)


@change
def proposal_discarded() -> Iterator[Scene]:
    scene = world()
    proposal = scene.proposal()
    yield scene
    discard_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)


def export_wanted(scene: Scene) -> Export:
    """Her coordinator wants the register of volunteers whole."""
    return ask_export(
        table="volunteers",
        organisation=scene.rota.organisation,
        purpose="买保险",
        actor=scene.actor,
        now=NOW,
    )


@change
def export_asked() -> Iterator[Scene]:
    yield (scene := world())
    export_wanted(scene)


@change
def export_decided() -> Iterator[Scene]:
    scene = world()
    wanted = export_wanted(scene)
    yield scene
    decide_export(export_id=wanted.pk, approved=True, actor=make_user(), now=NOW)


@change
def import_uploaded() -> Iterator[Scene]:
    scene = world()
    yield scene
    send_file(scene)


@change
def import_checked() -> Iterator[Scene]:
    scene = world()
    batch = send_file(scene)
    yield scene
    nothing = {"hidden": [], "hidden_rows": 0, "columns": [], "unused": []}
    end_checking(batch_id=batch.pk, sheet="", **nothing, now=NOW)


@change
def import_confirmed() -> Iterator[Scene]:
    scene = world()
    batch = make_import(of=scene.rota, made_by=scene.actor)
    yield scene
    confirm_import(batch_id=batch.pk, actor=scene.actor, now=NOW)


@change
def import_ended() -> Iterator[Scene]:
    scene = world()
    batch = make_import(of=scene.rota, made_by=scene.actor)
    yield scene
    drop_import(batch_id=batch.pk, actor=scene.actor, now=NOW)


def send_file(scene: Scene) -> Import:
    return upload(
        table="sessions",
        rota=scene.rota,
        organisation=scene.rota.organisation,
        data="编号\n1".encode(),
        file_name="",
        language="zh-hans",
        actor=scene.actor,
        now=NOW,
    )


# --- projects -------------------------------------------------------------------------------------


def project_values(name: str) -> ProjectValues:
    return ProjectValues(
        name=name,
        kind="service",
        programmes=(),
        summary="",
        incubated=True,
        budget_yuan=None,
        starts_on=date(2026, 1, 1),
        ends_on=None,
    )


@change
def project_opened() -> Iterator[Scene]:
    yield (scene := world())
    open_project(
        organisation=scene.rota.organisation,
        values=project_values("新项目"),
        actor=scene.actor,
        now=NOW,
    )


@change
def project_changed() -> Iterator[Scene]:
    scene = world()
    project = make_project(organisation=scene.rota.organisation)
    yield scene
    change_project(
        project_id=project.pk,
        version=project.version,
        values=project_values("改了名的项目"),
        actor=scene.actor,
        now=NOW,
    )


@change
def project_closed() -> Iterator[Scene]:
    scene = world()
    project = make_project(organisation=scene.rota.organisation)
    yield scene
    close_project(project_id=project.pk, actor=scene.actor, now=NOW)


@change
def project_booked() -> Iterator[Scene]:
    scene = world()
    project = make_project(organisation=scene.rota.organisation)
    yield scene
    day = date(2026, 3, 1)
    note_money(project_id=project.pk, purse="fiscal", fen=5_00, on=day, actor=scene.actor, now=NOW)
