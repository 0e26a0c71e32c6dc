"""Helpers for tests that undo imports."""

from typing import Any

from dossiers.models import Dossier, Employer, EmployerInterest, ImportRun, Supply
from dossiers.spreadsheets.undo import undo as undo_undo
from dossiers.spreadsheets.undo.planner import plan_undo

from .imports import PERSON

NUMBERED = {**PERSON, "Extern nummer": "P1"}
OTHER = {"Voornaam": "Omar", "Achternaam": "Abdi", "Geboortedatum": "1-1-1980", "Extern nummer": "P2"}
FULL = NUMBERED | {
    "Talen": "Turks", "Beroep": "kok", "Sectoren": "Zorg; Bouw", "Uren per week": "36", "Rijbewijs": "ja",
    "Beschikbaar vanaf": "1-2-2027", "Begeleider": "coordinator", "Niveau Nederlands": "A1",
}  # fmt: skip
CHANGED = FULL | {
    "Talen": "Engels, Farsi", "Beroep": "lasser", "Sectoren": "Techniek", "Uren per week": "20", "Rijbewijs": "nee",
    "Beschikbaar vanaf": "1-3-2027", "Begeleider": "ander", "Niveau Nederlands": "B1", "E-mail": "s@example.org",
}  # fmt: skip
JOB = {"Bedrijf": "Kwekerij", "KvK": "01234567", "Contactpersoon": "An", "E-mail": "an@kwekerij.example",
       "Werk": "Oogsten", "Plekken": "4"}  # fmt: skip
INTERESTS = {"record": "employer_interest"}
MOMENTS = {"changed_at": None}


def undo_import(run: ImportRun, user: Any = None) -> ImportRun:
    run.claim_undo(user)
    undo_undo.undo(run)
    return run


def undo_refused(run: ImportRun) -> dict[int, Any]:
    """Undo an import of which nothing can be reverted, assert the refusal, and return the reasons by line."""
    undo_import(run)
    assert (run.state, run.undone_at) == (ImportRun.State.APPLIED, None) and run.reason
    lines = dict(run.rows.values_list("pk", "line"))
    return {lines[pk]: reasons for pk, reasons in plan_undo(run).reasons.items()}


def read_records() -> dict[str, Any]:
    """Return the values of all records, except the moments of their last change."""
    return {
        "dossiers": [d | MOMENTS for d in Dossier.objects.order_by("pk").values()],
        "sectors": sorted(Dossier.sectors.through.objects.values_list("dossier_id", "sector__name")),
        "supplies": list(Supply.objects.order_by("pk").values()),
        "employers": [e | MOMENTS for e in Employer.objects.order_by("pk").values()],
        "interests": [i | MOMENTS for i in EmployerInterest.objects.order_by("pk").values()],
    }


def get_kept_reasons(run: ImportRun) -> dict[int, Any]:
    return {row.line: row.kept for row in run.rows.exclude(kept=None)}
