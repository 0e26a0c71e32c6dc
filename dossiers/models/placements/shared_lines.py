"""The lines of a proposal mail with the shared data of a candidate: each has the label of a field, and its text."""

from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossiers.dossier import Dossier
from dossiers.models.placements.placement_steps import SHARED_FIELDS

CANDIDATE_HOURS = _("Can work (hours per week)")
"""The label of the dossier's hours where those of the work can stand beside them."""


def get_shared_labels() -> dict[str, str]:
    """Return {field: label} in the current language."""
    labels = {name: Dossier._meta.get_field(name).verbose_name for name in SHARED_FIELDS}  # type: ignore[union-attr]
    return {name: capfirst(str(label)) for name, label in (labels | {"hours_per_week": CANDIDATE_HOURS}).items()}


def format_shared_line(label: str, text: str) -> str:
    return f"{label}: {text}"


def read_shared_lines(mail: str) -> dict[str, str]:
    """Return the {field: text} that a mail in any language of the backoffice tells."""
    lines = [line.strip() for line in mail.splitlines()]
    shared = {}
    for language, _name in settings.LANGUAGES:  # of the user who wrote it
        with translation.override(language):
            prefixes = {name: format_shared_line(label, "") for name, label in get_shared_labels().items()}
        for name, prefix in prefixes.items():
            if texts := [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]:
                shared[name] = "; ".join(texts)
    return {name: shared[name] for name in SHARED_FIELDS if name in shared}
