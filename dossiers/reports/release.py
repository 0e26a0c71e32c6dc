"""Releases an evaluation: from then on it is published and can't be changed."""

from collections.abc import Container

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from admin_pages.users import get_person_name
from dossiers.models import Evaluation
from dossiers.models.evaluation import NOT_FROZEN
from dossiers.reports.evaluations import build_public_editions, freeze_reports, lock_evaluation
from dossiers.reports.release_checks import Issue, find_issues
from dossiers.signals import evaluation_released

ACCEPTED = "dossiers.evaluation_accepted"


class NotAccepted(Exception):
    """Raised if issues are left that were not accepted; `issues` has them."""

    def __init__(self, issues: list[Issue]) -> None:
        self.issues = issues
        super().__init__(", ".join(issue.kind for issue in issues))


def release(
    evaluation: Evaluation, user: AbstractUser, accepted: Container[str] | None = None, *, on_website: bool = True
) -> None:
    """Release the evaluation; `accepted` has the keys of the accepted issues, None accepts all.

    With `on_website` the website shows its figures from then on, instead of those of another evaluation.

    Raises NotAccepted with the other issues, and ValidationError if the evaluation can't be released at all.
    """
    with transaction.atomic():
        locked = lock_evaluation(evaluation)
        locked.refuse_change()
        if not locked.frozen_at:
            raise ValidationError(NOT_FROZEN)
        issues = find_issues(locked)
        if accepted is not None and (left := [issue for issue in issues if issue.key not in accepted]):
            raise NotAccepted(left)
        editions = {language: freeze_reports(reports) for language, reports in build_public_editions(locked).items()}
        locked.public, locked.public_in = editions.pop(settings.LANGUAGE_CODE), editions
        locked.released_at, locked.released_by = timezone.now(), user
        locked.released_by_name = get_person_name(user)
        locked.on_website = on_website
        locked.save()
        for issue in issues:  # without the text, which may contain a name
            log(instance=locked, action=ACCEPTED, user=user, data={"kind": issue.kind, "section": issue.section})
        evaluation_released.send(Evaluation, evaluation=locked)
    evaluation.refresh_from_db()
