"""The messages after a draft is saved: what visitors still see, and when its schedule begins."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.models import Page


def after_saving(request: HttpRequest, draft: Page) -> None:
    """Implement Wagtail's hooks `after_create_page` and `after_edit_page`: warn about what is not on the site yet.

    Wagtail says that the page was updated, whether or not visitors see it. A request that does not accept HTML is an
    autosave, which shows no messages. `moderation.after_editing` describes the result of a review.
    """
    page = Page.objects.get(pk=draft.pk)
    if not request.accepts("text/html") or "action-workflow-action" in request.POST or page.approved_schedule:
        return
    can_publish = page.permissions_for_user(request.user).can_publish()
    texts = []
    if page.live and page.has_unpublished_changes:
        texts.append(
            gettext("Visitors still see the former version of this page, until you publish it.")
            if can_publish
            else gettext("Visitors still see the former version of this page, until somebody approves it.")
        )
    if has_pending_start(draft):
        texts.append(
            gettext("Nothing is scheduled yet: the schedule only begins once you choose “Schedule to publish”.")
            if can_publish
            else gettext("Nothing is scheduled yet: the schedule only begins once somebody approves this page.")
        )
    elif has_pending_expiry(draft, page):
        texts.append(
            gettext("A change of the moment at which the page disappears only counts once you choose “Publish”.")
            if can_publish
            else gettext("A change of the moment at which the page disappears only counts once somebody approves it.")
        )
    if texts:
        messages.warning(request, " ".join(texts))


def has_pending_start(draft: Page) -> bool:
    return bool(draft.go_live_at and draft.go_live_at > timezone.now())


def has_pending_expiry(draft: Page, page: Page) -> bool:
    """Whether the draft disappears at another moment than the page on the site."""
    return bool(draft.expire_at) if not page.live else draft.expire_at != page.expire_at
