"""Settings of the daily digest on Wagtail's account page."""

from typing import Any

from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from dossiers.models import DailyDigest


class DailyDigestForm(ModelForm):
    class Meta:
        model = DailyDigest
        fields = ["wanted"]


class DailyDigestPanel(BaseSettingsPanel):
    """The panel of the daily digest, shown only to users who may have actions."""

    name = "daily_digest"
    title = _("E-mail of the morning")
    help_text = _("On working days, when there is something to do. It holds no names.")
    tab = notifications_tab
    order = 50
    form_class = DailyDigestForm

    def is_active(self) -> bool:
        return bool(self.user.has_perm("dossiers.view_followup"))

    def get_form(self) -> DailyDigestForm:
        if self.request.method == "POST":
            return DailyDigestForm(self.request.POST, instance=DailyDigest.of(self.user), prefix=self.name)
        stored = DailyDigest.objects.filter(user=self.user.pk).first()  # a GET request creates no row
        return DailyDigestForm(instance=stored or DailyDigest(user=self.user), prefix=self.name)


def daily_digest_panel(request: Any, user: Any, profile: Any) -> DailyDigestPanel:
    """Return the panel, for Wagtail's hook `register_account_settings_panel`."""
    return DailyDigestPanel(request, user, profile)
