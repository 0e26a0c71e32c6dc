"""Spreadsheet formats out; each is a permission of its own, for what leaves the building can't be called back."""

EXPORT_FORMATS = ("xlsx", "csv", "ods", "json")


def export_permissions(model_name: str) -> tuple[tuple[str, str], ...]:
    """Django's (codename, name) for each format: `export_xlsx_dossier`."""
    return tuple((f"export_{format}_{model_name}", f"Can export as {format}") for format in EXPORT_FORMATS)
