"""A link to a document still works after its file was replaced."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection


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


@pytest.mark.usefixtures("base_data")
def test_an_upload_without_a_title_is_called_as_its_file(admin_client: Client) -> None:
    fields = {"title": " ", "collection": Collection.get_first_root_node().pk, "tags": ""}
    in_chooser = {f"document-chooser-upload-{name}": value for name, value in fields.items()}
    pdf, in_block = (SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.7") for name in ("Folder 2027", "Uit het blok"))
    admin_client.post(reverse("wagtaildocs:add"), fields | {"file": pdf})
    admin_client.post(reverse("wagtaildocs_chooser:create"), in_chooser | {"document-chooser-upload-file": in_block})
    picture = SimpleUploadedFile("kas.png", get_test_image_file().file.getvalue(), "image/png")
    image = fields | {"description": "Een kas.", "file": picture}
    admin_client.post(reverse("wagtailimages:add"), image)
    titles = get_document_model().objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["Folder 2027", "Uit het blok"]
    assert get_image_model().objects.get().title == "kas"


def test_a_document_keeps_a_title(admin_client: Client, document: Any) -> None:
    fields = {"title": "", "collection": document.collection_id, "tags": ""}
    edit = reverse("wagtaildocs:edit", args=[document.pk])
    assert "title" in admin_client.post(edit, fields).context["form"].errors
    named = fields | {"title": "Nieuwe folder", "file": SimpleUploadedFile("folder 2.pdf", b"2")}
    admin_client.post(edit, named)
    document.refresh_from_db()
    assert document.title == "Nieuwe folder"


@pytest.mark.usefixtures("base_data")
def test_a_number_that_may_not_be_kept_is_refused_in_a_title_from_a_file_name_too(admin_client: Client) -> None:
    fields = {"title": "", "collection": Collection.get_first_root_node().pk, "tags": ""}
    upload = SimpleUploadedFile("BSN 111222333.pdf", b"%PDF-1.7")
    assert admin_client.post(reverse("wagtaildocs:add"), fields | {"file": upload}).context["form"].errors
    assert not get_document_model().objects.exists()
