"""The block with a video: its files, and what a visitor gets."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Collection

from pilot_pages.blocks import video
from tests.pilot_pages.editing.test_blocks import clean_blocks, error_texts
from tests.pilot_pages.read_api.pages import make_image, publish_block

pytestmark = pytest.mark.usefixtures("content")


def make_file(name: str, content: bytes = b"film") -> Any:
    return get_document_model().objects.create(title=name, file=ContentFile(content, name))


def build_video(**changes: Any) -> dict[str, Any]:
    value = {"heading": "In de kas", "video": make_file("film.mp4").pk, "transcript": "<p>Een rij tomaten.</p>"}
    return value | {"consent": {"nobody": True}} | changes


def test_an_editor_may_upload_a_video_and_its_captions(admin_client: Client) -> None:
    for name, content_type in (("film.mp4", "video/mp4"), ("film.webm", "video/webm"), ("film.vtt", "text/vtt")):
        fields = {"title": name, "collection": Collection.get_first_root_node().pk, "tags": ""}
        admin_client.post(reverse("wagtaildocs:add"), fields | {"file": SimpleUploadedFile(name, b"WEBVTT")})
        document = get_document_model().objects.get(title=name)
        assert admin_client.get(document.url)["Content-Type"] == content_type


def test_a_visitor_gets_the_video_its_captions_and_its_text_from_this_site_alone(client: Client) -> None:
    captions, poster = make_file("film.vtt", b"WEBVTT"), make_image()
    value = build_video(captions=captions.pk, poster=poster.pk)
    response = client.get(publish_block("video", value).url)
    html = response.content.decode()
    film = re.search(r"<video.*?</video>", html, re.DOTALL)[0]
    assert re.findall(r'(?:src|poster)="(/(?:documenten|media)/)', film) == ["/documenten/", "/media/", "/documenten/"]
    assert 'preload="none"' in film and 'kind="captions"' in film and 'srclang="nl"' in film and "//" not in film
    assert "Een rij tomaten." in html and "autoplay" not in html
    assert "media-src 'self'" in response["Content-Security-Policy"]


def test_a_video_needs_its_text() -> None:
    clean_blocks(("video", build_video()))
    with pytest.raises(ValidationError):
        clean_blocks(("video", build_video(transcript="")))


def test_a_file_of_another_type_or_too_large_is_no_video(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_file("folder.pdf").pk
    for changes in ({"video": folder}, {"captions": folder}):
        with pytest.raises(ValidationError) as refused:
            clean_blocks(("video", build_video(**changes)))
        assert "Kies een bestand van dit type" in error_texts(refused)
    monkeypatch.setattr(video, "MAX_SIZE", 3)
    with pytest.raises(ValidationError) as refused:
        clean_blocks(("video", build_video()))
    assert "is groter dan" in error_texts(refused)


def test_a_page_whose_video_was_deleted_leaves_the_video_out(client: Client) -> None:
    value = build_video()
    page = publish_block("video", value)
    get_document_model().objects.get(pk=value["video"]).delete()
    assert "<video" not in client.get(page.url).content.decode()
