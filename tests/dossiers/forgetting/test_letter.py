"""A letter with the link to a candidate's own page is made, shown once, replaced and revoked by coordinators."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from dossiers.models import CandidateLink, Dossier
from dossiers.models.candidate_page.links import hash_key
from pilot_pages.models import PilotSettings

from ..backoffice.pages import raw, text, url
from ..models.factories import make_dossier
from ..models.merges import merge_dossiers

pytestmark = pytest.mark.usefixtures("base_data")


@pytest.fixture
def dossier() -> Dossier:
    return make_dossier(given_name="Selamawit")


def make_letter(coordinator_client, dossier: Dossier):
    address = reverse("dossiers_letter", args=[dossier.pk])
    return coordinator_client.post(address, coordinator_client.get(address).context["form"].initial)


def read_key(page: str) -> str:
    return page.partition("mijn-gegevens/")[2][:19]


def test_the_letter_has_a_qr_code_a_link_an_expiry_date_and_text_in_each_language(coordinator_client, dossier):
    response = make_letter(coordinator_client, dossier)
    page, link = raw(response), CandidateLink.objects.get()
    assert hash_key(read_key(page)) == link.key_hash
    assert "<svg" in page and f"{link.last_day:%d-%m-%Y}" in page
    assert "Geef deze brief aan niemand anders." in page and "Do not give this letter to anybody else." in page
    assert "no-store" in response["Cache-Control"]
    assert (link.made_by.username, link.dossier) == ("coordinator", dossier)


CONTACT = {"contact_name": "Team Werk", "contact_phone": "+31527123456", "contact_email": "werk@example.nl"}


def test_the_letter_has_a_sender_subject_date_and_contact(coordinator_client, dossier):
    PilotSettings.objects.update_or_create(site=Site.objects.get(), defaults=CONTACT)
    page = text(make_letter(coordinator_client, dossier))
    for words in (
        "Gemeente Noordoostpolder Asielzoekers naar werk",
        "Team Werk 0527 123 456 werk@example.nl",
        f"Datum: {timezone.localdate():%d-%m-%Y} Kenmerk: {dossier.reference}",
        "Van de gemeente Noordoostpolder",
        "From the municipality of Noordoostpolder",
        "U krijgt deze brief omdat u in het project staat en mag zien wat wij van u weten.",
        "You get this letter because you are in the project",
        "Boven aan deze brief staat hoe u ons bereikt.",
        "At the top of this letter you see how to reach us.",
    ):
        assert words in page, words
    assert "noemt niemand om te bellen" not in page


def test_a_missing_contact_is_reported_on_screen_and_omitted_from_the_printed_letter(coordinator_client, dossier):
    PilotSettings.objects.update_or_create(site=Site.objects.get(), defaults=dict.fromkeys(CONTACT, ""))
    before, letter = (
        text(coordinator_client.get(reverse("dossiers_letter", args=[dossier.pk]))),
        make_letter(coordinator_client, dossier),
    )
    assert "De brief noemt niemand om te bellen" in before
    not_printed, printed = raw(letter).split("</nav>")
    assert "De brief noemt niemand om te bellen" in not_printed
    assert "Boven aan deze brief" not in printed and "noemt niemand" not in printed


def test_opening_the_page_does_not_create_a_letter(coordinator_client, dossier):
    assert "Brief maken" in text(coordinator_client.get(reverse("dossiers_letter", args=[dossier.pk])))
    assert not CandidateLink.objects.exists()


def test_a_new_letter_revokes_the_previous_letter(coordinator_client, dossier):
    first, second = (read_key(raw(make_letter(coordinator_client, dossier))) for _number in range(2))
    assert [link.key_hash for link in CandidateLink.objects.open()] == [hash_key(second)]
    assert CandidateLink.objects.exclude(revoked_at=None).get().key_hash == hash_key(first)
    asked = text(coordinator_client.get(reverse("dossiers_letter", args=[dossier.pk])))
    assert "De brief die deze kandidaat nu heeft, is dan niet meer geldig." in asked


def test_resubmitting_the_form_does_not_create_a_second_letter(coordinator_client, dossier):
    address = reverse("dossiers_letter", args=[dossier.pk])
    data = coordinator_client.get(address).context["form"].initial
    first = read_key(raw(coordinator_client.post(address, data)))
    for _reload in range(2):
        response = coordinator_client.post(address, data)
    assert [link.key_hash for link in CandidateLink.objects.all()] == [hash_key(first)]
    link = CandidateLink.objects.get()
    assert f"De brief is al gemaakt, op {timezone.localtime(link.made_at):%d-%m-%Y %H:%M}" in text(response)
    assert "Latest" not in text(response)
    assert f"blijft geldig tot en met {link.last_day:%d-%m-%Y}" in text(response)
    second = read_key(raw(coordinator_client.post(address, response.context["form"].initial)))
    assert [link.key_hash for link in CandidateLink.objects.open()] == [hash_key(second)]
    CandidateLink.revoke_of(dossier)
    assert "is niet meer geldig. Maak hieronder een nieuwe" in text(coordinator_client.post(address, data))


def test_the_page_shows_the_author_of_the_letter_and_can_revoke_the_letter(coordinator_client, dossier):
    make_letter(coordinator_client, dossier)
    page = url(Dossier, "inspect", dossier.pk)
    assert "Gemaakt door coordinator. Nog niet geopend." in text(coordinator_client.get(page))
    assert coordinator_client.get(reverse("dossiers_letter_revoke", args=[dossier.pk])).status_code == 405
    response = coordinator_client.post(reverse("dossiers_letter_revoke", args=[dossier.pk]), follow=True)
    assert "De brief is niet meer geldig." in text(response) and "Er is geen geldige brief." in text(response)
    assert not CandidateLink.objects.open().exists()


def test_the_history_shows_letters_without_their_keys(coordinator_client, dossier):
    key = read_key(raw(make_letter(coordinator_client, dossier)))
    coordinator_client.post(reverse("dossiers_letter_revoke", args=[dossier.pk]))
    history = raw(coordinator_client.get(url(Dossier, "history", dossier.pk)))
    assert "Er is een brief met een link gemaakt" in history and "De brief met een link is ingetrokken" in history
    assert key not in history


def test_after_a_merge_the_letter_links_to_the_remaining_dossier(coordinator_client, dossier):
    other = make_dossier()
    make_letter(coordinator_client, dossier)
    make_letter(coordinator_client, other)
    merge_dossiers(dossier, other)
    assert {link.dossier_id for link in CandidateLink.objects.open()} == {dossier.pk}


@pytest.mark.parametrize("role", ["reader", "editor", "partner"])
def test_only_coordinators_create_or_revoke_a_letter(as_user, request, dossier, coordinator_client, role):
    make_letter(coordinator_client, dossier)
    browser = as_user(request.getfixturevalue(role))
    for name in ("dossiers_letter", "dossiers_letter_revoke"):
        assert browser.post(reverse(name, args=[dossier.pk])).status_code == 404
    assert CandidateLink.objects.open().count() == 1
