"""The statements about accessibility and privacy, with the fields of the Dutch models.

A field that is not filled in shows as such: nothing is made up, and readers see what is not known yet.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import blocks

from dates.format import format_date
from dossiers.models.dossiers.retention import Retention
from pilot_pages.blocks import groups
from pilot_pages.blocks.text import heading_block
from pilot_pages.read_api import schemas
from pilot_pages.site_settings import PilotSettings, get_pilot_settings

DATA_PROTECTION_AUTHORITY = "https://autoriteitpersoonsgegevens.nl"


class AccessibilityStatus(models.TextChoices):
    """The statuses of https://www.digitoegankelijk.nl/toegankelijkheidsverklaring/status."""

    A = "A", _("A: complies fully")
    B = "B", _("B: complies in part")
    C = "C", _("C: first measures taken")
    D = "D", _("D: does not comply")
    E = "E", _("E: no statement")


def answer_block(label: Any, help_text: Any = "") -> blocks.TextBlock:
    """Return a field of a statement. It is never required: empty, it shows as not filled in."""
    return blocks.TextBlock(label=label, required=False, default="", rows=2, max_length=1000, help_text=help_text)


class StatementBlock(blocks.StructBlock):
    """A statement in rows, from the fields of the block and from the settings of the site."""

    heading = heading_block()

    api_additions = schemas.StatementAddition

    def list_rows(self, value: Any, settings: PilotSettings) -> Iterator[schemas.StatementRow]:
        """Yield the rows; the text of a row that is not filled in is empty."""
        raise NotImplementedError

    def make_row(self, value: Any, name: str) -> schemas.StatementRow:
        """Return the row of a field with text."""
        return make_row(name, self.child_blocks[name].label, value.get(name) or "")

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the block with its rows as they are shown."""
        content: dict[str, Any] = super().get_api_representation(value, context)
        settings = get_pilot_settings((context or {}).get("request"))
        return content | {"rows": list(self.list_rows(value, settings))}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["rows"] = list(self.list_rows(value, get_pilot_settings(context.get("request"))))
        return context

    class Meta:
        group = groups.STATEMENTS
        template = "pilot_pages/blocks/statement.html"


class AccessibilityStatementBlock(StatementBlock):
    status = blocks.ChoiceBlock(
        label=_("Status"),
        choices=AccessibilityStatus.choices,
        required=False,
        search_index=False,
        help_text=_("As the register gave it. What each means is told on digitoegankelijk.nl."),
    )
    changed_on = blocks.DateBlock(label=_("Statement last changed on"), required=False)
    researched_on = blocks.DateBlock(label=_("Site examined on"), required=False)
    report = blocks.URLBlock(label=_("Report of the examination"), required=False)
    escalation = answer_block(
        _("If that does not help"),
        _("Who deals with a complaint about how a report was handled. The model names the Nationale ombudsman."),
    )

    def list_rows(self, value: Any, settings: PilotSettings) -> Iterator[schemas.StatementRow]:
        status = AccessibilityStatus(value["status"]).label if value.get("status") else ""
        yield make_row("status", self.child_blocks["status"].label, status)
        for name in ("changed_on", "researched_on"):
            yield make_row(name, self.child_blocks[name].label, format_date(value.get(name)))
        report, register = value.get("report") or "", settings.accessibility_statement
        yield make_row("report", self.child_blocks["report"].label, report and _("Read the report"), report)
        statement = register and _("Read the accessibility statement")
        yield make_row("register", _("Statement in the register"), statement, register)
        email = settings.accessibility_email
        yield make_row("feedback", _("Where to tell what does not work"), email, email and f"mailto:{email}")
        yield self.make_row(value, "escalation")

    class Meta:
        icon = "view"
        label = _("Accessibility statement")
        description = _("The fields of the Dutch model. Readers see which are not filled in yet.")
        preview_value = {"heading": "Toegankelijkheidsverklaring"}


class PrivacyStatementBlock(StatementBlock):
    controller = answer_block(_("Who is responsible"), _("The organization, with its address."))
    purpose = answer_block(_("What the data is for"))
    legal_basis = answer_block(_("Legal basis"), _("Which task or duty in which law, or another basis of the GDPR."))
    categories = answer_block(_("Which data"))
    recipients = answer_block(_("Who gets the data"))
    rights = answer_block(_("Your rights"), _("What somebody can ask about their data, and how."))

    def list_rows(self, value: Any, settings: PilotSettings) -> Iterator[schemas.StatementRow]:
        for name in ("controller", "purpose", "legal_basis", "categories", "recipients"):
            yield self.make_row(value, name)
        yield from list_retention_rows()
        yield self.make_row(value, "rights")
        officer, email = settings.privacy_officer, settings.privacy_email
        contact = ", ".join(filter(None, (officer, email)))
        yield make_row("privacy_officer", _("Privacy officer"), contact, email and f"mailto:{email}")
        yield make_row("complaint", _("Where to complain"), "Autoriteit Persoonsgegevens", DATA_PROTECTION_AUTHORITY)

    class Meta:
        icon = "key"
        label = _("Privacy statement")
        description = _("What the law asks to tell about data. Readers see what is not filled in yet.")
        preview_value = {"heading": "Privacyverklaring"}


def list_retention_rows() -> Iterator[schemas.StatementRow]:
    """Yield the rows with the retention terms in force, which are those that the municipality set."""
    retention = Retention.objects.first() or Retention()
    months, employer_months = retention.get_terms_in_force(timezone.now())
    text = months and ngettext(
        "%(count)s month after the file is closed it is anonymized, unless there is a reason to keep it longer.",
        "%(count)s months after the file is closed it is anonymized, unless there is a reason to keep it longer.",
        months,
    )
    yield make_row("retention", _("How long: candidates"), text and text % {"count": months})
    text = employer_months and ngettext(
        "%(count)s month after the last sign-up is closed, name, e-mail and telephone are erased.",
        "%(count)s months after the last sign-up is closed, name, e-mail and telephone are erased.",
        employer_months,
    )
    label = _("How long: contacts of employers")
    yield make_row("employer_retention", label, text and text % {"count": employer_months})


def make_row(name: str, label: Any, text: Any, url: str = "") -> schemas.StatementRow:
    return {"name": name, "label": str(label), "text": str(text or ""), "url": url}
