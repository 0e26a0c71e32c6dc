"""The endpoint of drafts: a draft in the format of a published page, for a valid token."""

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.response import Response
from wagtail.models import Page

from pilot_pages.headless.drafts import find_draft
from pilot_pages.read_api.pages import PagesAPI
from web_api.problems import Problem


class PreviewAPI(PagesAPI):
    name = "page_preview"
    has_cards = False

    def get_object(self) -> Page:
        if not hasattr(self, "_draft"):
            self._draft = find_draft(self.request.GET.get("content_type", ""), self.request.GET.get("token", ""))
        if self._draft is None:
            raise Problem(404, _("There is no draft for this token. A token is valid for one hour."))
        return self._draft

    def preview_view(self, request: HttpRequest) -> Response:
        page = self.get_object()
        with translation.override(page.locale.language_code):
            content = self.get_serializer(page).data
        return Response(content, headers={"Cache-Control": "no-store", "Content-Language": page.locale.language_code})

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [path("", cls.as_view({"get": "preview_view"}), name="listing")]
