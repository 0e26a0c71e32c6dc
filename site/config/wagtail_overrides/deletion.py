"""Refuses the deletions by Wagtail's own views that would take the public site offline or roles from people.

Wagtail deletes a site with its settings, a page with the site that begins at it, and a group with the roles of its
users, without a word about these.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.contrib.settings.registry import registry
from wagtail.models import GroupApprovalTask, Page, Site
from wagtail.sites import forms as site_forms
from wagtail.sites.views import DeleteView as SiteDeleteView
from wagtail.sites.views import SiteViewSet
from wagtail.users.views.groups import DeleteView as GroupDeleteView
from wagtail.users.views.groups import GroupViewSet

from dossiers.models.rights import RIGHTS


def refuse_harmful_deletions() -> None:
    """Replace Wagtail's views; called once, when the site starts."""
    SiteViewSet.delete_view_class = DeleteSite
    SiteViewSet.get_form_class = lambda _viewset, for_update=False: SiteForm
    GroupViewSet.delete_view_class = DeleteGroup


class RefusesDeletion:
    """A deletion view that returns to the edit form with the reason, if there is one not to delete the object."""

    def run_before_hook(self: Any) -> HttpResponseRedirect | None:
        reason = self.get_refusal(self.object)
        if not reason:
            return None
        messages.error(self.request, reason)
        return redirect(self.edit_url_name, self.object.pk)


class DeleteSite(RefusesDeletion, SiteDeleteView):
    """Refuse to delete the only or the default site, and say what the deletion of another one destroys."""

    @staticmethod
    def get_refusal(site: Site) -> str:
        if Site.objects.count() == 1:
            text = _(
                "“%(site)s” can't be deleted, for it is the only site: all pages would go offline. Do you want another "
                "address, or another page to begin with? Then change that here."
            )
        elif site.is_default_site:
            text = _(
                "“%(site)s” can't be deleted, for it is the default site: its pages would go offline, and e-mails take "
                "the contact details from it. Make another site the default first."
            )
        else:
            return ""
        return text % {"site": site.site_name or site.hostname}

    @property
    def confirmation_message(self) -> str:
        sentences = [str(SiteDeleteView.confirmation_message)]
        if count := count_pages_of_only_this_site(self.object):
            sentences.append(
                ngettext("%(count)d page goes offline.", "%(count)d pages go offline.", count) % {"count": count}
            )
        if settings := list_filled_in_settings(self.object):
            text = _("What was filled in for this site is lost: %(settings)s.")
            sentences.append(text % {"settings": get_text_list(settings, _("and"))})
        return " ".join(sentences)


def count_pages_of_only_this_site(site: Site) -> int:
    """Count the published pages of a site that no other site shows."""
    pages = Page.objects.descendant_of(site.root_page, inclusive=True).live()
    for other in Site.objects.exclude(pk=site.pk).select_related("root_page"):
        pages = pages.not_descendant_of(other.root_page, inclusive=True)
    return int(pages.count())


def list_filled_in_settings(site: Site) -> list[str]:
    """Return the names of the settings that are deleted with a site."""
    models = [model for model in registry if issubclass(model, BaseSiteSetting)]
    return [str(model._meta.verbose_name) for model in models if model._base_manager.filter(site=site).exists()]


class SiteForm(site_forms.SiteForm):
    """A site's form that keeps the only site the default one, which the code asks for, and checks the host name."""

    def clean_hostname(self) -> str:
        """Refuse a name that no request can have: it would stand in the sitemap, and in the links of e-mails."""
        hostname: str = self.cleaned_data["hostname"]
        if split_domain_port(hostname) != (hostname.lower(), ""):
            message = _(
                "Write only the name of the host, such as www.example.org: without https://, spaces or slashes. A port "
                "has a field of its own."
            )
            raise ValidationError(message)
        return hostname

    def clean_is_default_site(self) -> bool:
        is_default = bool(self.cleaned_data["is_default_site"])
        if not is_default and not Site.objects.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This is the only site, so it is the default one: leave this ticked."))
        return is_default


class DeleteGroup(RefusesDeletion, GroupDeleteView):
    """Refuse to delete a group that people are in, that approves pages, or whose rights the product itself gives."""

    @staticmethod
    def get_refusal(group: Group) -> str:
        uses = []
        if count := group.user_set.count():
            uses.append(ngettext("%(count)d user", "%(count)d users", count) % {"count": count})
        tasks = GroupApprovalTask.objects.filter(groups=group, active=True)
        uses += [_("the approval “%(task)s”") % {"task": task.name} for task in tasks]
        if uses:
            text = _(
                "“%(group)s” can't be deleted, for it is still used: %(uses)s. They would lose their rights. Choose "
                "another group there first."
            )
            return text % {"group": group.name, "uses": get_text_list(uses, _("and"))}
        if group.name in RIGHTS:
            text = _("“%(group)s” can't be deleted, for it is one of the fixed roles. It does no harm without users.")
            return text % {"group": group.name}
        return ""


def refuse_deletion_of_first_pages(request: HttpRequest, page: Page) -> HttpResponseRedirect | None:
    """Implement Wagtail's hook `before_delete_page`: a page that a site begins with takes that site with it."""
    site = Site.objects.filter(root_page__in=page.get_descendants(inclusive=True)).first()
    if site is None:
        return None
    text = _(
        "“%(page)s” can't be deleted, for the site “%(site)s” begins there: the whole site would go offline, and its "
        "settings would be lost. Unpublish pages instead, or let an administrator choose another page for that site "
        "first."
    )
    names = {"page": page.get_admin_display_title(), "site": site.site_name or site.hostname}
    messages.error(request, text % names)
    return redirect(reverse("wagtailadmin_explore", args=[page.get_parent().pk]))


def refuse_bulk_deletion_of_first_pages(
    request: HttpRequest, action_type: str, objects: Sequence[Model], _action: Any
) -> HttpResponseRedirect | None:
    """Implement Wagtail's hook `before_bulk_action`: refuse all if one of the pages is one that a site begins with."""
    pages = [page for page in objects if isinstance(page, Page)] if action_type == "delete" else []
    return next((refusal for page in pages if (refusal := refuse_deletion_of_first_pages(request, page))), None)
