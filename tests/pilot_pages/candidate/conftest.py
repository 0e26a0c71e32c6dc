import pytest

from tests.dossiers.backoffice.conftest import as_user, desk
from tests.dossiers.backoffice.pages import text

from .letters import address, inside, letter

__all__ = ["as_user", "desk"]


@pytest.fixture
def known(coordinator):
    """The dossier of a candidate with a coordinator, and the key of the letter."""
    coordinator.first_name, coordinator.last_name = "Anne", "de Vries"
    coordinator.save()
    link, key = letter(coordinator=coordinator, profession="kok", phone="+31612345678", sectors=["Horeca"])
    return link.dossier, key


@pytest.fixture
def page(client, known):
    """A function that returns the current text of the page in a language."""
    inside(client, known[1])
    return lambda taal="nl": text(client.get(address(known[1], "pagina/", taal)))
