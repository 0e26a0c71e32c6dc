"""The texts of the e-mails to users, which coordinators edit; `dossiers.emails` defines their kinds."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from dossiers.models.exports.formats import export_permissions
from dossiers.models.text_fields import CharField, TextField

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
TEXTS = ("subject", "intro", "closing")


class EmailKind(Protocol):
    """A kind of e-mail."""

    label: ClassVar[Any]
    has_link: ClassVar[bool]
    examples: ClassVar[Mapping[str, str]]  # for each placeholder, the value in the preview

    @classmethod
    def preview(cls, text: "EmailText") -> str: ...


EMAIL_KINDS: dict[str, type[EmailKind]] = {}  # filled by dossiers.emails, which imports this module


class TextElsewhere(NamedTuple):
    """The text of an e-mail that is edited in another place; `url` is empty for users who can't edit it."""

    label: Any
    place: Any
    url: str = ""


TEXTS_ELSEWHERE: list[Callable[[Any], Iterable[TextElsewhere]]] = []  # by user; filled by other apps


def get_kinds() -> list[tuple[str, Any]]:
    """Return the choices; as a function, so that a new kind needs no migration."""
    return [(name, kind.label) for name, kind in EMAIL_KINDS.items()]


class EmailText(PreviewableMixin, models.Model):
    """The texts of a kind of e-mail. A placeholder is Dutch, because coordinators type it."""

    kind = models.CharField(_("e-mail"), max_length=20, choices=get_kinds, unique=True)
    subject = CharField(_("subject"), max_length=120)
    intro = TextField(_("text"), help_text=_("Write no names."))
    closing = TextField(_("text below the link"), blank=True)

    class Meta:
        verbose_name = _("e-mail text")
        verbose_name_plural = _("e-mail texts")
        permissions = export_permissions("emailtext")
        ordering = ["kind"]

    def __str__(self) -> str:
        return capfirst(self.get_kind_display())

    @property
    def placeholders(self) -> str:
        """The placeholders of this e-mail, as in "{site}, {gebruikersnaam}"; empty if it has none."""
        return ", ".join(f"{{{name}}}" for name in EMAIL_KINDS[self.kind].examples)

    def clean(self) -> None:
        """Refuse placeholders that this e-mail does not have."""
        if self.kind not in EMAIL_KINDS:
            return
        message = _("There is no %(unknown)s in this e-mail. Choose one of these: %(known)s.")
        if not self.placeholders:
            message = _("Nothing is filled in in this e-mail. Take the braces of %(unknown)s away.")
        errors = {}
        for name in TEXTS:
            placeholders = {match[0]: match[1] for match in PLACEHOLDER.finditer(getattr(self, name))}
            unknown = [text for text, word in placeholders.items() if word not in EMAIL_KINDS[self.kind].examples]
            if unknown:
                params = {"unknown": ", ".join(unknown), "known": self.placeholders}
                errors[name] = ValidationError(message, params=params)
        if errors:
            raise ValidationError(errors)

    def fill_placeholders(self, values: Mapping[str, object]) -> list[str]:
        """Return the subject, the text and the closing with the placeholders replaced."""
        subject = " ".join(self.subject.split())  # a subject can't have line breaks
        return [
            PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)
            for text in (subject, self.intro, self.closing)
        ]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return HttpResponse(EMAIL_KINDS[self.kind].preview(self))
