"""The list of webhooks, and the form and the page of a webhook."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from admin_pages.pages import TitledFormMixin
from dossiers.concurrency import SavesInTurn
from pilot_pages.webhooks.addresses import is_demo
from pilot_pages.webhooks.backoffice import actions, deliveries
from pilot_pages.webhooks.backoffice.actions import SHOW_SECRET_OF
from pilot_pages.webhooks.models import CHOOSABLE_EVENTS, Webhook, WebhookDelivery

MAX_DELIVERIES_SHOWN = 10


class WebhookForm(WagtailAdminModelForm):
    """The form of a webhook; in a demo it says what is accepted in a demo only."""

    events = forms.MultipleChoiceField(
        label=_("Tell it when"),
        choices=CHOOSABLE_EVENTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_demo():
            self.fields["address"].help_text = _(
                "It must begin with https://. This is a demo: an address of this machine is accepted too, also with "
                "http://, as in http://localhost:9000/hook."
            )


class WebhookListView(generic.IndexView):
    default_ordering = "name"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse Wagtail's export, which checks no permission."""
        if "export" in request.GET:
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_base_queryset(self) -> QuerySet:
        last = WebhookDelivery.objects.visible_to(self.request.user).filter(webhook=OuterRef("pk"))
        queryset: QuerySet = super().get_base_queryset()
        return queryset.annotate(last_state=Subquery(last.values("state")[:1]))

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        log = Button(_("Messages to other systems"), reverse("webhooks:deliveries"), icon_name="list-ul", priority=5)
        return [*super().header_more_buttons, log]


class AddWebhookView(SavesInTurn, TitledFormMixin, generic.CreateView):
    def get_page_title(self) -> str:
        return str(WebhookListView(model=self.model).add_item_label)

    def get_success_url(self) -> str:
        """Return the URL of the page that shows the secret once."""
        self.request.session[SHOW_SECRET_OF] = self.object.pk
        return reverse("webhooks:secret", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class WebhookView(generic.InspectView):
    """The page of a webhook, with its latest messages and its actions."""

    template_name = "pilot_pages/webhooks/webhook.html"
    page_title = _("Webhook")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = WebhookDelivery.objects.visible_to(self.request.user).filter(webhook=self.object)
        return super().get_context_data(**kwargs) | {
            "webhook": self.object,
            "deliveries": visible[:MAX_DELIVERIES_SHOWN],
            "may_change": self.user_has_permission("change"),
        }


class EditWebhookView(SavesInTurn, generic.EditView):
    def get_success_url(self) -> str:
        return reverse("webhooks:inspect", args=[self.object.pk])


def describe_last_state(webhook: Any) -> str:
    return str(capfirst(dict(WebhookDelivery.State.choices).get(webhook.last_state, _("nothing was sent yet"))))


class WebhookViewSet(ModelViewSet):
    model = Webhook
    name = "webhooks"
    url_namespace = "webhooks"
    url_prefix = "webhooks"
    icon = "link-external"
    menu_label = _("Webhooks")
    add_to_settings_menu = True
    menu_order = 900
    copy_view_enabled = False
    inspect_view_enabled = True
    add_to_reference_index = False
    index_view_class = WebhookListView
    add_view_class = AddWebhookView
    edit_view_class = EditWebhookView
    inspect_view_class = WebhookView
    inspect_template_name = WebhookView.template_name
    list_display = [
        TitleColumn("name", label=_("Name"), get_url=lambda webhook: reverse("webhooks:inspect", args=[webhook.pk])),
        Column("last_state", label=_("Last message"), accessor=describe_last_state),
        BooleanColumn("active", label=_("Active")),
        Column("list_event_labels", label=_("Tell it when")),
        Column("address", label=_("Address")),
    ]
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("address"), FieldPanel("events"), FieldPanel("active")],
        base_form_class=WebhookForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        urlpatterns: list[URLPattern] = super().get_urlpatterns()
        return [
            *urlpatterns,
            path("<int:pk>/secret/", actions.SecretView.as_view(), name="secret"),
            path("<int:pk>/secret/new/", actions.NewSecretView.as_view(), name="new_secret"),
            path("<int:pk>/test/", actions.TestView.as_view(), name="test"),
            path("messages/", deliveries.DeliveryListView.as_view(), name="deliveries"),
            path(
                "messages/results/", deliveries.DeliveryListView.as_view(results_only=True), name="deliveries_results"
            ),
            path("messages/<int:pk>/", deliveries.DeliveryView.as_view(), name="delivery"),
            path("messages/<int:pk>/again/", actions.SendAgainView.as_view(), name="again"),
        ]
