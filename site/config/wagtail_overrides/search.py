"""The box at the top of each page is the one search of the backoffice, beside the lists' own."""

from wagtail.admin.search import admin_search_areas


def leave_out_wagtails_search() -> None:
    """Take Wagtail's search of pages, images, documents or users out of the sidebar; called once, when the site starts.

    Wagtail has no hook for it: its `construct_search` changes only the links beside the results.
    """
    admin_search_areas.registered_search_areas = []
