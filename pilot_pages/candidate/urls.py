"""The URLs of the candidate's page. They have no language prefix, since the language is chosen on the page."""

from django.urls import path

from pilot_pages.candidate.views import (
    AnswerView,
    CorrectionView,
    DateOfBirthView,
    LeaveView,
    OwnPageView,
    WithdrawView,
)

app_name = "candidate"
urlpatterns = [
    path("<slug:key>/", DateOfBirthView.as_view(), name="date_of_birth"),
    path("<slug:key>/pagina/", OwnPageView.as_view(), name="page"),
    path("<slug:key>/verbetering/", CorrectionView.as_view(), name="correction"),
    path("<slug:key>/voorstel/<int:placement>/", AnswerView.as_view(), name="answer"),
    path("<slug:key>/stoppen/", WithdrawView.as_view(), name="withdraw"),
    path("<slug:key>/sluiten/", LeaveView.as_view(), name="leave"),
]
