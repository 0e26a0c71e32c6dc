"""The pages behind a sign-up. Their words are Dutch: employers see them in mails."""

from django.urls import path

from pilot_pages.sign_up.views import ErasedView, SentView, StatusView, WithdrawView

app_name = "pilot_pages"
urlpatterns = [
    path("aanmelding/verstuurd/", SentView.as_view(), name="sent"),
    path("aanmelding/ingetrokken/", ErasedView.as_view(), name="erased"),
    path("aanmelding/<str:token>/", StatusView.as_view(), name="status"),
    path("aanmelding/<str:token>/intrekken/", WithdrawView.as_view(), name="withdraw"),
]
