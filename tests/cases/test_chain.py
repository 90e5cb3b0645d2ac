"""A case from the first talk to its end: consents first, the parties choose, she is asked, and
whoever has something to do with them stays away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.accounts.models import Access
from backend.cases.models import CareCase, CaseHelper, CaseMeeting, CaseNote, CaseParty
from backend.cases.operations import (
    CaseChoiceRefused,
    CaseEndRefused,
    CaseHelperUnfit,
    CaseMoved,
    CaseNotHers,
    CaseRefused,
    CaseWorkRefused,
    PartyWords,
    accept_case,
    close_case,
    decline_case,
    end_cases_of,
    expire_case_questions,
    forget_cases,
    hand_over_case,
    note_case_consent,
    set_case_meeting,
    tell_case_meeting,
    withdraw_case_consent,
    write_own_note,
)
from backend.cases.policy import CASE_KEPT, LEFT_OPEN
from backend.cases.states import HelperState, Relation
from backend.common import sealing
from backend.common.refusal import Refusal
from backend.rights.operations import erase_volunteer
from backend.words import refused
from tests.cases.scene import AN_HOUR, HE, PHONE, SHE, VILLAGE, Office, hers, office, yes
from tests.factories import NOW, make_division, make_organisation, qualify
from tests.pairs.scene import paired, street

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def here() -> Office:
    return office()


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def why(refusal: pytest.ExceptionInfo[Refusal]) -> str:
    return str(refusal.value.facts["why"])


def test_from_the_first_talk_to_the_end(here: Office) -> None:
    case = here.open()
    assert case.state == "opened"
    assert here.agree(case, 1).state == "opened"
    assert here.agree(case, 2).state == "agreed"
    helper = here.asked(case)
    assert helper.state == "asked" and again(case).state == "agreed"
    assert yes(helper).state == "helping" and again(case).state == "held"
    write_own_note(words="约了周三", now=NOW, **hers(helper))
    later = NOW + DAY
    set_case_meeting(at=later, now=NOW, **hers(helper))
    told = tell_case_meeting(began_at=later, minutes=60, now=later + AN_HOUR, **hers(helper))
    assert told.place.session.title == f"个案 {case.pk}" and again(case).next_at is None
    closed = close_case(case_id=case.pk, outcome="settled", actor=here.officer, now=later)
    assert (closed.state, closed.outcome) == ("closed", "settled")
    assert again(helper).state == "done"
    looks = Access.objects.filter(subject=f"case:{case.pk}")
    assert set(looks.values_list("action", flat=True)) == {"create", "change"}


# --- consent --------------------------------------------------------------------------------------
def test_nobody_is_proposed_before_both_sides_agree(here: Office) -> None:
    case = here.agree(here.open(), 1)
    with pytest.raises(CaseChoiceRefused) as refusal:
        here.propose(case, here.helper())
    assert why(refusal) == "consent"
    here.agree(case, 2)
    assert here.propose(case, here.helper()).is_proposed


def test_who_is_cared_for_has_no_other_side(here: Office) -> None:
    case = here.open(kind="care", parties=(PartyWords(name=SHE),))
    assert [party.side for party in case.parties.all()] == [1]
    assert here.agree(case, 1).state == "agreed"


@pytest.mark.parametrize("side", [1, 2])
@pytest.mark.parametrize("closed", [False, True])
def test_one_who_takes_the_consent_back_ends_it_and_all_that_is_sealed_is_gone(
    here: Office, side: int, closed: bool
) -> None:
    helper = here.held()
    case = helper.case
    if closed:
        close_case(case_id=case.pk, outcome="eased", actor=here.officer, now=NOW)
    act = {"case_id": case.pk, "side": side, "actor": here.officer, "now": NOW}
    withdraw_case_consent(**act)
    row = again(case)
    assert (row.is_closed, row.outcome) == (True, "eased" if closed else "withdrawn")
    assert (row.about, row.forgotten_at) == (None, NOW)
    for party in CaseParty.objects.all():
        assert (party.name, party.phone, party.village) == (None, None, None)
    assert not CaseNote.objects.exists()
    assert again(helper).state == "done"  # and nobody opens it any more
    assert withdraw_case_consent(**act).pk == case.pk  # again is nothing


@pytest.mark.parametrize(
    ("how", "on", "because"), [("", NOW, "choose"), ("paper", NOW + DAY, "later")]
)
def test_how_and_when_a_side_agreed_is_said(
    here: Office, how: str, on: datetime, because: str
) -> None:
    case = here.open()
    with pytest.raises(CaseRefused) as refusal:
        note_case_consent(
            case_id=case.pk, side=1, how=how, on=on.date(), actor=here.officer, now=NOW
        )
    assert why(refusal) == because and again(case).state == "opened"


# --- choosing -------------------------------------------------------------------------------------
def test_the_parties_choose_and_whom_they_leave_out_never_hears_of_it(here: Office) -> None:
    case = here.agreed()
    first, second = (here.propose(case, here.helper()) for _ in range(2))
    here.choose(case, second)
    assert (again(first).state, again(second).state) == ("passed", "asked")
    assert again(first).asked_at is None


def test_the_parties_may_want_none_of_them(here: Office) -> None:
    case = here.agreed()
    row = here.propose(case, here.helper())
    here.choose(case)
    assert again(row).state == "passed"
    assert here.propose(case, here.helper()).is_proposed


def test_no_more_are_asked_than_the_case_wants(here: Office) -> None:
    case = here.agreed(helpers_wanted=2)
    rows = [here.propose(case, here.helper()) for _ in range(3)]
    with pytest.raises(CaseChoiceRefused) as refusal:
        here.choose(case, *rows)
    assert why(refusal) == "enough"
    here.choose(case, *rows[:2])
    for row in rows[:2]:
        yes(CaseHelper.objects.select_related("volunteer__user").get(pk=row.pk))
    with pytest.raises(CaseChoiceRefused) as refusal:
        here.propose(case, here.helper())
    assert why(refusal) == "enough"


def test_no_more_than_three_are_proposed_and_none_of_them_twice(here: Office) -> None:
    case = here.agreed()
    her = here.helper()
    here.propose(case, her)
    with pytest.raises(CaseChoiceRefused) as refusal:
        here.propose(case, her)
    assert why(refusal) == "twice"
    for _ in range(2):
        here.propose(case, here.helper())
    with pytest.raises(CaseChoiceRefused) as refusal:
        here.propose(case, here.helper())
    assert why(refusal) == "many"


# --- who stays away -------------------------------------------------------------------------------
@pytest.mark.parametrize("relation", [one for one in Relation.values if one != "none"])
def test_who_says_that_she_knows_them_stays_away_for_good(here: Office, relation: str) -> None:
    helper = here.asked()
    assert yes(helper, relation).state == "barred"
    assert again(helper).relation == relation and again(helper.case).state == "agreed"
    with pytest.raises(CaseHelperUnfit) as refusal:
        here.propose(helper.case, helper.volunteer)
    assert why(refusal) == "barred"


def test_she_has_to_say_what_she_is_to_them(here: Office) -> None:
    helper = here.asked()
    with pytest.raises(CaseChoiceRefused) as refusal:
        accept_case(relation="", now=NOW, **hers(helper))
    assert why(refusal) == "relation"


def neighbour(here: Office) -> Any:
    village = make_organisation(parent=here.organisation, division=make_division(code=VILLAGE))
    return here.helper(organisation=village)


@pytest.mark.parametrize(
    ("who", "because"),
    [
        (lambda here: here.helper(phone=PHONE), "party"),
        (lambda here: here.helper(name=HE), "party"),
        (neighbour, "village"),
        (lambda here: here.helper(certified=False), "certificate"),
        (lambda here: here.helper(state="paused"), "state"),
        (
            lambda here: (
                here.held(parties=(PartyWords(name=HE), PartyWords(name="别人"))).volunteer
            ),
            "other",
        ),
        (
            lambda here: (
                here.held(parties=(PartyWords(name="甲"), PartyWords(name="乙"))).volunteer
            ),
            "full",
        ),
    ],
)
def test_who_may_not_be_proposed_and_why_in_words(here: Office, who: Any, because: str) -> None:
    case = here.agreed()
    her = who(here)
    with pytest.raises(CaseHelperUnfit) as refusal:
        here.propose(case, her)
    assert why(refusal) == because
    for you in (True, False):
        assert refused(refusal.value, you=you)


def test_one_of_the_same_name_with_another_telephone_may_be_proposed(here: Office) -> None:
    assert here.propose(here.agreed(), here.helper(name=SHE, phone="13800138009")).is_proposed


def test_her_own_limit_is_looked_at_again_when_she_says_yes(here: Office) -> None:
    her = here.helper()
    first = here.asked(her=her)
    other = (PartyWords(name="甲"), PartyWords(name="乙"))
    with pytest.raises(CaseHelperUnfit) as refusal:
        here.propose(here.agreed(parties=other), her)
    assert why(refusal) == "full"
    her.max_open = 2
    her.save()
    second = here.asked(here.agreed(parties=other), her)
    her.max_open = 1
    her.save()
    with pytest.raises(CaseHelperUnfit):
        yes(second)
    assert again(second).is_asked and again(first).is_asked


# --- she is asked ---------------------------------------------------------------------------------
def test_she_may_say_no_and_say_it_twice(here: Office) -> None:
    helper = here.asked()
    decline_case(now=NOW, **hers(helper))
    assert decline_case(now=NOW, **hers(helper)).state == "declined"
    assert again(helper.case).state == "agreed"


def test_who_does_not_answer_is_asked_no_more(here: Office) -> None:
    helper = here.asked()
    assert expire_case_questions(now=NOW) == 0
    late = helper.answer_by
    assert late is not None
    with pytest.raises(CaseMoved):
        yes(helper, now=late)
    assert expire_case_questions(now=late) == 1
    assert again(helper).state == "declined"


def test_nobody_answers_for_another(here: Office) -> None:
    helper = here.asked()
    other = here.helper()
    for act in (accept_case, decline_case):
        words = {"relation": "none"} if act is accept_case else {}
        with pytest.raises(CaseNotHers):
            act(  # type: ignore[operator]
                helper_id=helper.pk, volunteer_id=other.pk, actor=other.user, now=NOW, **words
            )


# --- while it goes on -----------------------------------------------------------------------------
def test_a_meeting_is_told_once_in_its_time_and_beside_nothing_else(here: Office) -> None:
    helper = here.held()
    later = NOW + 5 * AN_HOUR

    def met(began_at: Any, minutes: int = 60) -> CaseMeeting:
        return tell_case_meeting(began_at=began_at, minutes=minutes, now=later, **hers(helper))

    met(NOW)
    for began_at, minutes, because in (
        (NOW, 60, "twice"),
        (NOW + AN_HOUR / 2, 60, "overlap"),
        (NOW - AN_HOUR, 60, "when"),
        (later, 60, "when"),
        (NOW + 2 * AN_HOUR, 5, "range"),
    ):
        with pytest.raises(CaseWorkRefused) as refusal:
            met(began_at, minutes)
        assert why(refusal) == because
    assert CaseMeeting.objects.count() == 1


def test_who_gives_it_back_reads_nothing_more_and_another_is_found(here: Office) -> None:
    helper = here.held()
    hand_over_case(now=NOW, **hers(helper))
    assert again(helper).state == "left" and again(helper.case).state == "agreed"
    with pytest.raises(CaseMoved):
        write_own_note(words="再写一句", now=NOW, **hers(helper))
    assert yes(here.asked(again(helper.case))).is_helping


def test_of_two_the_other_goes_on(here: Office) -> None:
    case = here.agreed(helpers_wanted=2)
    rows = [here.propose(case, here.helper()) for _ in range(2)]
    here.choose(case, *rows)
    one, two = CaseHelper.objects.select_related("volunteer__user").order_by("pk")
    yes(one)
    yes(two)
    hand_over_case(now=NOW, **hers(one))
    assert again(case).state == "held"


@pytest.mark.parametrize("outcome", ["settled", "reported", "followed", "eased"])
def test_without_anybody_who_helped_it_did_not_end_well(here: Office, outcome: str) -> None:
    case = here.agreed()
    with pytest.raises(CaseEndRefused) as refusal:
        close_case(case_id=case.pk, outcome=outcome, actor=here.officer, now=NOW)
    assert why(refusal) == "helper"
    close_case(case_id=case.pk, outcome="violence", actor=here.officer, now=NOW)
    with pytest.raises(CaseMoved):
        close_case(case_id=case.pk, outcome="eased", actor=here.officer, now=NOW)


def test_nobody_chooses_that_a_consent_was_taken_back(here: Office) -> None:
    with pytest.raises(CaseEndRefused):
        close_case(case_id=here.held().case_id, outcome="withdrawn", actor=here.officer, now=NOW)


# --- how long -------------------------------------------------------------------------------------
def test_a_year_after_its_end_what_was_said_is_gone_and_the_number_stays(here: Office) -> None:
    helper = here.held()
    close_case(case_id=helper.case_id, outcome="eased", actor=here.officer, now=NOW)
    assert forget_cases(now=NOW + CASE_KEPT - DAY) == 0
    assert forget_cases(now=NOW + CASE_KEPT) == 1
    row = CareCase.objects.get()
    assert (row.outcome, row.about, row.kind) == ("eased", None, "custody")
    assert forget_cases(now=NOW + CASE_KEPT + DAY) == 0


def test_what_nobody_closes_is_not_kept_for_ever(here: Office) -> None:
    here.held()
    assert forget_cases(now=NOW + LEFT_OPEN) == 1
    row = CareCase.objects.get()
    assert (row.outcome, row.about) == ("unsettled", None)


def test_who_takes_her_data_back_leaves_her_cases_to_others(here: Office) -> None:
    helper = here.held()
    barred = here.asked(here.agreed(parties=(PartyWords(name="甲"), PartyWords(name="乙"))))
    yes(barred, "kin")
    for one in (helper, barred):
        end_cases_of(volunteer_id=one.volunteer_id, actor=here.officer, now=NOW)
    assert again(helper).state == HelperState.LEFT and again(helper.case).state == "agreed"
    assert again(barred).relation is None


# --- what is written down -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "else"}, "kind"),
        ({"helpers_wanted": 3}, "helpers_wanted"),
        ({"about": "长" * 501}, "about"),
        ({"parties": (PartyWords(name=""), PartyWords(name=HE))}, "name_1"),
        ({"parties": (PartyWords(name=SHE),)}, "name_2"),
        ({"parties": (PartyWords(name=SHE, phone="12"), PartyWords(name=HE))}, "phone_1"),
    ],
)
def test_what_is_not_whole_is_refused_in_words(
    here: Office, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(CaseRefused) as refusal:
        here.open(**fields)
    assert refusal.value.facts["field"] == field and refused(refusal.value)
    assert not CareCase.objects.exists()


def test_without_keys_of_their_own_no_case_is_opened(here: Office, settings: Any) -> None:
    settings.CASE_KEYS = []
    sealing._keys.cache_clear()
    try:
        with pytest.raises(CaseRefused) as refusal:
            here.open()
    finally:
        sealing._keys.cache_clear()
    assert refusal.value.facts["field"] == "key" and "钥匙" in refused(refusal.value)


def test_who_erases_herself_gives_back_pairs_and_cases_in_the_order_of_the_locks(
    here: Office,
) -> None:
    pair = paired(street())
    her = pair.mentor
    her.programmes.add(here.kind.programme)
    qualify(volunteer=her, code="mediator")
    type(her).objects.filter(pk=her.pk).update(organisation=here.organisation, max_open=2)
    helper = yes(here.asked(her=type(her).objects.get(pk=her.pk)))
    erase_volunteer(volunteer_id=her.pk, actor=None, now=NOW)
    assert again(helper).state == "left" and again(pair).state == "ended"
