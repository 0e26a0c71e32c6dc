import pytest

from tests.dossiers.backoffice.conftest import as_user, coordinator_client
from tests.dossiers.backoffice.pages import text

from .letters import make_letter, open_page, page_url

__all__ = ["as_user", "coordinator_client"]


@pytest.fixture
def candidate_and_key(coordinator):
    """The dossier of a candidate with a coordinator, and the key of the letter."""
    coordinator.first_name, coordinator.last_name = "Anne", "de Vries"
    coordinator.save()
    link, key = make_letter(coordinator=coordinator, profession="kok", phone="+31612345678", sectors=["Horeca"])
    return link.dossier, key


@pytest.fixture
def page(client, candidate_and_key):
    """A function that returns the current text of the page in a language."""
    open_page(client, candidate_and_key[1])
    return lambda taal="nl": text(client.get(page_url(candidate_and_key[1], "pagina/", taal)))
