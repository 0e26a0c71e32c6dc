"""For what open dossiers wait."""

from datetime import date

from django.db.models import Count

from dossiers.models import Dossier, Requirements
from dossiers.models.dossiers.readiness import CODES


def waiting(day: date) -> dict[str, int]:
    """How many lack each thing that paid work asks for on that day, by its code; a dossier can lack several."""
    requirements = Requirements.on(day)
    return Dossier.objects.open().aggregate(
        **{code: Count("pk", requirements.missing_condition(code)) for code in CODES}
    )
