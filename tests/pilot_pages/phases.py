"""The phases of the pilot, with the texts that a new site has."""

from pilot_pages.models import PilotSettings
from pilot_pages.site_settings import Phase

NOTICES = {
    (Phase.NOT_BEGUN, "nl"): "De pilot is nog niet begonnen. Werkgevers kunnen zich al wel aanmelden.",
    (Phase.NOT_BEGUN, "en"): "The pilot has not begun yet. Employers can sign up already.",
    (Phase.OVER, "nl"): "De pilot is voorbij. Werkgevers kunnen zich niet meer aanmelden.",
    (Phase.OVER, "en"): "The pilot is over. Employers can no longer sign up.",
}
REFUSALS = {"nl": "Dat kan niet meer, want de pilot is voorbij.", "en": "You no longer can, because the pilot is over."}


def set_phase(phase: Phase) -> PilotSettings:
    pilot_settings = PilotSettings.for_default_site()
    pilot_settings.phase = phase
    pilot_settings.save()
    return pilot_settings
