"""Opening a closed dossier again by hand."""

from dossiers.models import ClosingReason, Dossier, Status

from ..models.factories import make_dossier
from .pages import form_data, url


def test_a_dossier_that_is_opened_by_hand_loses_its_closing_reason(coordinator_client, base_data):
    reason = ClosingReason.objects.filter(side="candidate").first()
    dossier = make_dossier(status=Status.WITHDRAWN, closing_reason=reason)
    address = url(Dossier, "edit", dossier.pk)
    for status, expected in ((Status.COMPLETED, reason), (Status.AVAILABLE, None)):
        data = form_data(coordinator_client.get(address), status=status)
        assert coordinator_client.post(address, data).status_code == 302
        dossier.refresh_from_db()
        assert (dossier.status, dossier.closing_reason) == (status, expected)
