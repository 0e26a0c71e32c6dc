"""Actions on a webhook: show its secret once, make a new secret, send a test, send a message again."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from pilot_pages.webhooks.deliveries import queue, send_again
from pilot_pages.webhooks.models import Event, Webhook, WebhookDelivery, make_encrypted_key

SHOW_SECRET_OF = "show_webhook_secret_of"  # noqa: S105  (a key of the session)


class RequiresChangePermission(PermissionRequiredMixin):
    """Checks the permission before any record is loaded."""

    permission_required = "pilot_pages.change_webhook"


@method_decorator(never_cache, name="dispatch")
class SecretView(RequiresChangePermission, WagtailAdminTemplateMixin, TemplateView):
    """Shows the secret once, right after it was made; later it explains how to make a new one."""

    template_name = "pilot_pages/webhooks/secret.html"
    page_title = gettext_lazy("Secret of the webhook")
    header_icon = "key"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("webhooks:index"), "label": gettext_lazy("Webhooks")},
            {"url": reverse("webhooks:inspect", args=[self.kwargs["pk"]]), "label": gettext_lazy("Webhook")},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        webhook = get_object_or_404(Webhook, pk=self.kwargs["pk"])
        shown = self.request.session.get(SHOW_SECRET_OF) == webhook.pk
        if shown:
            del self.request.session[SHOW_SECRET_OF]
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"webhook": webhook, "secret": webhook.secret if shown else None}


class NewSecretView(RequiresChangePermission, View):
    """Replaces the secret with which messages are signed."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        webhook = get_object_or_404(Webhook, pk=pk)
        webhook.encrypted_key = make_encrypted_key()
        webhook.save(update_fields=["encrypted_key"])
        log(instance=webhook, action="wagtail.edit", user=request.user, content_changed=True)
        request.session[SHOW_SECRET_OF] = webhook.pk
        return redirect("webhooks:secret", pk)


class TestView(RequiresChangePermission, View):
    """Sends a test message."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        webhook = get_object_or_404(Webhook, pk=pk)
        delivery = queue(webhook, Event.TEST, {"webhook": webhook.name})
        messages.success(request, _("The test is on its way. This page shows what became of it."))
        return redirect("webhooks:delivery", delivery.pk)


class SendAgainView(RequiresChangePermission, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        delivery = get_object_or_404(WebhookDelivery.objects.visible_to(request.user), pk=pk)
        send_again(delivery)
        messages.success(request, _("The message is on its way again, under the same number."))
        return redirect("webhooks:delivery", pk)
