"""Tests of the deletion of users: refused once work was done under their name."""

from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.models import ContactMoment, Dossier, Evaluation

from ..models.factories import make_dossier
from .pages import text


def bulk_url(*users: User) -> str:
    query = "&".join(f"id={user.pk}" for user in users)
    return reverse("wagtail_bulk_action", args=["auth", "user", "delete"]) + f"?{query}"


def test_a_user_who_did_work_is_not_deleted_and_the_reason_says_what_to_do(admin_client, coordinator, make_user):
    unused = make_user("unused")
    dossier = make_dossier(coordinator=coordinator)
    ContactMoment.objects.create(dossier=dossier, text="Gebeld", user=coordinator)
    Evaluation.objects.create(title="Tussen", frozen_by=coordinator, released_by=coordinator)
    address = reverse("wagtailusers_users:delete", args=[coordinator.pk])
    for response in (
        admin_client.get(address, follow=True),
        admin_client.post(address, follow=True),
        admin_client.post(bulk_url(coordinator, unused), follow=True),
    ):
        page = text(response)
        assert "1 dossier" in page and "1 contactmoment" in page and "1 evaluatie" in page
        assert "Zet “Actief” uit" in page
    assert User.objects.filter(pk__in=[coordinator.pk, unused.pk]).count() == 2
    assert Dossier.objects.get().coordinator == coordinator


def test_a_user_who_only_changed_something_stays_named_in_the_history(admin_client, coordinator):
    dossier = make_dossier()
    record = dossier.history.first()
    type(record).objects.filter(pk=record.pk).update(history_user=coordinator)
    page = text(admin_client.post(reverse("wagtailusers_users:delete", args=[coordinator.pk]), follow=True))
    assert "de geschiedenis van gegevens en pagina’s" in page
    assert User.objects.filter(pk=coordinator.pk).exists()


def test_a_user_who_did_nothing_is_deleted(admin_client, make_user):
    first, second = make_user("first"), make_user("second")
    admin_client.post(reverse("wagtailusers_users:delete", args=[first.pk]))
    admin_client.post(bulk_url(second))
    assert not User.objects.filter(pk__in=[first.pk, second.pk]).exists()
