"""Lists that partners upload: they send them to the coordinators, who apply or return them."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.imports.import_row import Action
from dossiers.models.imports.staff_texts import HELD, hold_staff_texts, restore_staff_texts
from dossiers.models.text_fields import TextField

# Fields that belong to the municipality: a partner's list can't fill them, and partners don't see them.
MUNICIPAL_FIELDS = frozenset(
    {"reference", "status", "coordinator", "expectation_talk_on", "privacy_notice_on", "closing_reason"}
)
APPENDED_FIELDS = frozenset({"notes"})
NOT_SHARED = MUNICIPAL_FIELDS | APPENDED_FIELDS
"""The fields of which a sender does not see what coordinators fill in."""
FIXED_BY_PARTNER = "fixed_by_partner"  # key in ImportRun.decided: the values for all lines that coordinators replaced
LINES_OF_A_PARTNER = ("", "left_out", "taken_in")  # a partner's possible decisions about a row
LAPSED_LINES = "lapsed_lines"
"""Key in ImportRun.decided: the lines in which texts of coordinators lapsed when the list came back."""


class Channel(models.TextChoices):
    """How a list got here."""

    UPLOAD = "upload", _("uploaded")
    MAIL = "mail", _("by e-mail")
    FOLDER = "folder", _("through the folder")


IS_FROM_PARTNER = models.Q(by_partner=True) | ~models.Q(channel=Channel.UPLOAD)


class PartnerSubmission(models.Model):
    """The part of an import that is exchanged between a partner and the coordinators.

    While it is `with_partner`, its rows are compared only with what the organization supplied before. After a
    coordinator opens it, the rows contain data of dossiers, so the partner can't see them any more.
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
    first_sent_at = models.DateTimeField(_("sent for the first time"), null=True, blank=True)
    channel = models.CharField(_("arrived"), max_length=6, choices=Channel.choices, default=Channel.UPLOAD)
    returned_word = TextField(_("word to the partner"), blank=True)
    counts_for_sender = models.JSONField(_("counts as the partner sees them"), default=dict)
    """The numbers of rows by action that were taken over, compared with what the organization supplied before."""

    State: ClassVar[Any]
    OPEN: ClassVar[Any]
    pk: Any
    state: Any
    decided: Any
    created_at: Any
    continues: Any
    continues_id: Any
    rows: Any
    forget_upload: Any
    find_staff_texts: Any

    class Meta:
        abstract = True

    @property
    def is_from_partner(self) -> bool:
        """Whether the values are those of a partner, also where a coordinator never uploaded the list."""
        return self.by_partner or self.channel != Channel.UPLOAD

    @property
    def barred(self) -> frozenset[str]:
        """The fields that this list can't fill."""
        return MUNICIPAL_FIELDS if self.is_from_partner else frozenset()

    @property
    def appended(self) -> frozenset[str]:
        """The fields to which this list adds lines, because partners can't see the text that staff wrote there.

        The lines that the organisation supplied before are replaced, as long as they still stand there."""
        return APPENDED_FIELDS if self.is_from_partner and not self.with_partner else frozenset()

    @property
    def by_hand(self) -> bool:
        """Whether it is one person who was entered in a form."""
        return bool(getattr(self, "format", {}).get("kind") == "form")

    def send(self, user: AbstractBaseUser) -> bool:
        """Send a previewed list to the coordinators; return False if it is not in that state any more."""
        previewed = models.Q(state=self.State.PREVIEWED, with_partner=True)
        now = timezone.now()
        first = Coalesce("first_sent_at", models.Value(now))
        return self._claim(previewed, state=self.State.SENT, sent_by_id=user.pk, sent_at=now, first_sent_at=first)

    @property
    def supplied_at(self) -> datetime:
        """The moment of the list: when it was sent for the first time, or else when it was uploaded or arrived.

        A continuation and an improved version are as old as the list that they continue.
        """
        before: datetime | None = self.continues.supplied_at if self.continues_id and not self.first_sent_at else None
        return self.first_sent_at or before or self.created_at

    def get_moment_of_value(self, line: int | None, field: str) -> datetime:
        """Return when a value of this list was supplied: with the list, unless its cell was typed since."""
        typed_at = self.decided.get("lines", {}).get(str(line), {}).get("typed_at", {}).get(field)
        return datetime.fromisoformat(typed_at) if typed_at else self.supplied_at

    def take_back(self) -> bool:
        """Withdraw a sent list; return False if a coordinator opened or returned it.

        A list that was never returned becomes a draft again, but its values stay as old as they were.
        """
        never_sent: dict[str, Any] = {} if self.returned_word else {"sent_by_id": None, "sent_at": None}
        return self._claim(models.Q(state=self.State.SENT), state=self.State.PREVIEWED, **never_sent)

    @property
    def is_hidden_from_coordinators(self) -> bool:
        """Whether the partner is working on the list, so that coordinators do not see it."""
        return self.with_partner and self.state not in (self.State.SENT, self.State.RETURNED)

    @property
    def is_draft(self) -> bool:
        """Whether the list was read but never sent or applied, and is still with its uploader.

        A continuation is one too, as long as it was not returned to the partner who sent its list.
        """
        runs: Any = type(self)._default_manager
        return bool(runs.filter(self._is_draft(), pk=self.pk).exists())

    def _is_draft(self) -> models.Q:
        unsent = models.Q(with_partner=models.F("by_partner"), sent_at=None)
        continuation = models.Q(with_partner=False, returned_word="", decided__has_key="same_lines")
        states = (self.State.ASKING, self.State.PREVIEWED, self.State.REFUSED)
        return models.Q(unsent | continuation, state__in=states)

    def discard(self) -> bool:
        """Delete a draft with its rows and files; return False if it is not a draft any more."""
        with transaction.atomic():
            runs: Any = type(self)._default_manager.select_for_update()
            draft = runs.filter(self._is_draft(), pk=self.pk).first()
            if draft is None:
                return False
            draft.forget_upload()
            draft.forget_clean()
            draft.delete()
        return True

    def open_for_coordinator(self) -> bool:
        """Open a sent list: delete its rows and set it to be read again; return False if it is not in state SENT.

        What coordinators typed in its cells before they returned it holds again.
        """
        sent = models.Q(state=self.State.SENT)
        with transaction.atomic():
            runs: Any = type(self)._default_manager.select_for_update()
            run = runs.filter(sent, pk=self.pk).first()
            decided = {"decided": run.restore_lines()} if run and run.held_staff_texts else {}
            return self._claim(sent, forget_rows=True, state=self.State.READING, with_partner=False, **decided)

    @property
    def held_staff_texts(self) -> dict[str, dict[str, str]]:
        """The texts that coordinators typed in cells of this list before they returned it, by line and field."""
        lines = self.decided.get("lines", {})
        return {line: about[HELD]["cells"] for line, about in lines.items() if HELD in about}

    def restore_lines(self) -> dict[str, Any]:
        """Return the decisions of a list that came back from its partner, with the texts of coordinators that hold."""
        lines, lapsed = dict(self.decided["lines"]), []
        rows = self.rows.exclude(action=Action.ABSENT).filter(
            line__in_batch=[int(line) for line in self.held_staff_texts]
        )
        rows_by_line = {str(row.line): row for row in rows}
        for line in self.held_staff_texts:
            lines[line], lapses = restore_staff_texts(lines[line], rows_by_line.get(line))
            lapsed += [int(line)] if lapses else []
        return self.decided | {"lines": lines} | ({LAPSED_LINES: lapsed} if lapsed else {})

    @property
    def can_be_returned(self) -> bool:
        """Whether a coordinator can return the list: it was sent, and is not applied."""
        opened = self.state in self.OPEN and not self.with_partner
        return self.by_partner and (self.state == self.State.SENT or opened)

    def fill_in_all_lines(self, fixed: dict[str, str]) -> None:
        """Set the values for all lines, and remember those of the partner if a coordinator sets them."""
        if self.by_partner and not self.with_partner:
            self.decided.setdefault(FIXED_BY_PARTNER, self.decided.get("fixed", {}))
        self.decided["fixed"] = fixed

    @property
    def fixed_for_partner(self) -> dict[str, str]:
        """The values for all lines, in fields that partners don't see as the partner set them."""
        fixed: dict[str, str] = self.decided.get("fixed", {})
        own = self.decided.get(FIXED_BY_PARTNER, fixed)
        return {name: text for name, text in fixed.items() if name not in NOT_SHARED} | {
            name: text for name, text in own.items() if name in NOT_SHARED
        }

    @property
    def loses_choices(self) -> bool:
        """Whether the return to the partner takes back choices of a coordinator."""
        actions = {about.get("action", "") for about in self.decided.get("lines", {}).values()}
        return (
            bool(self.decided.get("absent"))
            or not actions <= {*LINES_OF_A_PARTNER}
            or self.fixed_for_partner != self.decided.get("fixed", {})
        )

    def send_back(self, word: str) -> bool:
        """Return the list to the partner with a message, without the coordinator's rows and decisions.

        What coordinators typed in cells that the partner does not see is held until the list comes back. Returns False
        if its state does not allow it any more.
        """
        lines = self.decided.get("lines", {})
        decisions = {
            line: hold_staff_texts(about, self.find_staff_texts(int(line)))
            | {"action": about.get("action", "") if about.get("action") in LINES_OF_A_PARTNER else "", "before": {}}
            for line, about in lines.items()
        }
        left_out = ("absent", "word", FIXED_BY_PARTNER, LAPSED_LINES)
        decided = {name: decision for name, decision in self.decided.items() if name not in left_out} | {
            "lines": decisions,
            "fixed": self.fixed_for_partner,
        }
        with transaction.atomic():
            return self._claim(
                models.Q(by_partner=True)
                & (models.Q(state=self.State.SENT) | models.Q(state__in=self.OPEN, with_partner=False)),
                forget_rows=True,
                state=self.State.RETURNED,
                with_partner=True,
                returned_word=word,
                decided=decided,
                reason="",
            )

    def open_for_partner(self) -> bool:
        """Let the partner correct a returned list, which is read again; return False if it is not in state RETURNED."""
        return self._claim(models.Q(state=self.State.RETURNED), state=self.State.READING)

    def put_back(self) -> None:
        """Set the state back to RETURNED, because a corrected row still has errors."""
        self._claim(models.Q(with_partner=True), forget_rows=True, state=self.State.RETURNED, reason="")

    def _claim(self, when: models.Q, *, forget_rows: bool = False, **changes: Any) -> bool:
        """Change the run only if it meets the condition `when`, because two people may act at once."""
        runs = type(self)._default_manager.filter(when, pk=self.pk)
        if not runs.update(**changes):
            return False
        if forget_rows:
            self.rows.all().delete()
        self.refresh_from_db()
        return True


class PartnerSubmissionQuerySet(models.QuerySet[Any]):
    def shown_to_coordinators(self) -> Self:
        """Return the imports except those that partners are still working on."""
        seen = (self.model.State.SENT, self.model.State.RETURNED)
        return self.exclude(models.Q(with_partner=True) & ~models.Q(state__in=seen))

    def arrived(self) -> Self:
        """Return the lists that came by e-mail or through the folder, the latest first."""
        arrived = self.exclude(channel=Channel.UPLOAD).filter(user=None)  # who goes on with an applied one is its user
        return arrived.select_related("organisation").order_by("-created_at", "-pk")

    def waiting(self) -> Self:
        """Return the lists that partners sent and no coordinator opened yet; the oldest is to be applied first."""
        return self.filter(state=self.model.State.SENT).select_related("organisation").order_by("sent_at", "pk")

    def undecided(self) -> Self:
        """Return the lists that partners sent, and that coordinators neither applied nor returned yet."""
        state = self.model.State
        opened = (state.READING, state.ASKING, state.PREVIEWED, state.APPLYING)
        return self.filter(models.Q(state=state.SENT) | models.Q(by_partner=True, with_partner=False, state__in=opened))
