"""Base of the pages about a list."""

from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase

from admin_pages.pages import AdminPageMixin, Link
from dossiers.backoffice.listing.query_strings import get_filtered_list_url, without_selection
from dossiers.models.saved_view import get_visible_lists


class ListPageMixin(AdminPageMixin):
    """A page about a list, with the same query string as the list; 404 if the user may not see the list."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.kind not in get_visible_lists(request.user):
            raise Http404
        return self.dispatch_visible(request, *args, **kwargs)

    def dispatch_visible(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Dispatch the request after the check that the user may see the list; subclasses add checks here."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    @property
    def kind(self) -> str:
        """Return the name of the list in LISTS."""
        return str(self.kwargs["kind"])

    @property
    def model(self) -> type[Model]:
        return apps.get_model("dossiers", self.kind)

    @cached_property
    def list_view(self) -> Any:
        return self.model.snippet_viewset.build_list_view(self.request.user, self.request.GET)  # type: ignore[attr-defined]

    @property
    def list_url(self) -> str:
        return get_filtered_list_url(self.model, without_selection(self.request.GET).urlencode())

    def get_page_subtitle(self) -> str:
        return str(self.model.snippet_viewset.menu_label)  # type: ignore[attr-defined]

    def get_parent_pages(self) -> list[Link]:
        return [(self.list_url, self.get_page_subtitle())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"list_url": self.list_url}
