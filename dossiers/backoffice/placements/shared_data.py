"""The data of a candidate that is shared with an employer: the fields of SHARED and nothing else."""

import hashlib
import json
from dataclasses import dataclass

from dossiers.backoffice.labels import NOTHING, format_value
from dossiers.models import Dossier
from dossiers.models.placements.placement import Sharing
from dossiers.models.placements.placement_steps import SHARED_FIELDS
from dossiers.models.placements.shared_lines import get_shared_labels


@dataclass(frozen=True)
class SharedList:
    """The shared data: `texts` maps a field of the dossier to its text, in the order of SHARED."""

    texts: dict[str, str]

    @classmethod
    def from_dossier(cls, dossier: Dossier) -> "SharedList":
        """Return the data as it is in the dossier now."""
        texts = {}
        for name in SHARED_FIELDS:
            if name == "sectors":
                texts[name] = ", ".join(dossier.sectors.order_by("name").values_list("name", flat=True)) or NOTHING
            else:
                display = getattr(dossier, f"get_{name}_display", None)
                texts[name] = format_value(display() if display else getattr(dossier, name))
        return cls(texts)

    @classmethod
    def from_sharing(cls, sharing: Sharing) -> "SharedList":
        """Return the data as it was shared in the past."""
        return cls({name: sharing.shared[name] for name in SHARED_FIELDS if name in sharing.shared})

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Return (label, text) of each field."""
        labels = get_shared_labels()
        return [(labels[name], text) for name, text in self.texts.items()]

    @property
    def fingerprint(self) -> str:
        """Return a hash of the texts, by which a change between two requests is noticed."""
        return hashlib.sha256(json.dumps(self.texts, sort_keys=True).encode()).hexdigest()
