"""The view in which an editor confirms a check of a page, and the button in the page's form that opens it."""

from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.fields import StreamField
from wagtail.log_actions import log
from wagtail.models import Page

from admin_pages.pages import AdminPageMixin, Link
from pilot_pages.blocks import StatementBlock
from pilot_pages.blocks.consent import find_blocks_without_consent
from pilot_pages.editing.review_items import get_editable_pages
from pilot_pages.models import PageCheck, PilotPage, PilotSettings
from pilot_pages.placeholders import PlaceholderFiller
from pilot_pages.readability import MAX_WORDS_A_SENTENCE, MIN_SCORE, Readability, measure_readability
from pilot_pages.search.passages import PAGE, list_passages

MAX_CHECKS_SHOWN = 10


class PageCheckView(AdminPageMixin, TemplateView):
    """Shows the checks of a page. POST adds a check, or with `undo` removes the user's own check of today, and then
    redirects to the previous page."""

    template_name = "pilot_pages/editing/page_check.html"
    header_icon = "clipboard-list"
    page_title = _("Read again")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request, self.kwargs = request, kwargs
        pages = get_editable_pages(request.user).filter(depth__gt=1)
        self.page: Page = get_object_or_404(pages, pk=kwargs["pk"]).specific
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_parent_pages(self) -> list[Link]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        to_check = (reverse("pilot_pages_to_check"), _("Facts and pages to check"))
        return [to_check, (edit, self.page.get_admin_display_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        checks = PageCheck.objects.filter(page=self.page).select_related("checked_by").latest_first()[:MAX_CHECKS_SHOWN]
        without_consent = [
            str(block.label)
            for field in self.page._meta.concrete_fields
            if isinstance(field, StreamField)
            for block in find_blocks_without_consent(field.stream_block, getattr(self.page, field.name))
        ]
        return super().get_context_data(**kwargs) | {
            "page": self.page,
            "checks": checks,
            "without_consent": ", ".join(dict.fromkeys(without_consent)),
            "not_filled_in": ", ".join(list_empty_rows(self.page)),
            "readability": measure_page(self.page),
            "max_words_a_sentence": MAX_WORDS_A_SENTENCE,
            "min_score": MIN_SCORE,
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        own: dict[str, Any] = {
            "page_id": pk,
            "checked_on": timezone.localdate(),
            "checked_by": cast(User, request.user),
        }
        if request.POST.get("undo"):
            PageCheck.objects.filter(**own).delete()
            action, words = "pilot_pages.unchecked", gettext("The check of “%(title)s” of today was withdrawn.")
        else:
            PageCheck.objects.get_or_create(**own)
            action, words = "pilot_pages.checked", gettext("“%(title)s” is checked.")
        log(instance=self.page, action=action, user=request.user)
        messages.success(request, words % {"title": self.page.get_admin_display_title()})
        back = request.POST.get("back", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = reverse("wagtailadmin_pages:edit", args=[pk])
        return redirect(back)


def measure_page(page: Page) -> Readability | None:
    """Return how hard the text of a Dutch page is to read; there is no figure for pages in other languages."""
    if not isinstance(page, PilotPage) or page.locale.language_code != settings.LANGUAGE_CODE:
        return None
    texts = [passage.text for passage in list_passages(page, PlaceholderFiller()) if passage.kind == PAGE]
    return measure_readability(" ".join(texts))


def list_empty_rows(page: Page) -> list[str]:
    """Return the labels of what is not filled in yet in the statements on the page."""
    statements = [child for child in getattr(page, "body", []) if isinstance(child.block, StatementBlock)]
    pilot_settings = PilotSettings.for_default_site()
    rows = [row for child in statements for row in child.block.list_rows(child.value, pilot_settings)]
    return [row["label"] for row in rows if not row["text"]]


def add_check_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Implement Wagtail's hook `register_page_header_buttons`."""
    if page.live and page.permissions_for_user(user).can_edit():
        url = reverse("pilot_pages_page_checked", args=[page.pk])
        yield Button(_("Read again…"), url, icon_name="clipboard-list", priority=45)
