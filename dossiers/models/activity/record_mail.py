"""The e-mails that users write on the page of a record, and whether they were sent."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.activity.contact import ContactMoment
from dossiers.models.activity.follow_up import FollowUp
from dossiers.models.activity.related_records import SUBJECTS
from dossiers.models.placements.placement import Placement


class RecordMailQuerySet(models.QuerySet["RecordMail"]):
    def waiting_proposals(self) -> Self:
        """Return the mails that wait to tell an employer about a candidate."""
        return self.filter(state=RecordMail.State.WAITING).exclude(proposal=None)


class RecordMail(models.Model):
    """An e-mail whose subject and text are the first version of its contact moment.

    So they are kept, searched and forgotten as those of any contact moment, and a later edit changes nothing that is
    sent. The address is that of the record at the moment of sending.
    """

    wagtail_reference_index_ignore = True  # no page refers to it

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be sent")
        SENT = "sent", _("sent")
        NO_MAILBOX = "no_mailbox", _("not delivered: this address does not exist")
        GIVEN_UP = "given_up", _("not delivered: the mail server did not accept it for a day")
        NO_ADDRESS = "no_address", _("not sent: there is no e-mail address any more")
        DELETED = "deleted", _("not sent: it was deleted while it waited")  # and restored since
        STOPPED = "stopped", _("not sent: the employer may hear nothing about the candidate now")

    contact = models.OneToOneField(ContactMoment, on_delete=models.CASCADE, related_name="mail", editable=False)
    recipient = models.CharField(max_length=30, editable=False)  # the key of one of its record's recipients
    proposal = models.ForeignKey(
        Placement, null=True, on_delete=models.CASCADE, related_name="proposal_mails", editable=False
    )  # the employer is told about this candidate once the mail is sent
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)

    objects = RecordMailQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")

    def __str__(self) -> str:
        return str(self.contact)

    @staticmethod
    def join_words(subject: str, text: str) -> str:
        """Return the text of the contact moment."""
        return f"{subject}\n\n{text}"

    def get_words(self) -> tuple[str, str]:
        """Return the subject and the text as they were when it was written."""
        first: Any = self.contact.history.order_by("history_id").first()
        subject, _blank, text = first.text.partition("\n\n")
        return subject, text

    @property
    def record(self) -> Model:
        """The record on whose page it was written; for a proposal whatever the contact moment is about by now."""
        if self.proposal:
            return self.proposal
        names = ("placement", "interest", "employer", "dossier")
        return next(record for name in names if (record := getattr(self.contact, name)))

    @property
    def has_failed(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.SENT)

    def finish(self, state: str) -> None:
        """Record how it ended, unless it was deleted meanwhile; the user who wrote it has to deal with a failure."""
        self.state, self.state_since = state, timezone.now()
        is_there = RecordMail.objects.filter(pk=self.pk).update(state=state, state_since=self.state_since)
        if is_there and self.has_failed and not self.contact.is_anonymised:
            with translation.override(settings.LANGUAGE_CODE):
                if state == self.State.STOPPED:
                    text = gettext("Mail of %(day)s %(state)s. Look at the placement.")
                elif self.proposal:
                    text = gettext("Mail of %(day)s %(state)s. The employer was not told. Write again, or call.")
                else:
                    text = gettext("Mail of %(day)s %(state)s. Write again, or call.")
                text %= {"day": format_date(self.contact.held_on), "state": self.get_state_display()}
            about = {name: getattr(self.contact, name) for name in SUBJECTS}
            FollowUp.objects.create(text=text, due_on=timezone.localdate(), owner=self.contact.user, **about)
