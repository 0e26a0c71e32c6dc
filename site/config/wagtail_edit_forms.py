"""Protection of every edit form of the backoffice against overwriting what somebody else saved meanwhile."""

from typing import Any

from wagtail.admin.views.generic import EditView

from dossiers.backoffice.forms import PreventsOverwriting


def prevent_overwriting() -> None:
    """Patch the edit view that snippets, settings, users and the rest share; called once, when the site starts.

    Pages have an edit view of their own, in which Wagtail compares revisions.
    """
    original_method = EditView.get_form

    def get_form(view: Any, form_class: Any = None) -> Any:
        form_class = form_class or view.get_form_class()
        if not issubclass(form_class, PreventsOverwriting):
            form_class = type(form_class)(form_class.__name__, (PreventsOverwriting, form_class), {})
        return original_method(view, form_class)

    EditView.get_form = get_form
