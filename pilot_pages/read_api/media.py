"""The endpoints of images and documents that public pages use."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast
from rest_framework.fields import CharField, Field
from wagtail.documents.api.v2.serializers import DocumentSerializer
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.serializers import ImageSerializer
from wagtail.images.api.v2.views import ImagesAPIViewSet
from wagtail.images.models import AbstractImage
from wagtail.models import Page, ReferenceIndex

from pilot_pages.read_api import schemas
from pilot_pages.read_api.files import make_absolute, serialize_renditions
from pilot_pages.read_api.published import public_pages
from pilot_pages.read_api.views import PublicAPIView

PK_AS_TEXT = Cast("pk", models.CharField())  # the reference index stores ids as text


class OnPublicPages:
    """Restricts files to those on public pages, since an upload for a draft is not public."""

    request: Any

    def get_queryset(self) -> QuerySet:
        queryset: QuerySet = super().get_queryset()  # type: ignore[misc]
        pages = public_pages(self.request).order_by().values(key=PK_AS_TEXT)
        uses = ReferenceIndex.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Page),
            object_id__in=pages,
            to_content_type=ContentType.objects.get_for_model(queryset.model),
        )
        return queryset.filter(pk__in=[int(key) for key in uses.values_list("to_object_id", flat=True)])


class Renditions(Field):
    def get_attribute(self, instance: AbstractImage) -> AbstractImage:
        return instance

    def to_representation(self, image: AbstractImage) -> list[schemas.Rendition]:
        return serialize_renditions(image)


class AbsoluteUrl(Field):
    """The absolute URL of the file."""

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, instance: Any) -> schemas.Link:
        return make_absolute(instance.url)


class UrlOfLargestRendition(Renditions):
    """The absolute URL of the largest rendition, as only staff may open the original; None if its file is missing."""

    def to_representation(self, image: AbstractImage) -> schemas.Link | None:  # type: ignore[override]
        return next((size["src"] for size in reversed(serialize_renditions(image))), None)


class PictureSerializer(ImageSerializer):
    download_url = UrlOfLargestRendition(read_only=True)
    renditions = Renditions(read_only=True)


class ImagesAPI(OnPublicPages, PublicAPIView, ImagesAPIViewSet):
    base_serializer_class = PictureSerializer
    body_fields = [*ImagesAPIViewSet.body_fields, "description", "renditions"]
    detail_only_fields = ["renditions"]


class FileSerializer(DocumentSerializer):
    download_url = AbsoluteUrl(read_only=True)
    file_extension = CharField(read_only=True)


class DocumentsAPI(OnPublicPages, PublicAPIView, DocumentsAPIViewSet):
    base_serializer_class = FileSerializer
    body_fields = [*DocumentsAPIViewSet.body_fields, "file_size", "file_extension"]
