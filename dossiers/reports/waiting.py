"""Counts the requirements of paid work that open dossiers miss."""

from datetime import date

from django.db.models import Count

from dossiers.models import Dossier, Requirements
from dossiers.models.dossiers.readiness import CODES


def count_missing_requirements(day: date) -> dict[str, int]:
    """Return {requirement code: number of open dossiers that miss it on that day}."""
    requirements = Requirements.on(day)
    return Dossier.objects.open().aggregate(
        **{code: Count("pk", requirements.missing_condition(code)) for code in CODES}
    )
