"""Asking and answering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from backend import words
from backend.outbox.models import Event
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Notice, Offer, Rota, Session, Shift
from backend.rota.operations import (
    AgainstTheRules,
    MoreThanPlaces,
    OfferGone,
    OffersRefused,
    RefusedPair,
    RotaClosedAlready,
    RotaMoved,
    RotaRunning,
    accept_offer,
    claim_shift,
    close_rota,
    decline_offer,
    expire_offers,
    make_offers,
    make_offers_that_fit,
    publish_rota,
    undo_accept,
    withdraw_assignment,
    withdraw_offer,
)
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_offer,
    make_rota,
    make_session,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=24)


def shift_of(session: Session) -> Shift:
    return session.shifts.order_by("pk").first()


def ask(*pairs, **more) -> list[Offer]:
    return make_offers(
        pairs=[(v.pk, h.pk) for v, h in pairs], answer_by=LATER, actor=None, now=NOW, **more
    )


def why_not(*pairs) -> list[tuple[str, list[str]]]:
    with pytest.raises(OffersRefused) as refused:
        ask(*pairs)
    return [(p.code, [v.rule for v in p.violations]) for p in refused.value.facts["pairs"]]


def counters(session: Session) -> tuple[int, int, int]:
    shift = shift_of(session)
    return shift.taken, shift.held, Session.objects.get(pk=session.pk).staff


def test_an_offer_holds_a_place() -> None:
    one, other, session = make_volunteer(), make_volunteer(), make_session(shifts=[("lead", 1, 2)])
    offers = ask((one, shift_of(session)), (other, shift_of(session)))
    assert [o.state for o in offers] == ["pending", "pending"]
    assert counters(session) == (0, 2, 2)
    assert Event.objects.get().kind == "offer_made"


def test_asking_twice_is_asking_once() -> None:
    her, session = make_volunteer(), make_session()
    assert ask((her, shift_of(session))) == ask((her, shift_of(session)))
    assert (counters(session), Event.objects.count()) == ((0, 1, 1), 1)


def test_no_event_of_its_own_inside_a_publication() -> None:
    her, shift = make_volunteer(), shift_of(make_session())
    asked = make_offers_that_fit(pairs=[(her.pk, shift.pk)], proposal_id=None, now=NOW)
    assert ([offer.volunteer_id for offer in asked.made], asked.refused) == ([her.pk], ())
    assert Event.objects.count() == 0


def test_one_pair_that_cannot_be_asked_stops_them_all_and_is_named() -> None:
    good, busy, session = (
        make_volunteer(),
        make_volunteer(available=[]),
        make_session(shifts=[("lead", 1, 2)]),
    )
    assert why_not((good, shift_of(session)), (busy, shift_of(session))) == [
        ("rules", ["availability"])
    ]
    assert (Offer.objects.count(), counters(session)) == (0, (0, 0, 0))


def test_places_are_counted_within_one_call() -> None:
    """Of two in a proposal the first has the only place; nobody else could have."""
    session = make_session(shifts=[("lead", 1, 1)])
    first, second = make_volunteer(), make_volunteer()
    pairs = [(first.pk, shift_of(session).pk), (second.pk, shift_of(session).pk)]
    asked = make_offers_that_fit(pairs=pairs, proposal_id=None, now=NOW)
    (offer,) = asked.made
    assert (offer.volunteer_id, counters(session)) == (first.pk, (0, 1, 1))
    assert asked.refused == (RefusedPair(second.pk, shift_of(session).pk, "shift_full"),)


def test_more_people_than_places_are_chosen_from_by_whoever_asks() -> None:
    session = make_session(shifts=[("lead", 1, 3)])
    shift = shift_of(session)
    make_assignment(volunteer=make_volunteer(), shift=shift)
    pairs = [(make_volunteer().pk, shift.pk) for _ in range(3)]
    with pytest.raises(MoreThanPlaces) as refused:
        make_offers(pairs=pairs, actor=None, now=NOW)
    assert refused.value.facts == {"shift": shift.pk, "free": 2, "named": 3}
    assert Offer.objects.count() == 0
    assert len(make_offers(pairs=pairs[:2], actor=None, now=NOW)) == 2


def test_two_offers_of_one_call_do_not_overlap() -> None:
    her, rota = make_volunteer(), make_rota()
    one, other = (
        shift_of(make_session(rota=rota, starts_at=at(f"2026-12-05 09:{m}"))) for m in ("00", "30")
    )
    assert why_not((her, one), (her, other)) == [("rules", ["overlap"])]


def test_an_offer_that_waits_counts_as_promised_when_she_is_asked_for_more() -> None:
    her = make_volunteer(max_per_day=1)
    ask((her, shift_of(make_session(starts_at=at("2026-12-05 09:00")))))
    assert why_not((her, shift_of(make_session(starts_at=at("2026-12-05 15:00"))))) == [
        ("rules", ["max_per_day"])
    ]


def test_declining_frees_the_place_and_she_is_not_asked_again() -> None:
    her, session = make_volunteer(), make_session()
    offer = ask((her, shift_of(session)))[0]
    for _ in range(2):
        assert decline_offer(offer_id=offer.pk, actor=None, now=NOW).state == "declined"
    assert counters(session) == (0, 0, 0)
    assert why_not((her, shift_of(session))) == [("rules", ["ban"])]


def test_who_withdrew_is_not_asked_again() -> None:
    her, session = make_volunteer(), make_session()
    make_assignment(volunteer=her, shift=shift_of(session), state="withdrawn")
    assert why_not((her, shift_of(session))) == [("rules", ["ban"])]


def test_accepting_makes_an_assignment_once() -> None:
    her, session = make_volunteer(), make_session()
    offer = ask((her, shift_of(session)))[0]
    assert accept_offer(offer_id=offer.pk, actor=None, now=NOW) == accept_offer(
        offer_id=offer.pk, actor=None, now=NOW
    )
    assert counters(session) == (1, 0, 1)


def test_a_yes_that_was_taken_back_is_not_a_yes_again() -> None:
    offer = ask((make_volunteer(), shift_of(make_session())))[0]
    withdraw_assignment(
        assignment_id=accept_offer(offer_id=offer.pk, actor=None, now=NOW).pk, actor=None, now=NOW
    )
    with pytest.raises(OfferGone) as refused:
        accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    assert refused.value.facts["state"] == "given_back"


@pytest.mark.parametrize("tap", [accept_offer, decline_offer, undo_accept])
@pytest.mark.parametrize("became", ["released", "moved", "taken_out"])
def test_a_yes_whose_place_ended_since_says_what_happened(
    became: str, tap: Callable[..., object]
) -> None:
    offer = make_offer(volunteer=make_volunteer(), shift=shift_of(make_session()))
    accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    Assignment.objects.update(state=became, ended_at=NOW)
    with pytest.raises(OfferGone) as refused:
        tap(offer_id=offer.pk, actor=None, now=NOW)
    assert refused.value.facts == {"offer": offer.pk, "state": became}
    assert words.refused(refused.value).startswith("你答应以后这一场")


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("released", "changed"),
        ("let_go", "fewer"),
        ("barred", "barred"),
        ("cancelled", "called_off"),
        ("told", "withdrawn"),
    ],
)
def test_a_question_that_ended_without_her_word_says_how(kind: str, state: str) -> None:
    session = make_session()
    offer = make_offer(volunteer=make_volunteer(), shift=shift_of(session), state="withdrawn")
    Notice.objects.create(
        volunteer=offer.volunteer,
        session=session,
        kind=kind,
        before=Agreed.of(session).as_json(),
        made_at=NOW,
    )
    for answer in (accept_offer, decline_offer):
        with pytest.raises(OfferGone) as refused:
            answer(offer_id=offer.pk, actor=None, now=NOW)
        assert refused.value.facts == {"offer": offer.pk, "state": state}
        assert words.refused(refused.value) and words.refused(refused.value, you=False)


def test_a_yes_that_was_undone_and_overtaken_by_a_change_is_no_place() -> None:
    """Her word was given back before the session changed, so it has lapsed; tapping yes once more
    on an old page is not told that she has the place."""
    offer = make_offer(volunteer=make_volunteer(), shift=shift_of(make_session()))
    accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    Assignment.objects.update(state="lapsed", ended_at=NOW)
    with pytest.raises(OfferGone) as refused:
        accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    assert refused.value.facts["state"] == "given_back"


def test_a_question_that_lapsed_is_refused_in_words() -> None:
    offer = make_offer(volunteer=make_volunteer(), shift=shift_of(make_session()), state="lapsed")
    with pytest.raises(OfferGone) as refused:
        accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    assert words.refused(refused.value) == "这个邀请已经不算了，不用再回复"
    assert words.refused(refused.value, you=False) == "这个邀请已经不算了"


def test_accepting_what_overlaps_with_something_taken_meanwhile_is_refused_by_the_rule() -> None:
    her = make_volunteer()
    offer = ask((her, shift_of(make_session(starts_at=at("2026-12-05 09:00")))))[0]
    claim_shift(
        volunteer_id=her.pk,
        shift_id=shift_of(make_session(starts_at=at("2026-12-05 09:30"))).pk,
        actor=None,
        now=NOW,
    )
    with pytest.raises(AgainstTheRules) as refused:
        accept_offer(offer_id=offer.pk, actor=None, now=NOW)
    assert [v.rule for v in refused.value.facts["violations"]] == ["overlap"]
    assert Offer.objects.get().state == "pending"


def test_an_answer_after_the_deadline_is_too_late_even_before_the_sweep() -> None:
    offer = ask((make_volunteer(), shift_of(make_session())))[0]
    with pytest.raises(OfferGone) as refused:
        accept_offer(offer_id=offer.pk, actor=None, now=LATER)
    assert refused.value.facts["state"] == "expired"


def test_offers_expire_at_their_deadline_and_not_before() -> None:
    session = make_session(shifts=[("lead", 1, 2)])
    ask((make_volunteer(), shift_of(session)), (make_volunteer(), shift_of(session)))
    assert expire_offers(now=LATER - timedelta(seconds=1)) == 0
    assert expire_offers(now=LATER) == 2
    assert expire_offers(now=LATER) == 0
    assert counters(session) == (0, 0, 0)
    assert [e.kind for e in Event.objects.order_by("pk")] == ["offer_made", "offer_expired"]


def test_a_coordinator_takes_an_offer_back() -> None:
    session = make_session()
    offer = ask((make_volunteer(), shift_of(session)))[0]
    for _ in range(2):
        assert withdraw_offer(offer_id=offer.pk, actor=None, now=NOW).state == "withdrawn"
    assert counters(session) == (0, 0, 0)


def test_a_draft_opens_when_it_is_published() -> None:
    rota = make_rota(state="draft")
    session, visit = make_session(rota=rota), make_session(rota=rota, group="visit-1")
    assert why_not((make_volunteer(), shift_of(session))) == [("session_not_open", [])]
    rota = publish_rota(rota_id=rota.pk, expected_version=0, actor=None, now=NOW)
    assert (rota.state, rota.version) == ("published", 1)
    assert [Session.objects.get(pk=s.pk).state for s in (session, visit)] == ["open", "planned"]
    with pytest.raises(RotaMoved):
        publish_rota(rota_id=rota.pk, expected_version=0, actor=None, now=NOW)


def test_of_alternatives_the_one_that_is_asked_for_opens() -> None:
    rota = make_rota()
    first, second = (
        make_session(
            rota=rota, group="visit-1", state="planned", starts_at=at(f"2026-12-0{d} 09:00")
        )
        for d in (5, 6)
    )
    her = make_volunteer()
    offer = ask((her, shift_of(first)))[0]
    assert why_not((make_volunteer(), shift_of(second))) == [("alternative_taken", [])]
    decline_offer(offer_id=offer.pk, actor=None, now=NOW)
    ask((make_volunteer(), shift_of(second)))
    assert [Session.objects.get(pk=s.pk).state for s in (first, second)] == ["planned", "open"]


def test_a_rota_is_closed_after_its_last_session() -> None:
    rota = make_rota()
    session = make_session(rota=rota, shifts=[("lead", 1, 2)])
    pairing = make_session(rota=rota, starts_at=None)
    make_assignment(volunteer=make_volunteer(), shift=shift_of(session))
    make_offer(volunteer=make_volunteer(), shift=shift_of(pairing))
    with pytest.raises(RotaRunning):
        close_rota(rota_id=rota.pk, actor=None, now=NOW)
    for _ in range(2):
        assert close_rota(rota_id=rota.pk, actor=None, now=session.ends_at).state == "closed"
    assert (Offer.objects.get().state, counters(pairing)) == ("withdrawn", (0, 0, 0))
    assert shift_of(session).assignments.get().state == "done"
    with pytest.raises(RotaClosedAlready):
        publish_rota(rota_id=rota.pk, expected_version=1, actor=None, now=NOW)
    assert Rota.objects.get(pk=rota.pk).state == "closed"


def test_the_deadline_is_kept_awake_and_before_the_start() -> None:
    """Tonight's question is to be answered within the hour, next week's tomorrow morning."""
    tonight = make_session(starts_at=at("2026-11-30 19:00"), shifts=[("lead", 1, 1)])
    later = make_session(starts_at=at("2026-12-05 09:00"), shifts=[("lead", 1, 1)])
    who = make_volunteer()
    now = at("2026-11-30 17:33")
    for session in (tonight, later):
        make_offers(pairs=[(who.pk, session.shifts.get().pk)], actor=None, now=now)
    asked = Offer.objects.filter(volunteer=who).order_by("answer_by")
    assert [offer.answer_by for offer in asked] == [
        at("2026-11-30 18:17"),
        at("2026-12-01 17:33"),
    ]


def test_what_nobody_could_answer_in_time_holds_no_place() -> None:
    session = make_session(starts_at=at("2026-11-30 08:00"), shifts=[("lead", 1, 1)])
    shift = session.shifts.get()
    with pytest.raises(OffersRefused) as refused:
        make_offers(pairs=[(make_volunteer().pk, shift.pk)], actor=None, now=at("2026-11-29 22:30"))
    assert [pair.code for pair in refused.value.facts["pairs"]] == ["too_late_to_ask"]
    shift.refresh_from_db()
    assert shift.free == 1
