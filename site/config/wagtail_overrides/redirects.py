"""Rules of Wagtail's form of a redirect, which its import uses for each row: a redirect that can't work is refused.

The rules are not in the model, because Wagtail creates a redirect by itself when the address of a page changes, and
must be able to do so.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.encoding import iri_to_uri, uri_to_iri
from django.utils.translation import get_language_from_path, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.coreutils import get_dummy_request
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from config.wagtail_overrides.images import serve_image


def refuse_redirects_that_cannot_work() -> None:
    """Let Wagtail's form check a redirect after its own rules; called once, when the site starts."""
    original_clean = RedirectForm.clean

    def clean(form: Any) -> dict[str, Any]:
        original_clean(form)
        cleaned_data: dict[str, Any] = form.cleaned_data
        if not form.errors:
            validate_redirect(build_redirect(form))
        return cleaned_data

    RedirectForm.clean = clean
    RedirectForm.clean_old_path = clean_old_path
    RedirectForm.base_fields["redirect_link"].error_messages["invalid"] = _(
        "Write a whole address, such as https://www.example.nl/folder. To redirect to a page of this site, choose the "
        "page above."
    )


def clean_old_path(form: Any) -> str:
    """Return the address as a browser asks for it, without a host; raises ValidationError for another site's host."""
    address: str = form.cleaned_data["old_path"]
    try:
        host = urlsplit(address).netloc
    except ValueError as error:
        raise ValidationError(gettext("Write an address of this site, such as /folder.")) from error
    if host and find_site(address) is None:
        message = gettext(
            "%(host)s is not an address of this site, so visitors who go there do not come here. Write an address of "
            "this site, such as /folder."
        )
        raise ValidationError(message % {"host": host})
    return str(uri_to_iri(iri_to_uri(address)))  # Wagtail looks up a space as %20, and letters with accents as they are


def build_redirect(form: Any) -> Redirect:
    """Return the redirect that the form would save."""
    values = {name: form.cleaned_data[name] for name in ("site", "redirect_page", "redirect_link")}
    old_path = Redirect.normalise_path(form.cleaned_data["old_path"])
    return Redirect(pk=form.instance.pk, old_path=old_path, **values)


def validate_redirect(redirect: Redirect) -> None:
    """Raise ValidationError, at the field to mend, if the redirect can't work."""
    validate_target(redirect)
    validate_is_only_redirect(redirect)
    sites = [redirect.site] if redirect.site else Site.objects.all()
    if all(has_page(redirect.old_path, site) for site in sites):
        message = gettext(
            "There is a page at %(address)s. As long as it is there, a redirect from this address does not work: "
            "choose another address, or take the page offline first."
        )
        raise ValidationError({"old_path": message % {"address": redirect.old_path}})
    if loop := find_loop(redirect):
        field = "redirect_page" if redirect.redirect_page else "redirect_link"
        message = gettext(
            "This redirect ends where it begins (%(addresses)s), so that visitors would never arrive. Choose another "
            "target."
        )
        raise ValidationError({field: message % {"addresses": " → ".join(loop)}})


def validate_target(redirect: Redirect) -> None:
    page = redirect.redirect_page
    if page is None and not redirect.redirect_link:
        message = gettext("Choose a page, or enter an address below: a redirect needs a target.")
        raise ValidationError({"redirect_page": message})
    if page is not None and redirect.redirect_link:
        message = gettext("A redirect has one target: remove the page above, or this address.")
        raise ValidationError({"redirect_link": message})
    if page is not None and not page.live:
        message = gettext("“%(page)s” is not online, so that visitors would not find it. Publish that page first.")
        raise ValidationError({"redirect_page": message % {"page": page.get_admin_display_title()}})


def validate_is_only_redirect(redirect: Redirect) -> None:
    """Raise ValidationError if one site and all sites would have a redirect from the same address.

    Wagtail's own rules refuse two redirects of the same site, and two of all sites.
    """
    others = Redirect.objects.filter(old_path=redirect.old_path).exclude(pk=redirect.pk)
    other = others.exclude(site=redirect.site).first() if redirect.site is None else others.filter(site=None).first()
    if other is not None:
        message = gettext(
            "There is a redirect from %(address)s already: for %(site)s, to %(target)s. Change that one, or delete it "
            "first."
        )
        names = {
            "address": other.old_path,
            "site": other.site or gettext("all sites"),
            "target": other.redirect_page or other.redirect_link,
        }
        raise ValidationError({"old_path": message % names})


def has_page(path: str, site: Site) -> bool:
    """Whether visitors of the site see something at this address, so that no redirect from it is looked for.

    False if a page decides for each address below its own.
    """
    path = path.partition("?")[0]
    if path.startswith(settings.STATIC_URL):
        return True
    with translation.override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        match = resolve_path(path)
        if match is None:
            return False
        if match.view_name == "wagtail_serve":
            route = Page.route_for_request(get_dummy_request(path=path, site=site), match.args[0])
            return route is not None and not any(route.kwargs.values())
    if match.view_name == "wagtaildocs_serve":
        number, file_name = match.args
        return any(document.filename == file_name for document in get_document_model().objects.filter(pk=number))
    return default_storage.exists(match.kwargs["path"]) if match.func is serve_image else True


def resolve_path(path: str) -> ResolverMatch | None:
    """Return the view that answers at this path, or at the one to which Django adds a slash."""
    for address in (path, f"{path}/"):
        try:
            return resolve(address)
        except Resolver404:
            continue
    return None


def find_loop(redirect: Redirect) -> list[str]:
    """Return the addresses through which a visitor comes back to one of them; empty if there is no such loop."""
    addresses, next_redirect = [redirect.old_path], redirect
    while site := find_site(next_redirect.link):
        path = Redirect.normalise_path(next_redirect.link)
        if has_page(path, site):
            return []
        paths = [path, path.partition("?")[0]]
        if redirect.old_path in paths and redirect.site in (None, site):
            return [*addresses, redirect.old_path]
        redirects = Redirect.get_for_site(site).filter(old_path__in=paths).exclude(pk=redirect.pk)
        following = max(redirects, key=lambda other: (other.old_path == path, other.site_id is not None), default=None)
        if following is None:
            return []
        if following.old_path in addresses:
            return [*addresses, following.old_path]
        addresses.append(following.old_path)
        next_redirect = following
    return []


def find_site(link: str | None) -> Site | None:
    """Return the site to which a link leads, or None if it leads elsewhere."""
    if not link:
        return None
    host = urlsplit(link).netloc.lower()
    sites = Site.objects.order_by("-is_default_site")
    if host in ("", urlsplit(settings.BASE_URL).netloc):
        return sites.first()
    return next((site for site in sites if urlsplit(site.root_url).netloc == host), None)
