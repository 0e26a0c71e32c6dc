from tests.dossiers.backoffice.conftest import as_user, desk

__all__ = ["as_user", "desk"]
