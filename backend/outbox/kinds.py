"""Every kind of event there is: one fact each, with when it is recorded and whom it touches.

A new one is a class here and a case in tests/live/changes.py; `docs/how-to/add-an-event.md` walks
through it. What follows from an event stands in `scheduler/subscriptions.py`.
"""

from __future__ import annotations

from backend.outbox.shape import Count, Id, Ids, Kind

# the stream that moves when any rota is published or closed: who looks for something new listens to
# it
CITY = "city.1"


# --- rotas and sessions ---------------------------------------------------------------------------


class RotaOpened(Kind):
    """A coordinator began a rota: a draft, without sessions."""

    rota: Id


class AimsSet(Kind):
    """A coordinator said what the plans of a rota look to from now on."""

    rota: Id


class RotaPublished(Kind):
    """A rota is open to volunteers and families, for the first time or anew after changes."""

    rota: Id
    version: Count


class RotaClosed(Kind):
    """Its last session is over: what was assigned is done, what waited for an answer is taken
    back."""

    rota: Id


class SessionAdded(Kind):
    """A coordinator put a session into a rota; nobody has a part in it yet."""

    rota: Id
    session: Id


class SessionsCopied(Kind):
    """A coordinator took over the sessions of another rota; nobody has a part in them yet."""

    rota: Id
    sessions: Ids


class SessionChanged(Kind):
    """A session has other values; everybody whom that touches has her question or her notice."""

    rota: Id
    session: Id


class SessionCancelled(Kind):
    """A session does not take place; everybody who had a part in it has a notice."""

    rota: Id
    session: Id


class SessionReopened(Kind):
    """A session that was called off takes place after all; whoever was to come is asked anew."""

    rota: Id
    session: Id


# --- people and shifts ----------------------------------------------------------------------------


class PlaceTaken(Kind, abstract=True):
    """Somebody has a place now.

    `seats`: the most children that the session may hold, 0 when it holds none. `questions`: other
    volunteers who are asked for it, 0 when there is none.
    """

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    assignment: Id
    questions: Count | None = None


class ShiftClaimed(PlaceTaken):
    """A volunteer took an open place herself."""

    seats: Count | None = None


class ShiftPlaced(PlaceTaken):
    """A coordinator placed a volunteer, with her word given by telephone."""

    seats: Count | None = None


class OfferAccepted(PlaceTaken):
    """A volunteer said yes to what she was asked."""

    offer: Id


class OfCover(Kind, abstract=True):
    """Of a question about a place that may pass to somebody else; `volunteer`: whose place it
    is."""

    rota: Id
    session: Id
    cover: Id
    volunteer: Id


class CoverAsked(OfCover):
    """Others are asked whether they take her place."""

    asks: Ids


class CoverDeclined(OfCover):
    """One of them cannot, and others have not answered."""

    ask: Id


class CoverEnded(OfCover):
    """Nobody took it, and nobody is asked any more; `asks`: those who had not answered."""

    asks: Ids


class CoverTaken(PlaceTaken):
    """Somebody took the place that another had; `asks`: those who had not answered."""

    cover: Id
    giver: Id
    asks: Ids


class AssignmentWithdrawn(Kind):
    """A volunteer gave her place back."""

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    assignment: Id


class VolunteerTakenOut(Kind):
    """A coordinator ended somebody's part in a session; she has a notice with the reason."""

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    assignment: Id


class OfferMade(Kind):
    """Volunteers were asked; a place is held for each until she has answered."""

    offers: Ids
    sessions: Ids


class OfferDeclined(Kind):
    """A volunteer said no to what she was asked."""

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    offer: Id


class OfferWithdrawn(Kind):
    """A coordinator took a question back before it was answered."""

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    offer: Id


class OfferProlonged(Kind):
    """A coordinator gave somebody more time to answer."""

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    offer: Id


class OfferPinned(Kind):
    """A coordinator pinned somebody's question, or let it go: a plan keeps what is pinned."""

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    offer: Id


class OfferExpired(Kind):
    """The time to answer ran out, and the places are free again."""

    offers: Ids
    sessions: Ids


class OfferBarred(Kind):
    """Questions ended by themselves, because a rule bars the yes by now."""

    offers: Ids
    sessions: Ids


class OfferReopened(Kind):
    """Questions that had ended so wait for an answer again, because no rule bars it any more."""

    offers: Ids
    sessions: Ids


class AnswerTakenBack(Kind, abstract=True):
    """A slip of the finger of a volunteer is as if it had never been.

    `seats` as for a place that was taken.
    """

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    seats: Count | None = None


class ClaimUndone(AnswerTakenBack):
    """She had not meant to take the place; it is free again."""


class AcceptanceUndone(AnswerTakenBack):
    """She had not meant to say yes; the question waits for her again."""


class RefusalUndone(AnswerTakenBack):
    """She can come after all; the question waits for her again."""


class AnswerUndone(AnswerTakenBack):
    """Any of the three, as earlier versions recorded it; read, and not recorded any more."""


class ActUndone(Kind):
    """What a coordinator did by hand a moment ago to somebody's part is as if it had never been.

    `seats` as for a place that was taken.
    """

    rota: Id
    session: Id
    shift: Id
    volunteer: Id
    act: Id
    seats: Count | None = None


class NoticeSeen(Kind):
    """A volunteer has seen what she was told about a session."""

    session: Id
    volunteer: Id


# --- the day itself, and hours --------------------------------------------------------------------


class OfPart(Kind, abstract=True):
    """Something happened to somebody's part in a session of the day, or that is over."""

    rota: Id
    session: Id
    volunteer: Id
    assignment: Id


class VolunteerArrived(OfPart):
    """She is there: by a code that she had before her, or by the eyes of whoever leads."""


class VolunteerLeftSession(OfPart):
    """She went, or said afterwards from when to when she was there."""


class ArrivalTakenBack(OfPart):
    """Whoever leads had noted the wrong person."""


class HoursConfirmed(OfPart):
    """A second person confirmed her hours; they are written down."""


class HoursCorrected(OfPart):
    """What was noted of her was wrong, and is reversed; the new lines stand beside it."""


class VolunteerWasAway(OfPart):
    """It is noted that she was not there, or was excused."""


class SessionReported(Kind):
    """Whoever led a session, or its coordinator, said how many came and how it was."""

    rota: Id
    session: Id


class TrainingNamed(Kind):
    """A coordinator said which credential attending a session gives, or that it gives none."""

    rota: Id
    session: Id


class FeedbackGiven(Kind):
    """A family said of a class in which it had a seat whether a tutor came, and how it was."""

    session: Id
    booking: Id


class FeedbackSeen(Kind):
    """Whoever answers for a class has looked at it that families say that no tutor came."""

    session: Id


class ObjectionMade(OfPart):
    """She says that what was noted of her is not right."""

    objection: Id


class ObjectionAnswered(OfPart):
    """Somebody looked at what she said, and answered."""

    objection: Id


class BackEntryAsked(OfPart):
    """Somebody wants hours entered that nobody signed in for; a second person decides."""

    entry: Id


class BackEntryDecided(OfPart):
    """The second person decided; with a yes her hours are written down."""

    entry: Id


class OfStatement(Kind, abstract=True):
    """Something happened to a paper about somebody's hours."""

    statement: Id
    volunteer: Id


class StatementRequested(OfStatement):
    """A volunteer asks an organisation for a statement of the hours that it recorded."""


class StatementDropped(OfStatement):
    """She took her question back before it was answered."""


class StatementDenied(OfStatement):
    """It is not issued; the row says why."""


class StatementIssued(OfStatement):
    """It has its number, and what stands on it is frozen; a worker makes the PDF."""


class StatementPrinted(OfStatement):
    """Its PDF is made and kept."""


class StatementDisplayed(OfStatement):
    """A lawful issuer's: it is frozen and shown inside the organisation for a week before it
    holds."""


class StatementDoubted(OfStatement):
    """Somebody who saw it on display says what is not right."""

    doubt: Id


class DoubtAnswered(OfStatement):
    """Whoever handles it looked at the doubt, and answered."""

    doubt: Id


class StatementRevoked(OfStatement):
    """What stands on it was wrong; its number says so to whoever checks it."""


# --- families and seats ---------------------------------------------------------------------------


class OfBookings(Kind, abstract=True):
    """Something happened to bookings of these sessions."""

    sessions: Ids
    bookings: Ids


class BookingMade(OfBookings):
    """A family has seats that it picked itself."""


class BookingWaiting(OfBookings):
    """A family stands in the line of a full session."""


class BookingConfirmed(OfBookings):
    """A family that waited took seats that were free after the line had closed."""


class BookingMoved(OfBookings):
    """A family exchanged its seats for those of another session; both sessions are named, and both
    bookings: the one that ended and the one that began."""


class BookingChildrenChanged(OfBookings):
    """A family comes with other children of its own, or waits for other seats."""


class BookingCancelled(OfBookings):
    """A family gave up its seats or its place in the line."""


class BookingsCalledOff(OfBookings):
    """Bookings ended because their session does not take place."""


class BookingsReopened(OfBookings):
    """Bookings that ended with their session, which takes place after all, stand in its line
    again; to some of them seats are on offer at once."""


class BookingsLeft(OfBookings):
    """A child, or the whole family, comes to nothing more: erased, or without the guardian's
    consent; or a child to what is not for its age. Brothers and sisters keep their seats."""


class BookingAsked(OfBookings):
    """A session was changed, and the families in it are asked again, or told."""


class SeatOffered(Kind):
    """Seats are kept for families until they answer: `offered` are their bookings."""

    sessions: Ids
    offered: Ids


class SeatAccepted(OfBookings):
    """A family said yes to the seats that it was asked about."""


class SeatDeclined(OfBookings):
    """A family said no to the seats that it was asked about."""


class SeatTakenBack(OfBookings):
    """A plan that was published holds the seats no more that were on offer to these families."""


class SeatExpired(OfBookings):
    """Families did not answer in time about the seats that were kept for them."""


class WaitingEnded(OfBookings):
    """A session began, and for the families that still waited there was no seat."""


class FamilyCame(OfBookings):
    """At the door it was noted that a family came, or that this had been a slip."""


class FamiliesAbsent(OfBookings):
    """It was noted which families had seats and did not come."""


class RequestOpened(Kind):
    """A family wishes for a programme."""

    family: Id
    request: Id


class RequestClosed(Kind):
    """A family wishes for it no more."""

    family: Id
    request: Id


class OfVisit(Kind, abstract=True):
    """Something happened to a family's wish for a visit at home."""

    family: Id
    request: Id


class VisitAsked(OfVisit):
    """A family asks for a visit at home."""


class VisitWishChanged(OfVisit):
    """It says anew when it is at home, or what it is about."""


class VisitWishEnded(OfVisit):
    """Nobody looks for a time any more: the family, a consent that was taken back, a child that
    left, or the clock ended it, or nobody said anything of a visit that was over; the row says
    which."""


class VisitDeclined(OfVisit):
    """A coordinator turned it down; the row says why."""


class VisitPlanned(OfVisit):
    """A coordinator made a session of it; the family is asked whether the time suits."""


class VisitSoughtAgain(OfVisit):
    """The time did not suit, or was called off: another one is looked for."""


class HarmReported(Kind):
    """Somebody reported that a child may be in danger; what she said is in the row alone."""

    report: Id


class OfVisitDay(Kind, abstract=True):
    """Something happened on the day of a visit, at a family's home."""

    rota: Id
    session: Id
    visit: Id


class VisitBegun(OfVisitDay):
    """One of those who go says that they are there."""


class VisitReopened(OfVisitDay):
    """One of them says that she is inside, after all were said to be out: they are looked for anew.
    `alarmed`: 1 where a person had been told that they were missed; `safe_by`: who had heard that
    they were safe."""

    alarmed: Count = 0
    safe_by: Id | None = None


class VisitFinished(OfVisitDay):
    """One of them says that they are out."""


class VisitOverdue(OfVisitDay):
    """It should be over, and nobody has said that they are out: both are asked."""


class VisitAlarmed(OfVisitDay):
    """Nobody answered: a person is told."""


class VisitHeardSafe(OfVisitDay):
    """A coordinator has heard that they are out."""


# --- pairs ----------------------------------------------------------------------------------------


class OfPairedChild(Kind, abstract=True):
    """Something happened to what is held of a child that is looked after."""

    child: Id


class PairedChildNoted(OfPairedChild):
    """A coordinator wrote a child down, with its guardian's consent; nobody is asked yet."""


class PairedChildForgotten(OfPairedChild):
    """What was sealed of a child is gone: its guardian took the consent back, or it was long
    over."""


class OfPair(Kind, abstract=True):
    """Something happened to a pair, or to the question whether it be one."""

    child: Id
    pair: Id
    volunteer: Id


class PairAsked(OfPair):
    """A mentor is asked; where she would take over, the one who is there now is asked as well."""


class PairAgreed(OfPair):
    """One of the two who are asked about a hand-over said yes; the other has not answered."""


class PairStood(OfPair):
    """They are a pair from now on: everybody who was asked said yes."""


class PairTurnedDown(OfPair):
    """Somebody who was asked said no, or the time to answer ran out; the row says which."""


class PairQuestionTakenBack(OfPair):
    """A coordinator took the question back before it was answered."""


class PairVisitSet(OfPair):
    """The mentor chose when she goes next."""


class PairVisitTold(OfPair):
    """The mentor told of a visit; her minutes wait for a second word."""


class PairVisitCorrected(OfPair):
    """What was told of a visit was put right: by its mentor, or its minutes by a coordinator."""


class PairRested(OfPair):
    """A coordinator has the pair pause for a while."""


class PairResumed(OfPair):
    """A coordinator has it go on."""


class PairEnded(OfPair):
    """It is over: its mentor, a coordinator, a guardian or a hand-over ended it; the row says
    which."""


# --- cases ----------------------------------------------------------------------------------------


class CaseChanged(Kind):
    """Something about a case is new: it was opened, somebody agreed, wrote, chose or closed it.
    What it was stands in the case alone."""

    case: Id


class OfCaseHelper(Kind, abstract=True):
    """Something happened between a case and a volunteer."""

    case: Id
    helper: Id
    volunteer: Id


class CaseHelperAsked(OfCaseHelper):
    """The parties have chosen her; she is asked."""


class CaseHelperAnswered(OfCaseHelper):
    """She said yes or no, or the time to answer ran out; the row says which."""


class CaseMeetingTold(OfCaseHelper):
    """They met; her minutes wait for a second word."""


class CaseHelperEnded(OfCaseHelper):
    """Her part is over: it was closed, handed over, or she has to stay away; the row says which."""


# --- the solver -----------------------------------------------------------------------------------


class OfRun(Kind, abstract=True):
    """Something happened to a run on a rota."""

    rota: Id
    run: Id


class RunRequested(OfRun):
    """A coordinator asked for a plan; a worker takes the run."""


class RunCalledAgain(OfRun):
    """No worker has taken the run, or its worker is gone; another one takes it."""


class RunStarted(OfRun):
    """A worker works on it."""


class RunStopping(OfRun):
    """A coordinator asked it to stop; the worker reads that from the row."""


class RunFinished(OfRun):
    """It ended with a plan that was checked."""

    proposal: Id


class RunFailed(OfRun):
    """It ended without a plan; the row says why."""


class RunCancelled(OfRun):
    """It ended because a coordinator wanted it dropped."""


class OfProposal(Kind, abstract=True):
    """Something happened to what a run proposes."""

    rota: Id
    proposal: Id


class ProposalPublishing(OfProposal):
    """A coordinator wants it published; a worker does it."""


class PublicationCalledAgain(OfProposal):
    """Nobody works on the publication any more; another worker does it."""


class ProposalPublished(OfProposal):
    """Its rota is open, and everybody whom the plan newly concerns has her offer or her seats."""


class ProposalRefused(OfProposal):
    """It was not published; the row says why."""


class ProposalDiscarded(OfProposal):
    """A coordinator put it aside; nobody was told anything."""


# --- projects and reports -------------------------------------------------------------------------


class ProjectOpened(Kind):
    """A coordinator wrote down a project."""

    project: Id


class ProjectChanged(Kind):
    """A project has other values, partners or sessions."""

    project: Id


class ProjectClosed(Kind):
    """Nothing is entered in a project any more."""

    project: Id


class ProjectBooked(Kind):
    """A line was entered in a project's book: money, or people whom it reached."""

    project: Id


class PartnerChanged(Kind):
    """A partner is new, or has other values."""

    partner: Id


class StationChanged(Kind):
    """A service station opened or closed."""

    station: Id


class ReportMade(Kind):
    """Somebody took a report out of the house."""

    report: Id


# --- the person herself ---------------------------------------------------------------------------


class NumberAsked(Kind):
    """Who has shown to hold a number says that she is the person of an account; whoever knows her
    is to answer."""

    question: Id


class NumberAnswered(Kind):
    """Somebody who knows her said whether she is."""

    question: Id


class OfVolunteer(Kind, abstract=True):
    """Something of a volunteer's registration is another now."""

    volunteer: Id


class VolunteerRegistered(OfVolunteer):
    """She is in the register, without credentials and without free hours."""


class VolunteerApplied(OfVolunteer):
    """She registered herself, and waits for the yes of a coordinator."""


class VolunteerApproved(OfVolunteer):
    """A coordinator said yes: she may be asked and may pick."""


class VolunteerTurnedDown(OfVolunteer):
    """A coordinator said no; the row says why."""


class VolunteerMerged(OfVolunteer):
    """An applicant stood in the register already: this row is hers. `gone`: the row that she
    applied with."""

    gone: Id


class ContactCorrected(OfVolunteer):
    """Her name, her phone or her street was put right."""


class VolunteerPaused(OfVolunteer):
    """She rests: she is offered nothing; what she has promised stays."""


class LanguagesSaid(OfVolunteer):
    """She said which languages she speaks."""


class GuardianAgreed(OfVolunteer):
    """A guardian agreed, by a code on the guardian's telephone, that she serves under age."""


class GuardianWithdrew(OfVolunteer):
    """A guardian's consent was taken back: what she had promised is given back, and she rests."""


class AgreementPublished(Kind):
    """Volunteers of an organisation are asked to agree to a new version."""

    organisation: Id
    version: Id


class VolunteerAgreed(OfVolunteer):
    """She agreed to a version of what volunteers agree to."""

    version: Id


class TeamLinkMade(Kind):
    """A team has an address by which people ask to join it."""

    team: Id
    link: Id


class TeamLinkRevoked(Kind):
    """Nobody asks to join a team by that address any more."""

    team: Id
    link: Id


class TeamAsked(OfVolunteer):
    """She asks to join a team."""

    team: Id
    request: Id


class TeamAnswered(OfVolunteer):
    """A coordinator said whether she may join; the row says what."""

    team: Id
    request: Id


class FriendAsked(OfVolunteer):
    """She asked whoever holds a number to serve with her."""

    friendship: Id


class FriendAgreed(OfVolunteer):
    """The other one agreed; she is the volunteer of this event."""

    friendship: Id


class FriendDeclined(OfVolunteer):
    """The other one would rather not; who asked is not told."""

    friendship: Id


class FriendshipEnded(OfVolunteer):
    """She ended it, or took her question back."""

    friendship: Id


class ResumeAsked(OfVolunteer):
    """A coordinator paused her, and she asks to serve again."""


class PauseKept(OfVolunteer):
    """She asked to serve again, and a coordinator says why not yet."""


class VolunteerResumed(OfVolunteer):
    """She serves again."""


class VolunteerLeft(OfVolunteer):
    """She serves no more; what she has promised stays until it is called off."""


class VolunteerErased(OfVolunteer):
    """She took her data back: what she promised is given back, and nothing personal is left."""


class RemarkWritten(OfVolunteer):
    """A coordinator wrote something down about her for colleagues."""


class CredentialAdded(OfVolunteer):
    """Somebody has seen her certificate; it takes the place of an older one of its kind."""

    credential: Id


class CredentialHandedIn(OfVolunteer):
    """She shows a certificate, and waits for a coordinator to look at it."""

    hand_in: Id


class CredentialReturned(OfVolunteer):
    """A coordinator could not accept what she handed in; the row says why."""

    hand_in: Id


class HandInTakenBack(OfVolunteer):
    """She took back what nobody had looked at yet."""

    hand_in: Id


class CredentialEnded(OfVolunteer):
    """A coordinator ended her certificate before its time; the row says why."""

    credential: Id


class VettingRequested(OfVolunteer):
    """The authority was asked about her, with her consent."""

    vetting: Id


class VettingConsentWithdrawn(OfVolunteer):
    """She took her consent back before the authority was asked, or had answered."""


class VettingAnswered(OfVolunteer):
    """The authority has answered. What it said stands in the row alone: it is nobody's news."""

    vetting: Id


class LimitsChanged(OfVolunteer):
    """She travels another way, or does more or fewer sessions."""


class ProgrammesChosen(OfVolunteer):
    """She said anew in which programmes she wants to serve."""


class LikingsChanged(OfVolunteer):
    """She said anew how gladly she does each programme."""


class NamingChanged(OfVolunteer):
    """Families may read who she is, or may not any more."""


class CountingChanged(OfVolunteer):
    """Plans reckon with her own answers of before, or with everybody's only."""


class AvailabilityChanged(OfVolunteer):
    """She is free at other hours of the week."""


class TimeOffAdded(OfVolunteer):
    """She is away on some days."""


class TimeOffRemoved(OfVolunteer):
    """She is there after all."""


class OfFamily(Kind, abstract=True):
    """Something of a family's registration is another now."""

    family: Id


class FamilyRegistered(OfFamily):
    """A guardian registered herself and her children."""


class FamilyDetailsCorrected(OfFamily):
    """Its phone, its street or how far it travels was put right."""


class FamilyHoursChanged(OfFamily):
    """It can come at other hours of the week."""


class FamilyErased(OfFamily):
    """Everything personal of it is gone."""


class OfGuardian(OfFamily, abstract=True):
    """Another grown-up of the family comes or goes."""

    guardian: Id


class GuardianAsked(OfGuardian):
    """The one who registered it asked another grown-up in."""


class GuardianJoined(OfGuardian):
    """She accepted: she sees and does what the family does."""


class GuardianLeft(OfGuardian):
    """She sees nothing of it any more. `user`: who she was; None, when she had not accepted."""

    user: Id | None = None


class ChildAdded(OfFamily):
    """It registered another child."""

    child: Id


class ChildCorrected(OfFamily):
    """Something about a child was put right."""

    child: Id


class ChildErased(OfFamily):
    """Everything about a child is gone."""

    child: Id


class ConsentGiven(OfFamily):
    """The guardian said yes to one purpose, for one child."""

    child: Id


class ConsentWithdrawn(OfFamily):
    """The guardian took a yes back; what stood on it has ended."""

    child: Id


class WallRenewed(Kind):
    """The code on the wall of a place is another now: sheets below `number` open nothing."""

    venue: Id
    number: Count


class OfImport(Kind, abstract=True):
    """Something happened to a file that somebody brought in."""

    batch: Id


class ImportUploaded(OfImport):
    """Somebody sent a file; a worker compares it with what is there."""


class ImportChecked(OfImport):
    """It is compared: whoever sent it sees what each row would do."""


class ImportConfirmed(OfImport):
    """She wants it written; a worker does it."""


class ImportCalledAgain(OfImport):
    """Nobody works on it any more; a worker is called again."""


class ImportEnded(OfImport):
    """All of it is written that could be, or it was put aside, or it could not be read."""


class OfExport(Kind, abstract=True):
    """Somebody wants a table of people taken out whole."""

    export: Id


class ExportAsked(OfExport):
    """It waits for the yes of another person."""


class ExportDecided(OfExport):
    """Another person said yes or no."""


class CodeRequested(Kind):
    """Somebody who says that she holds a phone wants a code sent there."""

    code: Id


class OfAccount(Kind, abstract=True):
    """Something happened to how somebody comes in, or to where she is told."""

    user: Id


class PasswordRenewed(OfAccount):
    """Her account has a new password."""


class SecondStepSet(OfAccount):
    """A second step is asked of her from now on."""


class SecondStepRemoved(OfAccount):
    """It is not asked of her any more."""


class SignedInElsewhere(OfAccount):
    """She, or somebody else, came in from a browser that her account does not know."""


class NumberMoved(OfAccount):
    """Her account is opened by another number."""


class WechatConnected(OfAccount):
    """She is told on a WeChat from now on."""


class WechatDisconnected(OfAccount):
    """She is not told there any more."""


class SignedOut(Kind):
    """One of a person's sessions in a browser ended, or all did: her open pages ask who she is."""

    user: Id


class InvitationMade(Kind):
    """Somebody is asked to take on a role in an organisation."""

    invitation: Id


class InvitationAccepted(Kind):
    """She took it on: she has the role from now on."""

    invitation: Id


class InvitationTakenBack(Kind):
    """Nobody is asked any more."""

    invitation: Id


class OfBatch(Kind, abstract=True):
    """Something happened to hours on their way to the national system."""

    batch: Id


class BatchMade(OfBatch):
    """Records that were in none before are in a batch."""


class BatchReported(OfBatch):
    """The national system has taken them."""


class BatchVoided(OfBatch):
    """It was not reported; its records may go into another."""


class OfStar(Kind, abstract=True):
    """Something happened to a volunteer's star."""

    star: Id
    volunteer: Id


class StarOnDisplay(OfStar):
    """A person approved it; it is on display before it is hers."""


class StarAwarded(OfStar):
    """It was on display long enough: it is hers."""


class StarEnded(OfStar):
    """It was taken down from display; the row says why."""


class OrganisationDescribed(Kind):
    """What an organisation says of itself is another: whom to phone, who answers for its papers."""

    organisation: Id


class OrganisationMoved(Kind):
    """It stands under another one, with all that is below it. `users`: who see more or less by
    their roles since."""

    organisation: Id
    parent: Id
    users: Ids


class MembershipEnded(Kind):
    """A role was taken from her; her open pages that needed it are closed."""

    user: Id


class MessagesTold(Kind):
    """People have something new in their inboxes."""

    deliveries: Ids


class MessagesSeen(Kind):
    """Somebody has opened her inbox and seen what is new in it."""

    deliveries: Ids
