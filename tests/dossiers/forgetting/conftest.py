from ..backoffice.conftest import as_user, coordinator_client

__all__ = ["as_user", "coordinator_client"]
