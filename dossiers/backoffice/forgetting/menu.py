"""URLs, buttons and menu items of retention and anonymising."""

from typing import Any

from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from dossiers.backoffice.forgetting.contact import (
    CONTACT_PERMISSIONS,
    ForgetContactView,
    ForgetDeletedContactView,
    ForgetFormerContactView,
)
from dossiers.backoffice.forgetting.deleted import FindDeletedView, ForgetDeletedView
from dossiers.backoffice.forgetting.dossier import PERMISSIONS, AnonymiseView, KeepLongerView
from dossiers.backoffice.forgetting.languages import LanguagesMenuItem, LanguagesView
from dossiers.backoffice.forgetting.letter import LetterView, revoke_letter
from dossiers.backoffice.forgetting.overview import ForgettingMenuItem, ForgettingView
from dossiers.backoffice.forgetting.person_file import PAGE, PersonFileView, PersonMentionsView
from dossiers.backoffice.forgetting.term import TermView, stop_term
from dossiers.forgetting.employers import NO_CONTACT
from dossiers.models import CLOSED_STATUSES, Dossier, Employer, EmployerInterest


def urls() -> list[URLPattern]:
    return [
        path("forgetting/", ForgettingView.as_view(), name="dossiers_forgetting"),
        path("forgetting/term/", TermView.as_view(), name="dossiers_term"),
        path("forgetting/term/stop/", stop_term, name="dossiers_term_stop"),
        path("forgetting/languages/", LanguagesView.as_view(), name="dossiers_candidate_languages"),
        path("forgetting/without-dossier/", FindDeletedView.as_view(), name="dossiers_find_deleted"),
        path("forgetting/deleted/<int:pk>/", ForgetDeletedView.as_view(), name="dossiers_forget_deleted"),
        path(
            "forgetting/deleted-employers/<int:pk>/",
            ForgetDeletedContactView.as_view(),
            name="dossiers_forget_deleted_employer",
        ),
        path(
            "forgetting/deleted-sign-ups/<int:pk>/",
            ForgetDeletedContactView.as_view(model=EmployerInterest),
            name="dossiers_forget_deleted_sign_up",
        ),
        path("dossiers/<int:pk>/anonymise/", AnonymiseView.as_view(), name="dossiers_anonymise"),
        path("employers/<int:pk>/forget-contact/", ForgetContactView.as_view(), name="dossiers_forget_contact"),
        path(
            "employers/<int:pk>/forget-former-contact/<slug:digest>/",
            ForgetFormerContactView.as_view(),
            name="dossiers_forget_former_contact",
        ),
        path("dossiers/<int:pk>/keep/", KeepLongerView.as_view(), name="dossiers_keep_longer"),
        path("dossiers/<int:pk>/kept/<slug:format>/", PersonFileView.as_view(), name="dossiers_person_file"),
        path("dossiers/<int:pk>/mentions/", PersonMentionsView.as_view(), name="dossiers_person_mentions"),
        path("dossiers/<int:pk>/letter/", LetterView.as_view(), name="dossiers_letter"),
        path("dossiers/<int:pk>/letter/revoke/", revoke_letter, name="dossiers_letter_revoke"),
    ]


def forgetting_menu_item() -> MenuItem:
    url = reverse_lazy("dossiers_forgetting")
    return ForgettingMenuItem(_("Keeping and forgetting"), url, name="forgetting", icon_name="history")


def languages_menu_item() -> MenuItem:
    label, url = _("Languages candidate's page"), reverse_lazy("dossiers_candidate_languages")
    return LanguagesMenuItem(label, url, name="candidate-languages", icon_name="globe")


def get_forgetting_buttons(user: Any, dossier: Dossier) -> list[Button]:
    """Return the menu buttons of a dossier's page; none if it is anonymised."""
    if dossier.anonymised_at:
        return []
    buttons = [_build_button("dossiers_person_file", dossier, PAGE, label=_("All that is kept…"), icon="print", at=40)]
    if dossier.status in CLOSED_STATUSES and user.has_perm("dossiers.change_dossier"):
        buttons.append(_build_button("dossiers_keep_longer", dossier, label=_("Keep longer…"), icon="history", at=50))
    if user.has_perms(PERMISSIONS):
        buttons.append(_build_button("dossiers_anonymise", dossier, label=_("Anonymise…"), icon="bin", at=60))
    return buttons


def get_contact_buttons(user: Any, employer: Employer) -> list[Button]:
    """Return the menu buttons of an employer's page; none if there is no contact to forget."""
    is_forgotten = Employer.objects.filter(NO_CONTACT, pk=employer.pk).exists()
    if is_forgotten or not user.has_perms(CONTACT_PERMISSIONS):
        return []
    return [_build_button("dossiers_forget_contact", employer, label=_("Forget the contact…"), icon="bin", at=60)]


def _build_button(name: str, record: Dossier | Employer, *rest: str, label: Any, icon: str, at: int) -> Button:
    return Button(label, url=reverse(name, args=[record.pk, *rest]), icon_name=icon, priority=at)
