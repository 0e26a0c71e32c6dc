"""The person to call at a company: forgotten some time after the last of its offers was closed. The company stays."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from wagtail.log_actions import log

from dossiers.forgetting.anonymize import FORGOTTEN, NotForgotten, refuse_undecided
from dossiers.forgetting.mentions import replace_mentions
from dossiers.forgetting.personal_data import SHORTEST, SHORTEST_PART, pattern_of
from dossiers.forgetting.retention_map import OF_AN_EMPLOYER, emptied, model_of
from dossiers.models import (
    ContactMoment,
    Employer,
    EmployerInterest,
    FollowUp,
    ImportRow,
    InterestStatus,
    Placement,
    RecordKind,
    Retention,
)
from dossiers.models.dossiers.retention import annotate_closed_at, start_of_next_day

CLOSED = (InterestStatus.CLOSED,)
BESIDE: dict[str, Any] = {"history_change_reason": None, "import_run": None, "import_line": None}


def employers_outlived(day: date, retention: Retention | None = None) -> list[Employer]:
    """Those with offers that are all closed, the last one so long ago, where nobody is placed or proposed any more."""
    last = (retention or Retention.load()).employers_closed_before(day)
    if last is None:
        return []
    interests = EmployerInterest.objects.filter(employer=OuterRef("pk"))
    placed = Placement.objects.open().filter(interest__employer=OuterRef("pk"))
    over = Employer.objects.exclude(email="").filter(Exists(interests)).exclude(Exists(placed))
    over = over.exclude(Exists(interests.exclude(status__in=CLOSED)))
    theirs = annotate_closed_at(EmployerInterest.objects.filter(employer__in=over), CLOSED)
    recent = set(theirs.filter(closed_at__gte=start_of_next_day(last)).values_list("employer", flat=True))
    return [employer for employer in over.order_by("pk") if employer.pk not in recent]


def sign_ups_outlived(day: date, retention: Retention | None = None) -> Any:
    """Closed sign-ups that nobody took over, with a contact that is still kept."""
    last = (retention or Retention.load()).employers_closed_before(day)
    if last is None:
        return EmployerInterest.objects.none()
    alone = EmployerInterest.objects.filter(employer=None, status__in=CLOSED).exclude(contact_given={})
    return annotate_closed_at(alone, CLOSED).filter(closed_at__lt=start_of_next_day(last)).order_by("closed_at", "pk")


class Contact:
    """The person to call at an employer, or of a sign-up that nobody took over: see mentions.Named."""

    def __init__(self, employer: Employer | None, interests: QuerySet[EmployerInterest]) -> None:
        self.employer, self.interests = employer, list(interests.values_list("pk", flat=True))

    @classmethod
    def of(cls, employer: Employer) -> "Contact":
        return cls(employer, EmployerInterest.objects.filter(employer=employer))

    @property
    def about(self) -> Q:
        """What was written down about it alone."""
        employer = Q(employer=self.employer.pk) if self.employer else Q()
        return (Q(interest__in=self.interests) | employer) & Q(dossier=None, placement=None)

    def owns(self, label: str, field: str) -> bool:
        emptied = OF_AN_EMPLOYER[label].emptied if label in OF_AN_EMPLOYER else ()
        return field in emptied or label in ("dossiers.ContactMoment", "dossiers.FollowUp")

    def records(self, label: str) -> QuerySet[Any]:
        if label == "dossiers.EmployerInterest":
            return EmployerInterest.objects.filter(pk__in=self.interests)
        return model_of(label)._base_manager.filter(self.about)

    def steps(self, label: str) -> QuerySet[Any]:
        return model_of(label).history.filter(id__in=self.records(label).values("pk"))

    @cached_property
    def _ever(self) -> list[tuple[str, str, str]]:
        """(name, e-mail, telephone) as the employer had them, and as sign-ups gave them."""
        key = self.employer.pk if self.employer else 0
        names = ("contact_name", "email", "phone")
        rows = [*Employer.objects.filter(pk=key).values(*names), *Employer.history.filter(id=key).values(*names)]
        contacts = EmployerInterest.objects.filter(pk__in=self.interests).values_list("contact_given", flat=True)
        earlier = EmployerInterest.history.filter(id__in=self.interests).values_list("contact_given", flat=True)
        return [tuple(str(values.get(name) or "") for name in names) for values in [*rows, *contacts, *earlier]]  # type: ignore[misc]

    @cached_property
    def likely_texts(self) -> set[str]:
        parts = {part for name, _mail, _phone in self._ever for part in name.split() if len(part) >= SHORTEST_PART}
        whole = {text for texts in self._ever for text in texts}
        return {text for text in parts | whole if len(text) >= SHORTEST and text != str(FORGOTTEN)}

    @cached_property
    def likely_marks(self) -> re.Pattern[str] | None:
        return pattern_of(self.likely_texts)

    @cached_property
    def sure_marks(self) -> re.Pattern[str] | None:
        """No first name or family name alone: staff of employers are many."""
        whole = {name for name, _mail, _phone in self._ever if " " in name}
        return pattern_of(whole | {text for _name, *texts in self._ever for text in texts})

    def has_namesake_at(self, label: str, record: Any) -> bool:
        """Whether it is about another employer whose contact has that name, such as the same person at two of them."""
        keys = {name: getattr(record, f"{name}_id", None) for name in ("employer", "interest", "placement")}
        about = Q(pk=keys["employer"]) | Q(interests=keys["interest"]) | Q(interests__placements=keys["placement"])
        others = Employer.objects.exclude(pk=self.employer.pk if self.employer else 0).filter(about)
        mine = {name.casefold() for name, _mail, _phone in self._ever}
        if all(key is None for key in keys.values()):
            return False
        return any(name.casefold() in mine for name in others.values_list("contact_name", flat=True))


def contact_in_the_way(employer: Employer) -> str:
    """Why this contact can't be forgotten now, as one sentence; empty when it can."""
    if not employer.email:
        return gettext("This contact was forgotten already.")
    if placement := Placement.objects.open().filter(interest__employer=employer.pk).first():
        return gettext("Placement %(reference)s has not ended. End it first.") % {"reference": placement.reference}
    if interest := EmployerInterest.objects.filter(employer=employer.pk).exclude(status__in=CLOSED).first():
        return gettext("Interest %(reference)s is open. Close it first.") % {"reference": interest.reference}
    return ""


@transaction.atomic
def forget_employer(employer: Employer, user: User | None = None, decisions: Mapping[str, bool] | None = None) -> None:
    """Its contact, what the sign-ups answered, and what was written down about calls with it alone; `decisions` as in
    mentions.py. Raises NotForgotten."""
    employer = Employer.objects.select_for_update().get(pk=employer.pk)
    if reason := contact_in_the_way(employer):
        raise NotForgotten(reason)
    refuse_undecided(replace_mentions(Contact.of(employer), decisions))
    _empty("dossiers.Employer", Employer.objects.filter(pk=employer.pk))
    _forget_interests(EmployerInterest.objects.filter(employer=employer), Q(employer=employer.pk))
    log(instance=employer, action="dossiers.forget_employer", user=user, content_changed=True)


@transaction.atomic
def forget_sign_up(interest: EmployerInterest) -> None:
    interests = EmployerInterest.objects.filter(pk=interest.pk)
    replace_mentions(Contact(None, interests), None)
    _forget_interests(interests, Q())
    log(instance=interest, action="dossiers.forget_employer", content_changed=True)


def _forget_interests(interests: QuerySet[EmployerInterest], employer: Q) -> None:
    keys = list(interests.values_list("pk", flat=True))
    about = (Q(interest__in=keys) | employer) & Q(dossier=None, placement=None)
    _empty("dossiers.EmployerInterest", EmployerInterest.objects.filter(pk__in=keys))
    _empty("dossiers.ContactMoment", ContactMoment.objects.filter(about))
    rows = ImportRow.objects.filter(run__record=RecordKind.EMPLOYER_INTEREST)
    rows.filter(target_id__in=keys).delete()
    for action in FollowUp.objects.filter(about):
        key = action.pk
        action.delete()
        FollowUp.history.filter(id=key).delete()


def _empty(label: str, records: QuerySet[Any]) -> None:
    """The records, and every step of their histories."""
    nothing, keys = emptied(label, str(FORGOTTEN)), list(records.values_list("pk", flat=True))
    model_of(label).history.filter(id__in=keys).update(**nothing, **BESIDE)
    model_of(label)._base_manager.filter(pk__in=keys).update(**nothing)
