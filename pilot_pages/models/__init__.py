"""The page types and the settings of the public site; one file a subject."""

from pilot_pages.models.guidance import GuidancePage, QuestionsPage
from pilot_pages.models.home import HomePage
from pilot_pages.models.page import Drawing, PilotPage
from pilot_pages.models.sign_up import SENT_COOKIE, SignUpPage, SignUpQuestion
from pilot_pages.models.site_settings import PilotSettings

__all__ = [
    "SENT_COOKIE",
    "Drawing",
    "GuidancePage",
    "HomePage",
    "PilotPage",
    "PilotSettings",
    "QuestionsPage",
    "SignUpPage",
    "SignUpQuestion",
]
