"""The settings of the site: whether the pilot runs, and contact details, which are empty until they are filled in."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page, Site

from dossiers.models.contact_fields import LowerCaseEmailField, PhoneField
from dossiers.models.text_fields import CharField, TextField, URLField
from pilot_pages.read_api import schemas
from pilot_pages.search_vocabulary import find_phrases
from pilot_pages.well_known.security import validate_security_contact

# What editors start from; each line has words for one thing, which one search finds together.
FIRST_SYNONYMS = """zzp, zzp'er, zzper, zelfstandige, freelancer, freelance, self-employed
uitzendkracht, uitzendbureau, agency, temp
Oekraïne, Oekraïner, Oekraïense, Ukraine, Ukrainian
TWV, tewerkstellingsvergunning, werkvergunning, vergunning, permit
loon, salaris, verdiensten, minimumloon, brutoloon, nettoloon, uurloon, bruto, netto, wage, salary, pay
vrijwilliger, vrijwilligerswerk, volunteer, volunteering
BSN, burgerservicenummer, sofinummer
statushouder, verblijfsvergunning, verblijfsstatus, status
asielzoeker, vluchteling, refugee, asylum
AZC, asielzoekerscentrum, opvang, huisvesting, woning, woonruimte, wonen, reception, housing
bankrekening, rekeningnummer, IBAN, bankpas
identiteit, identiteitsbewijs, paspoort, identity, passport
contract, arbeidscontract, arbeidsovereenkomst
leeftijd, minderjarig, minderjarige, age, minor
bijdrage, Reba, contribution
privacy, AVG, GDPR
landbouw, tuinbouw, agriculture, horticulture"""


class Phase(models.TextChoices):
    NOT_BEGUN = "not_begun", _("has not begun")
    RUNNING = "running", _("runs")
    OVER = "over", _("is over")


@register_setting(icon="mail", name="contact-details")
class PilotSettings(BaseSiteSetting):
    """The phase of the pilot, which pages, sign-up, APIs and e-mails follow, and contact details for the contact page,
    the footer and e-mails. Empty contact details are not shown."""

    phase = models.CharField(
        _("the pilot"),
        max_length=9,
        choices=Phase.choices,
        default=Phase.RUNNING,
        help_text=_(
            "Once it is over, nobody can sign up, and no button or menu leads to the sign-up page. Before it begins, "
            "employers can sign up."
        ),
    )
    not_begun_notice = CharField(
        _("on top of every page before it begins"),
        max_length=200,
        default="De pilot is nog niet begonnen. Werkgevers kunnen zich al wel aanmelden.",
        help_text=_("Also at the end of the e-mails about a sign-up."),
    )
    not_begun_notice_en = CharField(
        _("the same in English"),
        max_length=200,
        default="The pilot has not begun yet. Employers can sign up already.",
        help_text=_("Also on pages in a language other than Dutch."),
    )
    over_notice = CharField(
        _("on top of every page once it is over"),
        max_length=200,
        default="De pilot is voorbij. Werkgevers kunnen zich niet meer aanmelden.",
        help_text=_("Also at the end of the e-mails about a sign-up."),
    )
    over_notice_en = CharField(
        _("the same in English"),
        max_length=200,
        default="The pilot is over. Employers can no longer sign up.",
        help_text=_("Also on pages in a language other than Dutch."),
    )
    closed_text = TextField(
        _("instead of the form once it is over"),
        default=(
            "Dat kan niet meer, want de pilot is voorbij. Hebt u zich eerder aangemeld? Dan werkt de link in uw e-mail "
            "nog. De regels en de check blijven op deze site staan."
        ),
        help_text=_("On the sign-up page, below its title."),
    )
    closed_text_en = TextField(
        _("the same in English"),
        default=(
            "You no longer can, because the pilot is over. Did you sign up earlier? Then the link in your e-mail still "
            "works. The rules and the check stay on this site."
        ),
    )

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
    PHASE_TEXTS: ClassVar[tuple[str, ...]] = ("not_begun_notice", "over_notice", "closed_text")
    panels: ClassVar[list[MultiFieldPanel]] = [
        MultiFieldPanel(
            [
                FieldPanel("phase"),
                *(FieldPanel(f"{name}{suffix}") for name in PHASE_TEXTS for suffix in ("", "_en")),
            ],
            heading=_("Whether the pilot runs"),
        ),
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
        verbose_name = _("pilot phase and contact details")

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

    def phase_as_data(self) -> schemas.PilotPhase:
        """Return the phase with its texts in the active language, for the API."""
        texts = {"notice": self.notice, "sign_up_refusal": self.sign_up_refusal}
        return {"phase": self.phase, **texts}  # type: ignore[typeddict-item]

    @property
    def has_contact(self) -> bool:
        return any(getattr(self, name) for name in self.REQUIRED_FIELDS[:4])

    @property
    def is_over(self) -> bool:
        return self.phase == Phase.OVER

    @property
    def notice(self) -> str:
        """The sentence on top of every page, in the active language; empty while the pilot runs."""
        return "" if self.phase == Phase.RUNNING else self._localize(f"{self.phase}_notice")

    @property
    def sign_up_refusal(self) -> str:
        """The text instead of the sign-up form, in the active language; empty if employers can sign up."""
        return self._localize("closed_text") if self.is_over else ""

    def _localize(self, name: str) -> str:
        is_dutch = get_language() in (settings.LANGUAGE_CODE, None)
        return str(getattr(self, name if is_dutch else f"{name}_en"))


def get_pilot_settings(request: HttpRequest | None) -> PilotSettings:
    """Return the settings of the site of the request, or of the default site without one, as in a preview."""
    return PilotSettings.for_request(request) if request else PilotSettings.for_default_site()


def is_open(page: Page | None, request: HttpRequest | None = None) -> bool:
    """Whether buttons, cards and menus may lead to a page: it is live and no sign-up page of a pilot that is over.

    With a request the settings are read once for all pages.
    """
    if page is None or not page.live:
        return False
    if page.cached_content_type.model != "signuppage":
        return True
    settings = PilotSettings.for_request(request) if request else PilotSettings.for_site(page.get_site())
    return not settings.is_over
