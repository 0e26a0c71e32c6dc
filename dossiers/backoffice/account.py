"""What a user sets about the e-mail of the morning, on the account page that everybody has."""

from typing import Any

from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from dossiers.models import DailyMail


class DailyMailForm(ModelForm):
    class Meta:
        model = DailyMail
        fields = ["wanted"]


class DailyMailPanel(BaseSettingsPanel):
    """Only for who has actions at all."""

    name = "daily_mail"
    title = _("E-mail of the morning")
    help_text = _("On working days, when there is something to do. It holds no names.")
    tab = notifications_tab
    order = 50
    form_class = DailyMailForm

    def is_active(self) -> bool:
        return bool(self.user.has_perm("dossiers.view_followup"))

    def get_form(self) -> DailyMailForm:
        if self.request.method == "POST":
            return DailyMailForm(self.request.POST, instance=DailyMail.of(self.user), prefix=self.name)
        stored = DailyMail.objects.filter(user=self.user.pk).first()  # who only looks writes nothing
        return DailyMailForm(instance=stored or DailyMail(user=self.user), prefix=self.name)


def daily_mail_panel(request: Any, user: Any, profile: Any) -> DailyMailPanel:
    """For Wagtail's hook `register_account_settings_panel`."""
    return DailyMailPanel(request, user, profile)
