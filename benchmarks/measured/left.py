"""What an import leaves in the database, counted: the ways that are compared must leave the same."""

from wagtail.models import ModelLogEntry

from dossiers.models import Dossier, Supply


def left() -> dict[str, int]:
    return {
        "dossiers": Dossier.objects.count(),
        "supplies": Supply.objects.count(),
        "sectors": Dossier.sectors.through._default_manager.count(),
        "history": Dossier.history.count(),
        "log": ModelLogEntry.objects.count(),
    }
