"""Redirects from the former addresses of a document, in which Wagtail puts the name of the file.

Only a name that the file had leads to the document: by its number alone, everybody could find those that no page shows.
"""

from typing import Any

from django.db.models.signals import post_delete
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.documents.views.documents import EditView


def redirect_former_addresses() -> None:
    """Patch Wagtail's edit view, in which a file is replaced; called once, when the site starts."""
    original_save_instance = EditView.save_instance

    def save_instance(view: Any) -> Any:
        former_url = view.get_queryset().get(pk=view.object.pk).url
        document = original_save_instance(view)
        if document.url != former_url:
            redirect_former_address(former_url, document.url)
        return document

    EditView.save_instance = save_instance
    post_delete.connect(
        delete_redirects, sender=get_document_model(), dispatch_uid="config.wagtail_overrides.documents"
    )


def redirect_former_address(former_url: str, url: str) -> None:
    redirects = Redirect.objects.filter(automatically_created=True)
    redirects.filter(old_path=Redirect.normalise_path(url)).delete()  # a name that the file had before and has again
    redirects.filter(redirect_link=former_url).update(redirect_link=url)
    if not Redirect.objects.filter(old_path=Redirect.normalise_path(former_url)).exists():
        # Not permanent, because a browser that remembers it would not find the file under its former name again.
        Redirect.add_redirect(former_url, redirect_to=url, is_permanent=False, automatically_created=True)


def delete_redirects(*, instance: Any, **_signal: Any) -> None:
    Redirect.objects.filter(automatically_created=True, redirect_link=instance.url).delete()
