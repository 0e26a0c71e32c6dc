"""What the site can't know by itself: whom to call. Empty until someone of the municipality fills it in."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from dossiers.models.contact_fields import LowerCaseEmailField, PhoneField


@register_setting(icon="mail")
class PilotSettings(BaseSiteSetting):
    """Shown on the contact page, in the footer and in mails. A page shows nothing for what is empty here."""

    contact_name = models.CharField(_("contact for employers"), max_length=100, blank=True)
    contact_phone = PhoneField(_("telephone"), blank=True)
    contact_email = LowerCaseEmailField(_("e-mail"), blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    privacy_officer = models.CharField(_("privacy officer"), max_length=100, blank=True)
    privacy_email = LowerCaseEmailField(_("e-mail about privacy"), blank=True)
    accessibility_email = LowerCaseEmailField(_("e-mail about accessibility"), blank=True)

    REQUIRED_FIELDS: ClassVar[tuple[str, ...]] = (
        "contact_name",
        "contact_phone",
        "contact_email",
        "postal_address",
        "privacy_officer",
        "privacy_email",
        "accessibility_email",
    )
    panels: ClassVar[list[MultiFieldPanel]] = [
        MultiFieldPanel(
            [FieldPanel(name) for name in REQUIRED_FIELDS[:4]],
            heading=_("Contact"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in REQUIRED_FIELDS[4:]],
            heading=_("Privacy and accessibility"),
        ),
    ]

    class Meta:
        verbose_name = _("contact details of the site")

    @classmethod
    def for_default_site(cls) -> "PilotSettings":
        return cls.for_site(Site.objects.get(is_default_site=True))

    def empty_fields(self) -> list[str]:
        """The names, as an editor sees them, of what is still to be filled in before going live."""
        empty = [name for name in self.REQUIRED_FIELDS if not getattr(self, name)]
        return [str(self._meta.get_field(name).verbose_name) for name in empty]

    @property
    def has_contact(self) -> bool:
        return any(getattr(self, name) for name in self.REQUIRED_FIELDS[:4])
