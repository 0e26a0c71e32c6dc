"""The router of the read API, below /api/v2/."""

from wagtail.api.v2.router import WagtailAPIRouter

from pilot_pages.read_api.media import DocumentsAPI, ImagesAPI
from pilot_pages.read_api.pages import PagesAPI
from pilot_pages.read_api.preview import PreviewAPI
from pilot_pages.read_api.site import SiteAPI

api_router = WagtailAPIRouter("wagtailapi")
api_router.register_endpoint("pages", PagesAPI)
api_router.register_endpoint("images", ImagesAPI)
api_router.register_endpoint("documents", DocumentsAPI)
api_router.register_endpoint("site", SiteAPI)
api_router.register_endpoint("page_preview", PreviewAPI)
