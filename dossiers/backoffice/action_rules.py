"""Rules that generate actions, and texts of e-mails to staff: a fixed set of rows that coordinators can edit."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.permission_policies import ModelPermissionPolicy

from dossiers.backoffice.lists import ListView, ListViewSet
from dossiers.models import ActionRule, EmailText
from dossiers.models.activity.action_rule import RECEIVERS
from dossiers.models.activity.email_text import EMAIL_KINDS, TEXTS_ELSEWHERE


class FixedRows(ModelPermissionPolicy):
    """Refuse to add or delete rows, even for an administrator, because the code refers to each row."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in ("add", "delete") and super().user_has_permission(user, action)


class ActionRuleForm(WagtailAdminModelForm):
    """A form that offers only the receivers that are possible for its rule."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = [
            (receiver.value, receiver.label) for receiver in RECEIVERS.get(self.instance.code, ())
        ]


class ActionRuleViewSet(ListViewSet):
    model = ActionRule
    icon = "tasks"
    base_url_path = "action-rules"
    list_display = [
        "text",
        Column("code", label=_("Rule"), accessor="get_code_display"),
        Column("when", label=_("When")),
        Column("receiver", label=_("For"), accessor="get_receiver_display"),
        BooleanColumn("active", label=_("Active")),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("code", read_only=True),
            FieldPanel("active"),
            FieldPanel("text"),
            FieldRowPanel([FieldPanel("days"), FieldPanel("receiver")]),
        ],
        base_form_class=ActionRuleForm,
    )


class EmailTextForm(WagtailAdminModelForm):
    """A form that names the placeholders of its e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not EMAIL_KINDS[self.instance.kind].has_link:
            self.fields["closing"].label = _("Closing of the e-mail")
        if placeholders := self.instance.placeholders:
            words = _("You can write this in each text; it is filled in when the e-mail is sent: %(placeholders)s.")
            self.fields["subject"].help_text = words % {"placeholders": placeholders}


class EmailTextListView(ListView):
    """The list of all texts; those that are edited elsewhere are named below it."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        elsewhere = [text for find_texts in TEXTS_ELSEWHERE for text in find_texts(self.request.user)]
        return super().get_context_data(*args, **kwargs) | {"elsewhere": elsewhere}


class EmailTextViewSet(ListViewSet):
    model = EmailText
    index_view_class = EmailTextListView
    index_template_name = "dossiers/lists/email_texts.html"
    icon = "mail"
    base_url_path = "email-texts"
    list_display = ["subject", Column("kind", label=_("E-mail"), accessor="get_kind_display")]
    export_fields = ("intro", "closing")
    edit_handler = ObjectList(
        [FieldPanel("kind", read_only=True), FieldPanel("subject"), FieldPanel("intro"), FieldPanel("closing")],
        base_form_class=EmailTextForm,
    )


FIXED = (ActionRule, EmailText)
