"""The endpoints of pictures and documents: of those that stand on a page which anybody may read."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from rest_framework.fields import Field
from wagtail.documents.api.v2.serializers import DocumentSerializer
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.serializers import ImageSerializer
from wagtail.images.api.v2.views import ImagesAPIViewSet
from wagtail.images.models import AbstractImage
from wagtail.models import Page, ReferenceIndex

from pilot_pages.read_api.files import renditions, whole
from pilot_pages.read_api.published import public_pages
from pilot_pages.read_api.views import Answers

AS_TEXT = Cast("pk", CharField())  # how the reference index keeps keys


class OnPublicPages:
    """What an editor uploaded for a draft is nobody's yet."""

    request: Any

    def get_queryset(self) -> QuerySet:
        queryset: QuerySet = super().get_queryset()  # type: ignore[misc]
        pages = public_pages(self.request).order_by().values(key=AS_TEXT)
        uses = ReferenceIndex.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Page),
            object_id__in=pages,
            to_content_type=ContentType.objects.get_for_model(queryset.model),
        )
        return queryset.filter(pk__in=[int(key) for key in uses.values_list("to_object_id", flat=True)])


class Renditions(Field):
    def get_attribute(self, instance: AbstractImage) -> AbstractImage:
        return instance

    def to_representation(self, image: AbstractImage) -> list[dict[str, Any]]:
        return renditions(image)


class WholeAddress(Field):
    """Where the file itself lies."""

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, instance: Any) -> str:
        return whole(instance.file.url if isinstance(instance, AbstractImage) else instance.url)


class PictureSerializer(ImageSerializer):
    download_url = WholeAddress(read_only=True)
    renditions = Renditions(read_only=True)


class ImagesAPI(OnPublicPages, Answers, ImagesAPIViewSet):
    base_serializer_class = PictureSerializer
    body_fields = [*ImagesAPIViewSet.body_fields, "description", "renditions"]
    detail_only_fields = ["renditions"]


class FileSerializer(DocumentSerializer):
    download_url = WholeAddress(read_only=True)


class DocumentsAPI(OnPublicPages, Answers, DocumentsAPIViewSet):
    base_serializer_class = FileSerializer
    body_fields = [*DocumentsAPIViewSet.body_fields, "file_size", "file_extension"]
