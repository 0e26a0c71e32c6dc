"""The URLs of the search and the sign-up, in the reader's language since employers see them in e-mails."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from pilot_pages.search.views import SearchView
from pilot_pages.sign_up.views import (
    AddWorkView,
    CorrectView,
    ErasedView,
    ExperienceView,
    SentView,
    StatusView,
    WithdrawView,
)

app_name = "pilot_pages"
urlpatterns = [
    path(_("search/"), SearchView.as_view(), name="search"),
    path(_("sign-up/sent/"), SentView.as_view(), name="sent"),
    path(_("sign-up/withdrawn/"), ErasedView.as_view(), name="erased"),
    path(_("sign-up/<str:token>/"), StatusView.as_view(), name="status"),
    path(_("sign-up/<str:token>/details/"), CorrectView.as_view(), name="correct"),
    path(_("sign-up/<str:token>/other-work/"), AddWorkView.as_view(), name="add_work"),
    path(_("sign-up/<str:token>/experience/"), ExperienceView.as_view(), name="experience"),
    path(_("sign-up/<str:token>/withdraw/"), WithdrawView.as_view(), name="withdraw"),
]
