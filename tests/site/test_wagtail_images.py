"""Visitors get the renditions of an image; only staff get the file as it was uploaded."""

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file


@pytest.mark.usefixtures("base_data")
def test_only_staff_can_open_an_image_as_it_was_uploaded(client: Client, editor: AbstractBaseUser):
    image = get_image_model().objects.create(title="Kas", file=get_test_image_file())
    name = image.file.name.removeprefix("original_images/")
    for address in (
        image.file.url,
        f"/media/images/../original_images/{name}",
        f"/media/images//../original_images/{name}",
    ):
        assert client.get(address).status_code == 404, address
    assert client.get(image.get_rendition("width-100|format-webp").url).status_code == 200
    client.force_login(editor)
    opened = client.get(image.file.url)
    assert opened.status_code == 200 and opened["Cache-Control"] == "private, no-cache"
