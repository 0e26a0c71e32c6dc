"""What the public site does in the background: its e-mails."""

from datetime import timedelta
from smtplib import SMTPException

from django.utils import timezone, translation
from django_tasks import task, task_backends

from dossiers.models import EmployerInterest, InterestStatus

ATTEMPTS = 12
PAUSE = timedelta(minutes=5)  # doubled each time, an hour and a half at most: a day in all
LONGEST_PAUSE = timedelta(minutes=90)


@task()
def send_confirmation(interest_id: int, language: str, attempt: int = 1) -> bool:
    """Send a sign-up's e-mail; False when it needs none any more. A mail server that fails is tried again later.

    Only the number is handed over: what waits in the queue or stays in its log holds nothing of a person.
    """
    from pilot_pages.models import SignUpPage
    from pilot_pages.sign_up.mail import confirmation

    interest = EmployerInterest.objects.filter(pk=interest_id, status=InterestStatus.UNCONFIRMED).first()
    pages = SignUpPage.objects.live()
    page = pages.filter(locale__language_code=language).first() or pages.first()
    if interest is None or page is None:
        return False
    with translation.override(language):
        message = confirmation(interest, page)
    try:
        message.send()
    except (SMTPException, OSError):
        if attempt >= ATTEMPTS or not task_backends[send_confirmation.backend].supports_defer:
            raise
        later = timezone.now() + min(PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
        send_confirmation.using(run_after=later).enqueue(interest_id, language, attempt + 1)
    return True
