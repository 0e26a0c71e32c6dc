"""A partner's own upload: in the partner's hands until it is sent, with a coordinator until taken over or returned."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.text_fields import TextField

# What only the municipality says of a person: a partner's list gives nothing of it, and a partner sees nothing of it.
MUNICIPAL = frozenset(
    {"reference", "status", "coordinator", "expectation_talk_on", "privacy_notice_on", "closing_reason"}
)
LINES_OF_A_PARTNER = ("", "left_out", "taken_in")  # what a partner can decide about a line


class PartnerSubmission(models.Model):
    """The part of an import that goes between a partner and the coordinators.

    While it is `with_partner` its rows are compared with what that organisation supplied before, and hold nothing of
    a dossier; from the moment a coordinator opens it they do, so the partner sees no row of it any more.
    """

    by_partner = models.BooleanField(_("uploaded by a partner"), default=False)
    with_partner = models.BooleanField(_("not opened by a coordinator yet"), default=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    returned_word = TextField(_("word to the partner"), blank=True)

    State: ClassVar[Any]
    pk: Any
    state: Any
    decided: Any
    rows: Any
    forget_upload: Any

    class Meta:
        abstract = True

    @property
    def barred(self) -> frozenset[str]:
        """The fields that this list can't give."""
        return MUNICIPAL if self.by_partner else frozenset()

    @property
    def by_hand(self) -> bool:
        """Whether it is one person, typed into a form."""
        return bool(getattr(self, "format", {}).get("kind") == "form")

    def send(self, user: AbstractBaseUser) -> bool:
        """Let a previewed list wait for a coordinator; False when it is not there to be sent (any more)."""
        previewed = models.Q(state=self.State.PREVIEWED, with_partner=True)
        return self._claim(previewed, state=self.State.SENT, sent_by_id=user.pk, sent_at=timezone.now())

    def take_back(self) -> bool:
        """Give a sent list to its partner again, as it was; False once a coordinator opened or returned it.

        One that nobody answered yet is a draft again.
        """
        never_sent: dict[str, Any] = {} if self.returned_word else {"sent_by_id": None, "sent_at": None}
        return self._claim(models.Q(state=self.State.SENT), state=self.State.PREVIEWED, **never_sent)

    @property
    def is_draft(self) -> bool:
        """Never sent or applied, and in the hands of who uploaded it; while it is being read it is no draft yet."""
        with_uploader = self.with_partner == self.by_partner
        return bool(with_uploader and self.sent_at is None and self.state in self._draft_states())

    def discard(self) -> bool:
        """Destroy a draft with its lines and files; False when it is none (any more)."""
        with transaction.atomic():
            runs: Any = type(self)._default_manager.select_for_update()
            drafts = runs.filter(
                pk=self.pk, with_partner=models.F("by_partner"), sent_at=None, state__in=self._draft_states()
            )
            draft = drafts.first()
            if draft is None:
                return False
            draft.forget_upload()
            draft.forget_clean()
            draft.delete()
        return True

    def _draft_states(self) -> tuple[str, ...]:
        return (self.State.ASKING, self.State.PREVIEWED, self.State.REFUSED)

    def open_for_coordinator(self) -> bool:
        """Take a sent list in hand: what was found is forgotten, it is to be read anew; False when it is not sent."""
        with transaction.atomic():
            return self._claim(
                models.Q(state=self.State.SENT), forget_rows=True, state=self.State.READING, with_partner=False
            )

    def send_back(self, word: str) -> bool:
        """Return it to the partner with a word: what a coordinator found and decided about its lines goes.

        False when it is not (any more) there to be returned.
        """
        lines = self.decided.get("lines", {})
        decisions = {
            line: about | {"action": about.get("action", "") if about.get("action") in LINES_OF_A_PARTNER else ""}
            for line, about in lines.items()
        }
        decided = {name: decision for name, decision in self.decided.items() if name not in ("absent", "word")} | {
            "lines": decisions
        }
        with transaction.atomic():
            return self._claim(
                models.Q(by_partner=True)
                & (models.Q(state=self.State.SENT) | models.Q(state=self.State.PREVIEWED, with_partner=False)),
                forget_rows=True,
                state=self.State.RETURNED,
                with_partner=True,
                returned_word=word,
                decided=decided,
                reason="",
            )

    def open_for_partner(self) -> bool:
        """Let the partner mend a returned list, which is to be read anew; False when it is not returned."""
        return self._claim(models.Q(state=self.State.RETURNED), state=self.State.READING)

    def put_back(self) -> None:
        """A returned line that is still not right waits for its partner again, with its word."""
        self._claim(models.Q(with_partner=True), forget_rows=True, state=self.State.RETURNED, reason="")

    def _claim(self, when: models.Q, *, forget_rows: bool = False, **changes: Any) -> bool:
        """Change the run if it still is as `when` says: two people do this at once."""
        runs = type(self)._default_manager.filter(when, pk=self.pk)
        if not runs.update(**changes):
            return False
        if forget_rows:
            self.rows.all().delete()
        self.refresh_from_db()
        return True


class PartnerSubmissionQuerySet(models.QuerySet[Any]):
    def shown_to_coordinators(self) -> Self:
        """What partners are still at work on shows nowhere else."""
        seen = (self.model.State.SENT, self.model.State.RETURNED)
        return self.exclude(models.Q(with_partner=True) & ~models.Q(state__in=seen))

    def waiting(self) -> Self:
        """Sent by a partner, and not opened by a coordinator yet."""
        return self.filter(state=self.model.State.SENT).select_related("organisation").order_by("sent_at")
