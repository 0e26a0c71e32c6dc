"""The contact details of the site. They are empty until the municipality fills them in."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from dossiers.models.contact_fields import LowerCaseEmailField, PhoneField
from dossiers.models.text_fields import CharField, TextField, URLField
from pilot_pages.search_vocabulary import find_phrases
from pilot_pages.well_known.security import validate_security_contact

# What editors start from; each line has words for one thing, which one search finds together.
FIRST_SYNONYMS = """zzp, zzp'er, zzper, zelfstandige, freelancer, freelance, self-employed
uitzendkracht, uitzendbureau, agency, temp
Oekraïne, Oekraïner, Oekraïense, Ukraine, Ukrainian
TWV, tewerkstellingsvergunning, werkvergunning, vergunning, permit
loon, salaris, verdiensten, minimumloon, wage, salary, pay
vrijwilliger, vrijwilligerswerk, volunteer, volunteering
BSN, burgerservicenummer, sofinummer
statushouder, verblijfsvergunning, verblijfsstatus, status
asielzoeker, vluchteling, refugee, asylum
AZC, asielzoekerscentrum, opvang, reception
bankrekening, rekeningnummer, IBAN, bankpas
identiteit, identiteitsbewijs, paspoort, identity, passport
contract, arbeidscontract, arbeidsovereenkomst
leeftijd, minderjarig, minderjarige, age, minor
bijdrage, Reba, contribution
privacy, AVG, GDPR
landbouw, tuinbouw, agriculture, horticulture"""


@register_setting(icon="mail", name="contact-details")
class PilotSettings(BaseSiteSetting):
    """Contact details for the contact page, the footer and e-mails. Empty fields are not shown."""

    contact_name = CharField(
        _("contact for employers"), max_length=100, blank=True, help_text=_("A team or a person, as employers read it.")
    )
    contact_phone = PhoneField(_("telephone"), blank=True, help_text=_("Such as 0527 12 34 56."))
    contact_email = LowerCaseEmailField(_("e-mail"), blank=True)
    postal_address = TextField(_("postal address"), blank=True, help_text=_("Each part on a line of its own."))
    contact_hours = CharField(
        _("when to call"), max_length=100, blank=True, help_text=_("Not required. Empty: the site says nothing of it.")
    )
    privacy_officer = CharField(
        _("privacy officer"), max_length=100, blank=True, help_text=_("Stands on the page about privacy.")
    )
    privacy_email = LowerCaseEmailField(_("e-mail about privacy"), blank=True)
    accessibility_email = LowerCaseEmailField(
        _("e-mail about accessibility"), blank=True, help_text=_("Where somebody can tell what does not work for them.")
    )
    accessibility_statement = URLField(
        _("accessibility statement"),
        blank=True,
        help_text=_("Not required. The address of the statement in the register, once there is one."),
    )
    security_contact = CharField(
        _("contact about security"),
        max_length=200,
        blank=True,
        validators=[validate_security_contact],
        help_text=_("For who finds a hole in the site: an e-mail address, or a page that begins with https://."),
    )

    search_synonyms = TextField(
        _("words that mean the same"),
        blank=True,
        default=FIRST_SYNONYMS,
        help_text=_(
            "For the search of the site: who types one of the words of a line, finds the others too. Single words, "
            "with commas between them."
        ),
    )

    REQUIRED_FIELDS: ClassVar[tuple[str, ...]] = (
        "contact_name",
        "contact_phone",
        "contact_email",
        "postal_address",
        "privacy_officer",
        "privacy_email",
        "accessibility_email",
        "security_contact",
    )
    panels: ClassVar[list[MultiFieldPanel]] = [
        MultiFieldPanel(
            [FieldPanel(name) for name in (*REQUIRED_FIELDS[:4], "contact_hours")],
            heading=_("Contact"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in (*REQUIRED_FIELDS[4:], "accessibility_statement")],
            heading=_("Privacy, accessibility and security"),
        ),
        MultiFieldPanel([FieldPanel("search_synonyms")], heading=_("Search")),
    ]

    class Meta:
        verbose_name = _("contact details of the site")

    def clean(self) -> None:
        super().clean()
        if phrases := find_phrases(self.search_synonyms):
            text = gettext(
                "The search finds single words only, and there are several words between two commas: %(phrases)s. "
                "Leave these out, or put commas between the words if they all mean the same."
            )
            listed = ", ".join(f"“{phrase}”" for phrase in phrases)
            raise ValidationError({"search_synonyms": text % {"phrases": listed}})

    @classmethod
    def for_default_site(cls) -> "PilotSettings":
        return cls.for_site(Site.objects.get(is_default_site=True))

    def empty_fields(self) -> dict[str, str]:
        """Return the label of each required field that is still empty, by field name."""
        empty = [name for name in self.REQUIRED_FIELDS if not getattr(self, name)]
        return {name: str(self._meta.get_field(name).verbose_name) for name in empty}

    def as_data(self) -> dict[str, str]:
        """Return the required fields as text by name, for the API."""
        return {name: str(getattr(self, name)) for name in self.REQUIRED_FIELDS}

    @property
    def has_contact(self) -> bool:
        return any(getattr(self, name) for name in self.REQUIRED_FIELDS[:4])
