"""JSON Schemas of what the read API returns, derived from its serializers, the blocks of pages and type annotations."""

from collections.abc import Callable, Iterable
from functools import singledispatchmethod
from typing import Any, get_type_hints

from django.db.models import Model
from pydantic import TypeAdapter
from rest_framework import fields as drf
from rest_framework.fields import Field
from rest_framework.serializers import BaseSerializer
from wagtail import blocks
from wagtail.api.v2 import serializers
from wagtail.models import Page

from pilot_pages.blocks import TextBlock
from pilot_pages.blocks.consent import ConsentBlock
from pilot_pages.blocks.facts import FactKeysBlock
from pilot_pages.blocks.links import PageBlock
from pilot_pages.blocks.media import DescribedImageBlock, FileBlock
from pilot_pages.blocks.video import PosterBlock
from pilot_pages.read_api import fields, media
from pilot_pages.read_api.pages import Card
from pilot_pages.read_api.router import api_router

Schema = dict[str, Any]
REF = "#/components/schemas/{model}"
STRING: Schema = {"type": "string"}
LINK: Schema = {"type": "string", "format": "uri"}
ALIAS_META = ["type", "detail_url", "html_url"]  # as in Wagtail's PageAliasOfField


def make_nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def make_object(properties: dict[str, Schema], required: Iterable[str] | None = None) -> Schema:
    names = properties if required is None else [name for name in properties if name in set(required)]
    return {"type": "object", "properties": properties, "required": list(names)}


def get_label(model: type[Model]) -> str:
    """Return the name of the model as `meta.type` has it."""
    return f"{model._meta.app_label}.{model.__name__}"


class Shapes:
    """Collects the named schemas to which the others refer."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}

    def name(self, name: str, schema: Schema) -> Schema:
        if self.named.setdefault(name, schema) != schema:
            raise ValueError(f"Two schemas of the read API are called {name}.")
        return {"$ref": REF.format(model=name)}

    def describe_type(self, hint: Any) -> Schema:
        schema = TypeAdapter(hint).json_schema(ref_template=REF, mode="serialization")
        for name, part in schema.pop("$defs", {}).items():
            self.name(name, part)
        return schema

    def describe_result(self, method: Callable[..., Any]) -> Schema:
        return self.describe_type(get_type_hints(method, include_extras=True)["return"])

    def describe_serializer(self, serializer: BaseSerializer, required: Iterable[str] | None = None) -> Schema:
        """Describe an object of the API; its meta fields stand in `meta`. `required` defaults to all fields."""
        described = {
            name: self.describe_field(field)
            for name, field in serializer.fields.items()
            if name != "detail_url" or api_router.get_model_endpoint(serializer.Meta.model)
        }
        names = set(described if required is None else required)
        meta = {name: schema for name, schema in described.items() if name in serializer.meta_fields}
        body = {name: schema for name, schema in described.items() if name not in meta}
        if meta:
            body["meta"] = make_object(meta, names)
        return make_object(body, names | {"meta"})

    @singledispatchmethod
    def describe_field(self, field: Field) -> Schema:
        raise TypeError(f"The description of the read API does not know {type(field).__qualname__}.")

    @describe_field.register(drf.CharField)
    @describe_field.register(serializers.PageLocaleField)
    def _(self, field: Field) -> Schema:
        return make_nullable(STRING) if field.allow_null else STRING

    @describe_field.register
    def _(self, field: drf.IntegerField) -> Schema:
        schema = {"type": "integer"}
        return make_nullable(schema) if field.allow_null else schema

    @describe_field.register
    def _(self, _field: drf.BooleanField) -> Schema:
        return {"type": "boolean"}

    @describe_field.register
    def _(self, field: drf.DateTimeField) -> Schema:
        schema = STRING | {"format": "date-time"}
        return make_nullable(schema) if field.allow_null else schema

    @describe_field.register
    def _(self, field: drf.ChoiceField) -> Schema:
        return {"type": "string", "enum": [*field.choices]}

    @describe_field.register
    def _(self, _field: serializers.TagsField) -> Schema:
        return {"type": "array", "items": STRING}

    @describe_field.register(serializers.TypeField)
    @describe_field.register(serializers.PageTypeField)
    def _(self, field: Field) -> Schema:
        model = field.parent.Meta.model
        return STRING if model is Page else {"const": get_label(model)}  # a list and an alias can be of any type

    @describe_field.register(serializers.DetailUrlField)
    def _(self, _field: Field) -> Schema:
        return LINK

    @describe_field.register
    def _(self, _field: serializers.PageHtmlUrlField) -> Schema:
        return make_nullable(LINK)

    @describe_field.register
    def _(self, _field: serializers.PageAliasOfField) -> Schema:
        names = ["id", *ALIAS_META, "title"]
        alias = serializers.get_serializer_class(Page, names, ALIAS_META, base=serializers.PageSerializer)
        return make_nullable(self.name("AliasedPage", self.describe_serializer(alias())))

    @describe_field.register
    def _(self, field: serializers.ChildRelationField) -> Schema:
        serializer = field.serializer_class()
        item = self.name(serializer.Meta.model.__name__, self.describe_serializer(serializer))
        return {"type": "array", "items": item}

    @describe_field.register
    def _(self, field: serializers.StreamField) -> Schema:
        return self.describe_block(field.parent.Meta.model._meta.get_field(field.source).stream_block)

    @describe_field.register(fields.PageField)
    @describe_field.register(fields.PageReference)
    @describe_field.register(fields.Html)
    @describe_field.register(media.Renditions)
    @describe_field.register(media.AbsoluteUrl)
    @describe_field.register(Card)
    def _(self, field: Field) -> Schema:
        return self.describe_result(field.to_representation)

    @singledispatchmethod
    def describe_block(self, block: blocks.Block) -> Schema:
        raise TypeError(f"The description of the read API does not know {type(block).__qualname__}.")

    @describe_block.register(blocks.CharBlock)
    @describe_block.register(blocks.TextBlock)
    @describe_block.register(blocks.EmailBlock)
    def _(self, block: blocks.FieldBlock) -> Schema:
        return self._describe_filled(block, STRING)

    @describe_block.register
    def _(self, block: blocks.URLBlock) -> Schema:
        return self._describe_filled(block, LINK if block.required else STRING)

    @describe_block.register
    def _(self, block: blocks.DateBlock) -> Schema:
        return self._describe_filled(block, STRING | {"format": "date"})

    @describe_block.register
    def _(self, block: blocks.ChoiceBlock) -> Schema:
        codes = [code for code, _label in block.field.choices]
        return self._describe_filled(block, STRING | {"enum": codes})

    @describe_block.register
    def _(self, _block: blocks.BooleanBlock) -> Schema:
        return {"type": "boolean"}

    @describe_block.register
    def _(self, block: blocks.ListBlock) -> Schema:
        return {"type": "array", "items": self.describe_block(block.child_block)}

    @describe_block.register
    def _(self, block: blocks.StructBlock) -> Schema:
        public = {name: child for name, child in block.child_blocks.items() if not isinstance(child, ConsentBlock)}
        schema = make_object({name: self.describe_block(child) for name, child in public.items()})
        if additions := getattr(block, "api_additions", None):
            added = self.describe_type(additions)
            schema["properties"] |= added["properties"]
            schema["required"] += added["required"]
        return self.name(type(block).__name__, schema)

    @describe_block.register
    def _(self, block: blocks.StreamBlock) -> Schema:
        kinds = [
            make_object({"type": {"const": name}, "value": self.describe_block(child), "id": make_nullable(STRING)})
            for name, child in block.child_blocks.items()
        ]
        schema = {"type": "array", "items": {"oneOf": kinds}}
        return schema if type(block) is blocks.StreamBlock else self.name(type(block).__name__, schema)

    @describe_block.register(TextBlock)
    @describe_block.register(FactKeysBlock)
    @describe_block.register(PageBlock)
    @describe_block.register(DescribedImageBlock)
    @describe_block.register(FileBlock)
    @describe_block.register(PosterBlock)
    def _(self, block: blocks.Block) -> Schema:
        return self.describe_result(block.get_api_representation)

    def _describe_filled(self, block: blocks.FieldBlock, schema: Schema) -> Schema:
        """A field that is not required is null in what was saved before the block had it."""
        return schema if block.required else make_nullable(schema)
