"""Releasing an evaluation: from then on others read it, and it never changes."""

from collections.abc import Container

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from dossiers.models import Evaluation
from dossiers.reports.evaluations import kept, locked_for_change, publishable
from dossiers.reports.release_checks import Issue, find_issues
from dossiers.signals import evaluation_released

ACCEPTED = "dossiers.evaluation_accepted"


class NotAccepted(Exception):
    """Something is still to be mended or accepted."""

    def __init__(self, issues: list[Issue]) -> None:
        self.issues = issues
        super().__init__(", ".join(issue.kind for issue in issues))


def release(evaluation: Evaluation, user: AbstractUser, accepted: Container[str] | None = None) -> None:
    """From now on others can read it. `accepted` are the keys of issues that may stay; None: of all of them.

    Raises NotAccepted with those that are left, ValidationError where it can't be released at all.
    """
    with transaction.atomic():
        locked = locked_for_change(evaluation)
        locked.refuse_change()
        if not locked.frozen_at:
            raise ValidationError(_("Freeze the figures first: what is released must not change any more."))
        issues = find_issues(locked)
        if accepted is not None and (left := [issue for issue in issues if issue.key not in accepted]):
            raise NotAccepted(left)
        editions = {language: kept(reports) for language, reports in publishable(locked).items()}
        locked.public, locked.public_in = editions.pop(settings.LANGUAGE_CODE), editions
        locked.released_at, locked.released_by = timezone.now(), user
        locked.released_by_name = user.get_full_name() or user.get_username()
        locked.save()
        for issue in issues:  # without the words: a log is no place for names
            log(instance=locked, action=ACCEPTED, user=user, data={"kind": issue.kind, "section": issue.section})
        evaluation_released.send(Evaluation, evaluation=locked)
    evaluation.refresh_from_db()
