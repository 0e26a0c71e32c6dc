"""The released figures as data, for pages, blocks and /api/pilot/figures."""

from django.conf import settings

from pilot_pages.progress import Progress, ShownRow, ShownTable, Withdrawal
from pilot_pages.read_api import schemas


def serialize_figures(progress: Progress | None) -> schemas.Figures | None:
    """Return the figures as data; None if no evaluation was released."""
    if progress is None:
        return None
    return {
        "title": progress.title,
        "kind": progress.kind,
        "language": progress.language,
        "period": progress.period,
        "begin": progress.begin,
        "end": progress.end,
        "concerned": progress.concerned,
        "frozen_on": progress.frozen_on,
        "released_on": progress.released_on,
        "subjects": [
            {
                "name": subject.anchor,
                "title": subject.title,
                "tables": [_serialize_table(table, progress.language) for table in subject.tables],
            }
            for subject in progress.subjects
        ],
    }


def serialize_withdrawal(withdrawal: Withdrawal | None) -> schemas.WithdrawnLetter | None:
    """Return the withdrawal as data; None if there is none."""
    if withdrawal is None:
        return None
    return {
        "title": withdrawal.title,
        "period": withdrawal.period,
        "withdrawn_on": withdrawal.withdrawn_on,
    }


def _serialize_table(table: ShownTable, language: str) -> schemas.FiguresTable:
    chart: schemas.FiguresChart = {
        "svg": table.wide,
        "narrow_svg": table.narrow,
        "alternative": table.alternative,
        "in_part": table.is_drawn_in_part,  # rows without a number are only in the table
    }
    return {
        "name": table.name,
        "title": table.title,
        "explanation": table.explanation,
        "rows_label": table.rows_label,
        "columns": [{"name": column.name, "label": column.label, "unit": column.unit} for column in table.columns],
        "rows": [_serialize_row(row, language) for row in table.rows],
        "total": _serialize_row(table.total, language) if table.total else None,
        "chart": chart if table.wide else None,
    }


def _serialize_row(row: ShownRow, language: str) -> schemas.FiguresRow:
    return {
        "label": row.label,
        "language": settings.LANGUAGE_CODE if row.is_untranslated else language,
        "cells": [{"text": cell.text, "value": cell.value} for cell in row.cells],
    }
