"""Visitors get the renditions of an image, without what its camera wrote; only staff get the stored file."""

from io import BytesIO

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
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


def make_picture(kind: str, **options: object) -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 20), "green").save(file, kind, **options)
    return file.getvalue()


def upload(client: Client, name: str, content: bytes) -> bytes:
    """Return the file as it is stored."""
    file = SimpleUploadedFile(name, content, f"image/{name.rpartition('.')[2]}")
    answer = client.post(reverse("wagtailimages:add"), {"title": name, "description": "Een kas.", "file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    image = get_image_model().objects.latest("pk")
    with image.open_file() as stored:
        content = stored.read()
    assert image.file_size == len(content)
    return content


@pytest.mark.usefixtures("base_data")
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_a_picture_is_stored_upright_and_without_place_and_maker(client: Client, editor: AbstractBaseUser, kind: str):
    client.force_login(editor)
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Piet Verzonnen"
    exif[ExifTags.Base.Orientation] = 6  # turned
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    text = PngInfo()
    text.add_text("Author", "Piet Verzonnen")
    content = make_picture(kind, exif=exif.tobytes(), **({"pnginfo": text} if kind == "png" else {}))
    assert b"Verzonnen" in content
    stored = upload(client, f"kas.{kind}", content)
    rendition = get_image_model().objects.latest("pk").get_rendition("max-165x165")
    for picture in (stored, rendition.file.read()):
        assert b"Verzonnen" not in picture
        opened = Image.open(BytesIO(picture))
        assert not opened.getexif() and opened.size == (20, 40)


@pytest.mark.usefixtures("base_data")
def test_a_picture_without_metadata_is_stored_as_it_is(client: Client, editor: AbstractBaseUser):
    client.force_login(editor)
    content = make_picture("png")
    assert upload(client, "kas.png", content) == content
