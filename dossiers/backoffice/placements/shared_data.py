"""What an employer hears of a candidate, in words: the fixed list, nothing else."""

import hashlib
import json
from dataclasses import dataclass

from django.utils.text import capfirst

from dossiers.backoffice.labels import NOTHING, shown
from dossiers.models import Dossier, Placement
from dossiers.models.placements.placement_steps import SHARED_FIELDS


@dataclass(frozen=True)
class SharedList:
    """Field of the dossier: text, in the order of SHARED."""

    texts: dict[str, str]

    @classmethod
    def of(cls, dossier: Dossier) -> "SharedList":
        """As the dossier stands now."""
        return cls({name: _text(dossier, name) for name in SHARED_FIELDS})

    @classmethod
    def kept(cls, placement: Placement) -> "SharedList":
        """As it was shared."""
        return cls({name: placement.shared[name] for name in SHARED_FIELDS if name in placement.shared})

    @property
    def rows(self) -> list[tuple[str, str]]:
        """(label, text) of each."""
        fields = Dossier._meta
        return [
            (capfirst(str(fields.get_field(name).verbose_name)), text)  # type: ignore[union-attr]
            for name, text in self.texts.items()
        ]

    @property
    def seen(self) -> str:
        """Two lists with the same texts have the same."""
        return hashlib.sha256(json.dumps(self.texts, sort_keys=True).encode()).hexdigest()


def _text(dossier: Dossier, name: str) -> str:
    if name == "sectors":
        return ", ".join(dossier.sectors.order_by("name").values_list("name", flat=True)) or NOTHING
    display = getattr(dossier, f"get_{name}_display", None)
    return shown(display() if display else getattr(dossier, name))
