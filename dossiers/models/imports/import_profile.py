"""The kinds of lists, and the profile that keeps the decisions about the lists of a sender."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.constraints import MarksConstraintField
from dossiers.models.exports.formats import export_permissions
from dossiers.models.lists.names import DistinctNameMixin
from dossiers.models.lists.organisation import Organisation
from dossiers.models.text_fields import CharField, JSONField


class RecordKind(models.TextChoices):
    """The kind of records in a list; the values are also used on the command line."""

    DOSSIERS = "dossiers", _("dossiers")
    EMPLOYER_INTEREST = "employer_interest", _("employer interest")


# What only a column in a list can be: its cells hold several fields, into which they are split.
FULL_NAME, FAMILY_NAME_FIRST = FULL_NAMES = ("full_name", "full_name_family_first")
CONTACT_DETAILS, ADDRESS, RESIDENCE = "contact_details", "address", "residence"  # of an employer and of a person
NAME_FIELDS = ("given_name", "name_prefix", "family_name")
SPLIT_FIELDS: dict[str, tuple[str, ...]] = dict.fromkeys(FULL_NAMES, NAME_FIELDS) | {
    CONTACT_DETAILS: ("phone", "email"),
    ADDRESS: ("postcode", "city"),
    RESIDENCE: ("location",),
}
SPLITS_WITH_REST = (CONTACT_DETAILS, ADDRESS, RESIDENCE)  # what is left over of their cells becomes a remark


# How a column fills a field that other columns fill too, or of which a cell has several values. A decision about a
# column is a field, or a field and the way it is filled: `phone:fallback`. In a column that is split, `whole` takes a
# cell that can't be split for a remark.
JOIN, LABELLED, FALLBACK, FIRST, MOBILE, WHOLE = ("join", "labelled", "fallback", "first", "mobile", "whole")


def split_target(target: str) -> tuple[str, str]:
    """Return the field of a decision about a column, and the way the column fills it; "" if it is the only column."""
    field, _colon, mode = target.partition(":")
    return field, mode


def fields_of_column(field: str) -> tuple[str, ...]:
    """Return the fields of a record that a column fills, by what the column was mapped to."""
    return SPLIT_FIELDS.get(field, (field,))


class ImportProfile(DistinctNameMixin, MarksConstraintField):
    """The decisions about the lists of a sender, so that each question is asked once."""

    wagtail_reference_index_ignore = True  # no page refers to it, and indexing would queue a task at each save

    constraint_field = "organisation"

    name = CharField(_("name"), max_length=120, unique=True)
    record = models.CharField(_("list of"), max_length=20, choices=RecordKind.choices)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), null=True, blank=True, on_delete=models.CASCADE
    )
    columns = JSONField(
        _("columns"),
        default=dict,
        blank=True,
        help_text=_("Header as it stands in the list: field, or null to leave out."),
    )
    values = JSONField(
        _("values"), default=dict, blank=True, help_text=_("For a field: text as it stands in the list: our value.")
    )
    sheets_as_one = models.BooleanField(
        _("several sheets of the same shape"),
        null=True,
        blank=True,
        help_text=_("What to do if a workbook has this list on several sheets, such as one a month."),
    )
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        permissions = export_permissions("importprofile")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "organisation"],
                name="one_profile_a_sender",
                violation_error_message=_("This organisation has a profile for this kind of list already."),
            ),
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(organisation=None),
                name="one_profile_without_sender",
                violation_error_message=_(
                    "There is a profile without an organisation already. Choose an organisation."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
