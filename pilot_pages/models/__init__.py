"""The page types, settings and other models of the public site."""

from pilot_pages.link_checks.models import LinkCheck
from pilot_pages.models.approval import TranslationApproval
from pilot_pages.models.check import CheckPage
from pilot_pages.models.guidance import GuidancePage, QuestionsPage
from pilot_pages.models.home import HomePage, SiteWords, get_site_words
from pilot_pages.models.page import Drawing, PilotPage
from pilot_pages.models.page_check import PageCheck
from pilot_pages.models.progress import ProgressPage
from pilot_pages.models.sign_up import SENT_COOKIE, SignUpPage, SignUpQuestion
from pilot_pages.models.translated import NotApprovedError
from pilot_pages.models.unfound_word import UnfoundWord
from pilot_pages.site_settings import PilotSettings
from pilot_pages.webhooks.models import Webhook, WebhookDelivery

__all__ = [
    "SENT_COOKIE",
    "CheckPage",
    "Drawing",
    "GuidancePage",
    "HomePage",
    "LinkCheck",
    "NotApprovedError",
    "PageCheck",
    "PilotPage",
    "PilotSettings",
    "ProgressPage",
    "QuestionsPage",
    "SignUpPage",
    "SignUpQuestion",
    "SiteWords",
    "TranslationApproval",
    "UnfoundWord",
    "Webhook",
    "WebhookDelivery",
    "get_site_words",
]
