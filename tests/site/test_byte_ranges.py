"""A browser may fetch a document in parts, as it does with a video."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def document(base_data: None) -> Any:
    document = get_document_model().objects.create(title="Film", file=ContentFile(CONTENT, "film.mp4"))
    document.get_file_hash()
    return document


def get(client: Client, document: Any, part: str, **headers: str) -> Any:
    return client.get(document.url, headers={"range": part, **headers})


@pytest.mark.parametrize(
    ("part", "begin", "end"),
    [
        ("bytes=0-", 0, 255_999),
        ("bytes=0-0", 0, 0),
        ("bytes=1000-200000", 1000, 200_000),
        ("bytes=255999-999999", 255_999, 255_999),
        ("bytes=-100", 255_900, 255_999),
        ("bytes=-999999", 0, 255_999),
    ],
)
def test_a_browser_gets_the_part_that_it_asks_for(
    client: Client, document: Any, part: str, begin: int, end: int
) -> None:
    response = get(client, document, part)
    assert response.status_code == 206
    assert b"".join(response.streaming_content) == CONTENT[begin : end + 1]
    assert response["Content-Range"] == f"bytes {begin}-{end}/256000"
    assert response["Content-Length"] == str(end + 1 - begin)
    whole = client.get(document.url)
    for header in ("Content-Type", "Content-Disposition", "Content-Security-Policy", "ETag", "X-Content-Type-Options"):
        assert response[header] == whole[header], header


@pytest.mark.parametrize("part", ["bytes=256000-", "bytes=-0", "bytes=999999-1000000"])
def test_a_part_beyond_the_end_is_refused_with_the_size(client: Client, document: Any, part: str) -> None:
    response = get(client, document, part)
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */256000")


@pytest.mark.parametrize(
    "part", ["bytes=-", "bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 99]
)
def test_a_request_for_no_single_part_gets_the_whole_file(client: Client, document: Any, part: str) -> None:
    response = get(client, document, part)
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == CONTENT


def test_a_part_of_an_older_file_becomes_the_whole_present_file(client: Client, document: Any) -> None:
    etag = client.get(document.url)["ETag"]
    assert get(client, document, "bytes=5-9", **{"if-range": etag}).status_code == 206
    assert get(client, document, "bytes=5-9", **{"if-range": '"older"'}).status_code == 200


def test_a_part_of_a_private_document_is_not_public(client: Client, document: Any) -> None:
    document.collection = Collection.get_first_root_node().add_child(name="Intern")
    document.save()
    CollectionViewRestriction.objects.create(collection=document.collection, restriction_type="login")
    assert get(client, document, "bytes=0-").status_code == 302
