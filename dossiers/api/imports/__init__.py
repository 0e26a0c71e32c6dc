"""Lists that come in: uploaded, looked at, decided about, applied and undone, by the engine of the backoffice."""
