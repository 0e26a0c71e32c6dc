"""Export formats; each has its own permission, because exported data is out of our control."""

EXPORT_FORMATS = ("xlsx", "csv", "ods", "json")


def export_permissions(model_name: str) -> tuple[tuple[str, str], ...]:
    """Return Django's (codename, name) for each format, such as `export_xlsx_dossier`."""
    return tuple((f"export_{format}_{model_name}", f"Can export as {format}") for format in EXPORT_FORMATS)
