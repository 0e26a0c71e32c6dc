"""The pages of API keys: users create and revoke their own keys, administrators can revoke all keys."""

from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.generic import FormView, TemplateView
from wagtail.log_actions import log
from wagtail.models import APIToken

from access_log.models import KeyUse
from admin_pages.pages import AdminPageMixin, Link
from dossiers.models.validators import refuse_private_numbers

MAX_KEYS = 20  # active keys of a user


class KeyForm(forms.Form):
    """Asks for a new key; `latest` is the user's latest key when the form was shown, so that it makes only one."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=100,
        validators=[refuse_private_numbers],
        help_text=_("The program that uses it, so that you know later what stops when you revoke it."),
    )
    latest = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)


def get_active_keys(user: Any) -> QuerySet[APIToken]:
    """Return the active keys that the user may see and revoke."""
    in_force = APIToken.objects.filter(revoked_at=None).select_related("user").order_by("-created", "-pk")
    return in_force if user.has_perm("auth.change_user") else in_force.filter(user=user.pk)


def create_key(owner: User, name: str, by: User | None = None) -> str:
    """Create a key and return its token, of which only a hash is stored."""
    key, text = APIToken.create_token(user=owner, name=name)
    log(key, "wagtail.apitoken.create", user=by)
    return str(text)


class KeysView(AdminPageMixin, FormView):
    template_name = "api/keys.html"
    form_class = KeyForm
    header_icon = "key"
    page_title = _("API keys")

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def get_latest_key(self) -> APIToken | None:
        """Return the user's latest key, also a revoked one."""
        return APIToken.objects.filter(user=self.user.pk).order_by("-pk").first()

    def get_initial(self) -> dict[str, Any]:
        latest = self.get_latest_key()
        return {"name": self.request.GET.get("name", ""), "latest": latest.pk if latest else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keys = list(get_active_keys(self.user))
        used = dict(KeyUse.objects.filter(pk__in=[key.pk for key in keys]).values_list("pk", "at"))
        rows = [{"key": key, "used": used.get(key.pk), "own": key.user_id == self.user.pk} for key in keys]
        return super().get_context_data(**kwargs) | {"rows": rows}

    @sensitive_variables()
    def form_valid(self, form: KeyForm) -> HttpResponse:
        """Create the key, after the password was asked again, because a key outlives the login that creates it."""
        if is_reauthentication_required(self.request, app="account"):
            [method, *_others] = get_adapter(self.request).get_reauthentication_methods(self.user)
            back = f"{self.request.path}?{urlencode({'name': form.cleaned_data['name']})}"
            return redirect(f"{method['url']}?{urlencode({'next': back})}")
        name = form.cleaned_data["name"]
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.user.pk)  # of two simultaneous requests only one makes a key
            latest = self.get_latest_key()
            if latest and form.cleaned_data["latest"] != str(latest.pk):
                return self.refuse_second_key(latest)
            if get_active_keys(self.user).filter(user=self.user.pk).count() >= MAX_KEYS:
                form.add_error("name", gettext("You have %(most)d keys. Revoke one first.") % {"most": MAX_KEYS})
                return self.form_invalid(form)
            text = create_key(self.user, name, by=self.user)
        form = KeyForm(initial=self.get_initial())
        return self.render_to_response(self.get_context_data(form=form, new_key=text, new_name=name))

    def refuse_second_key(self, latest: APIToken) -> HttpResponse:
        """Redirect to a new form with the reason, for example because the page with the key was reloaded."""
        text = gettext(
            "No key was made now, for this form was opened before you made the key “%(name)s”, which is shown only "
            "once. Did you not copy that one? Revoke it, and make another."
        )
        messages.warning(self.request, text % {"name": latest.name})
        return redirect("api_keys")


class RevokeKeyView(AdminPageMixin, TemplateView):
    """Asks whether to revoke a key, and revokes it."""

    template_name = "api/revoke_key.html"
    header_icon = "key"
    page_title = _("Revoke this API key?")

    @cached_property
    def key(self) -> APIToken:
        return get_object_or_404(get_active_keys(self.request.user), pk=self.kwargs["pk"])

    def get_parent_pages(self) -> list[Link]:
        return [(reverse("api_keys"), KeysView.page_title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        used_at = KeyUse.objects.filter(pk=self.key.pk).values_list("at", flat=True).first()
        own = self.key.user_id == self.request.user.pk
        return super().get_context_data(**kwargs) | {"key": self.key, "used_at": used_at, "own": own}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.key.revoke()
        log(self.key, "wagtail.apitoken.revoke", user=request.user)
        messages.success(request, gettext("“%(name)s” opens nothing any more.") % {"name": self.key.name})
        return redirect("api_keys")


def urls() -> list[URLPattern]:
    return [
        path("api-keys/", KeysView.as_view(), name="api_keys"),
        path("api-keys/<int:pk>/revoke/", RevokeKeyView.as_view(), name="api_key_revoke"),
    ]
