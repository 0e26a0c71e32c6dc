"""Two clicks at the same moment on a button behind the link."""

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.models import EmployerInterest, FollowUp
from pilot_pages.sign_up.links import make_token
from tests.concurrency import run_interleaved
from tests.dossiers.models.factories import make_sign_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("base_data")]


def test_two_simultaneous_withdrawals_both_show_the_confirmation() -> None:
    address = reverse("pilot_pages:withdraw", args=[make_token(make_sign_up())])
    answers = run_interleaved(lambda: Client().post(address), lambda: Client().post(address))
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/aanmelding/ingetrokken/")}
    assert not EmployerInterest.objects.exists()
    assert not FollowUp.objects.exists()


def test_a_confirmation_during_a_withdrawal_does_not_restore_the_sign_up() -> None:
    token = make_token(make_sign_up(status="unconfirmed"))
    status, withdraw = (reverse(f"pilot_pages:{name}", args=[token]) for name in ("status", "withdraw"))
    run_interleaved(lambda: Client().post(status), lambda: Client().post(withdraw))
    assert not EmployerInterest.objects.exists()
