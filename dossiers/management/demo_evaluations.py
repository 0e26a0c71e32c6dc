"""Creates the demo's evaluations, which are frozen and have texts; one of them is released."""

from datetime import date

import yaml
from django.conf import settings
from django.contrib.auth.models import User

from dossiers.management.demo_files import moment, relative_day
from dossiers.models import Evaluation, FindingCategory
from dossiers.reports.evaluations import freeze, save_section
from dossiers.reports.release import release

ADVICE = {  # for the synthetic findings, and not about a real situation
    "taal": "Voorbeeldadvies: bied taalles aan buiten werktijd, en laat in de eerste weken een collega meekijken.",
    "vervoer": "Voorbeeldadvies: spreek vóór de eerste werkdag af hoe iemand op het werk komt, en houd fietsen klaar.",
    "twv-procedure": "Voorbeeldadvies: vul de aanvraag samen met de werkgever in, met een lijst van de stukken.",
}


def make_evaluations(today: date, users: dict[str, User]) -> None:
    """Create the evaluations of fixtures/demo/evaluations.yaml; raises if a text may not be stored."""
    coordinator = users["coordinator"]
    for code, advice in ADVICE.items():
        FindingCategory.objects.filter(code=code, advice="").update(advice=advice)
    for entry in yaml.safe_load((settings.FIXTURES_DIR / "demo" / "evaluations.yaml").read_text("utf-8")):
        fields = {name: entry[name] for name in ("title", "kind", "reports")}
        end = relative_day(entry["end"], today) or today
        evaluation = Evaluation.objects.create(**fields, begin=relative_day(entry["begin"], today), end=end)
        freeze(evaluation, coordinator)
        for section, text in entry["texts"].items():
            save_section(evaluation, section, text.strip(), coordinator, "")
        if day := relative_day(entry.get("released", ""), today):
            release(evaluation, coordinator)
            Evaluation.objects.filter(pk=evaluation.pk).update(frozen_at=moment(day), released_at=moment(day))
