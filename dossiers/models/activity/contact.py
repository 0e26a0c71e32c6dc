"""Contact moments: talks, calls, e-mails and visits."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.format import format_date
from dossiers.models.activity.related_records import RelatedRecordsQuerySet, WorkOnRecords
from dossiers.models.days import validate_year
from dossiers.models.exports.formats import export_permissions
from dossiers.models.history import history
from dossiers.models.text_fields import TextField


class ContactMoment(WorkOnRecords):
    """One contact with a candidate or an employer."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    SEARCH_FIELDS = ("text",)

    class Kind(models.TextChoices):
        TALK = "talk", _("talk")
        CALL = "call", _("call")
        MAIL = "mail", _("mail")
        VISIT = "visit", _("visit")
        NOT_REACHED = "tried", _("not reached")
        OWN_PAGE = "page", _("own page")  # written by the candidate there; staff can't choose it

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.TALK)
    held_on = models.DateField(_("day"), default=timezone.localdate, validators=[validate_year])
    text = TextField(_("what about"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = RelatedRecordsQuerySet["ContactMoment"].as_manager()
    history = history()

    class Meta:
        verbose_name = _("contact moment")
        verbose_name_plural = _("contact moments")
        permissions = export_permissions("contactmoment")
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {format_date(self.held_on)}"

    @property
    def heading(self) -> str:
        """The title of a page about this contact moment."""
        return str(self)

    def clean(self) -> None:
        super().clean()
        if self.held_on and self.held_on > timezone.localdate():
            raise ValidationError({"held_on": _("This day is still to come. Make an action for what is planned.")})
        if not self.subjects:
            raise ValidationError(_("Choose with whom it was: a dossier, an employer, an interest or a placement."))
