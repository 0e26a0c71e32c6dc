"""Figures about the offers of employers in the period, and their results on its last day."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from dossiers.figures.figure import Figure, figure
from dossiers.figures.scope import Scope
from dossiers.models import ContactMoment, Employer, EmployerInterest, InterestStatus, Placement, RecordMail
from dossiers.models.placements.introductions import was_discussed, was_introduced


def _has_placement(rule: Q) -> Q:
    return Q(Exists(Placement.objects.filter(rule, interest=OuterRef("pk"))))


@figure(EmployerInterest, _("sign-ups of employers"))
def interests(scope: Scope) -> Q:
    return scope.within_moments("created_at")


@figure(
    EmployerInterest, _("places offered"), lambda interests: interests.aggregate(sum=Sum("positions", default=0))["sum"]
)
def places_offered(scope: Scope) -> Q:
    return interests.rule(scope)


def contacts_since_sign_up() -> QuerySet[ContactMoment]:
    """Return the contacts with the employer about the outer interest, or about no record since it, for a subquery.

    A call that nobody answered is none, nor is a mail that was written here: whether it was read is not known. One
    about no record is none for an interest that somebody else than the contact of the employer signed up.
    """
    about = Q(interest=OuterRef("pk")) | Q(placement__interest=OuterRef("pk"), dossier=None)
    signed_up = Coalesce("employer__interests__confirmed_at", "employer__interests__created_at")
    with_employer = Q(employer__interests=OuterRef("pk"), interest=None, placement=None)
    since = Q(held_on__gte=TruncDate(signed_up), created_at__gte=signed_up)
    email, phone = (KeyTextTransform(name, "employer__interests__contact_given") for name in ("email", "phone"))
    by_phone = Q(employer__email="", employer__phone=phone) & ~Q(employer__phone="")
    with_sender = Q(employer__interests__contact_given={}) | Q(employer__email=email) | by_phone
    contacts = ContactMoment.objects.filter(mail=None).exclude(kind=ContactMoment.Kind.NOT_REACHED)
    return contacts.filter(about | with_employer & since & with_sender)


def was_spoken_with(scope: Scope) -> Q:
    """Return the condition for interests about which the employer was spoken with on the last day or before.

    That is a contact since the sign-up, a placement that was discussed, or the status "contacted" or "matched" that was
    not taken back. A mail that proposes a candidate also gives the status "matched", and says nothing about a talk.
    """
    history = EmployerInterest.history.model.objects.filter(scope.until_moment("history_date"), id=OuterRef("pk"))
    proposals = RecordMail.objects.filter(proposal__interest=OuterRef("pk"), state=RecordMail.State.SENT)
    was_matched = Q(Exists(history.filter(status=InterestStatus.MATCHED))) & ~Q(Exists(proposals))
    had_status = Q(Exists(history.filter(status=InterestStatus.CONTACTED))) | was_matched
    contact = Q(Exists(contacts_since_sign_up().filter(scope.until("held_on"))))
    return contact | had_status & ~Q(status=InterestStatus.NEW) | _has_placement(was_discussed(scope.end))


@figure(EmployerInterest, _("spoken with the employer"))
def spoken_with(scope: Scope) -> Q:
    return interests.rule(scope) & was_spoken_with(scope)


@figure(EmployerInterest, _("a candidate was proposed"))
def interests_proposed(scope: Scope) -> Q:
    return interests.rule(scope) & _has_placement(was_introduced(scope.end))


@figure(EmployerInterest, _("somebody started"))
def interests_hired(scope: Scope) -> Q:
    return interests.rule(scope) & _has_placement(scope.until("working_on"))


@figure(EmployerInterest, _("closed without a start"))
def interests_closed(scope: Scope) -> Q:
    return interests.rule(scope) & Q(status="closed") & ~_has_placement(scope.until("working_on"))


@figure(Employer, _("employers where somebody started"))
def employers_hired(scope: Scope) -> Q:
    return Q(Exists(Placement.objects.filter(scope.within("working_on"), interest__employer=OuterRef("pk"))))


STEPS: tuple[Figure, ...] = (interests, spoken_with, interests_proposed, interests_hired, interests_closed)
