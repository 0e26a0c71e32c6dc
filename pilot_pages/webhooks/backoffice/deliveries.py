"""The list of messages, and the page of a message."""

import json
from typing import Any

import django_filters
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import BaseListingView, WagtailAdminTemplateMixin

from dates.filters import DateRangeFilter
from dates.format import format_datetime
from pilot_pages.webhooks.models import Event, Webhook, WebhookDelivery


class DeliveryFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        choices=WebhookDelivery.State.choices, label=_("State"), widget=CheckboxSelectMultiple
    )
    event = django_filters.MultipleChoiceFilter(choices=Event.choices, label=_("Event"), widget=CheckboxSelectMultiple)
    webhook = django_filters.ModelChoiceFilter(
        queryset=Webhook.objects.all(), label=_("Webhook"), empty_label=_("does not matter")
    )
    created_at = DateRangeFilter(label=_("Made"))

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []


def describe_state(delivery: WebhookDelivery) -> str:
    """Return the state of the message, with the problem if there is one."""
    return " · ".join(filter(None, [capfirst(delivery.get_state_display()), delivery.problem]))


class DeliveryListView(PermissionRequiredMixin, BaseListingView):
    permission_required = "pilot_pages.view_webhook"
    model = WebhookDelivery
    template_name = "pilot_pages/webhooks/deliveries.html"
    page_title = _("Messages to other systems")
    header_icon = "link-external"
    index_url_name = "webhooks:deliveries"
    index_results_url_name = "webhooks:deliveries_results"
    filterset_class = DeliveryFilterSet
    paginate_by = 50
    default_ordering = "-created_at"

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "event",
                label=_("Event"),
                accessor=lambda delivery: capfirst(delivery.get_event_display()),
                get_url=lambda delivery: reverse("webhooks:delivery", args=[delivery.pk]),
            ),
            Column("webhook", label=_("To")),
            Column("state", label=_("State"), accessor=describe_state),
            Column("attempts", label=_("Attempts")),
            Column(
                "created_at",
                label=_("Made"),
                accessor=lambda delivery: format_datetime(delivery.created_at),
                sort_key="created_at",
            ),
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        webhooks = {"url": reverse("webhooks:index"), "label": _("Webhooks")}
        return [webhooks, {"url": "", "label": self.page_title}]

    def get_base_queryset(self) -> QuerySet:
        return WebhookDelivery.objects.visible_to(self.request.user).select_related("webhook")


class DeliveryView(PermissionRequiredMixin, WagtailAdminTemplateMixin, DetailView):
    """The page of a message, with its content, its attempts and the answer."""

    permission_required = "pilot_pages.view_webhook"
    template_name = "pilot_pages/webhooks/delivery.html"
    context_object_name = "delivery"
    page_title = _("Message to another system")
    header_icon = "link-external"
    object: WebhookDelivery

    def get_queryset(self) -> QuerySet:
        return WebhookDelivery.objects.visible_to(self.request.user).select_related("webhook")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("webhooks:index"), "label": _("Webhooks")},
            {"url": reverse("webhooks:deliveries"), "label": _("Messages to other systems")},
            {"url": "", "label": capfirst(self.object.get_event_display())},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "payload": json.dumps(self.object.payload, indent=2, ensure_ascii=False),
            "may_change": self.request.user.has_perm("pilot_pages.change_webhook"),
        }
