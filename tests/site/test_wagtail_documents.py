"""A link to a document still works after its file was replaced."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model


@pytest.fixture
def document(base_data: None) -> Any:
    return get_document_model().objects.create(title="Folder", file=ContentFile(b"1", "folder één.pdf"))


def replace_file(client: Client, document: Any, name: str, content: bytes) -> str:
    """Replace the file and return the address of the document."""
    fields = {"title": "Folder", "collection": document.collection_id, "tags": ""}
    client.post(reverse("wagtaildocs:edit", args=[document.pk]), fields | {"file": SimpleUploadedFile(name, content)})
    document.refresh_from_db()
    return str(document.url)


def read(client: Client, url: str) -> bytes:
    return b"".join(client.get(url, follow=True).streaming_content)


def test_the_former_addresses_of_a_document_lead_to_its_present_file(
    admin_client: Client, client: Client, document: Any
) -> None:
    urls = [str(document.url)]
    for name, content in (("folder2.pdf", b"2"), ("folder3.pdf", b"3"), ("folder3.pdf", b"4"), ("folder2.pdf", b"5")):
        urls.append(replace_file(admin_client, document, name, content))
        assert {read(client, url) for url in urls} == {content}
        assert all(client.get(url).status_code in (200, 302) for url in urls)
    assert client.get(reverse("wagtaildocs_serve", args=[document.pk, "geraden.pdf"])).status_code == 404

    admin_client.post(reverse("wagtaildocs:delete", args=[document.pk]))
    assert {client.get(url).status_code for url in urls} == {404}
    assert not Redirect.objects.exists()


def test_a_redirect_of_editors_from_the_former_address_is_kept(admin_client: Client, document: Any) -> None:
    Redirect.add_redirect(document.url, redirect_to="https://example.org/")
    replace_file(admin_client, document, "nieuw.pdf", b"2")
    assert Redirect.objects.get().redirect_link == "https://example.org/"
