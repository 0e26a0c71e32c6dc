"""Tests of the result page of an import: each line is counted once, and leads to its records and to the next step."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier, EmployerInterest, ImportRun

from ..models.factories import make_dossier, make_interest
from ..spreadsheets.imports import decide_on_older_values
from .pages import raw, text, url
from .test_apply import BAD, GOOD, apply_import_page, import_url, make_preview
from .test_uploading import upload


def find_link(page, words: str) -> str:
    """Return the address of the link with these words."""
    links = BeautifulSoup(raw(page), "html.parser").find_all("a")
    return str(next(link["href"] for link in links if " ".join(link.text.split()) == words))


def test_each_line_is_counted_once_and_leads_to_exactly_its_records(coordinator_client):
    known = "Amina;Said;01-01-1980;P8", "Karim;Said;01-01-1981;P9"
    apply_import_page(coordinator_client, make_preview(coordinator_client, *known))
    run = make_preview(coordinator_client, GOOD, "Amina;Saidi;01-01-1980;P8", known[1], BAD)
    page = apply_import_page(coordinator_client, run, good_rows_only="yes", follow=True)
    assert "4 regels: 1 nieuw 1 gewijzigd 1 gelijk 1 niet geïmporteerd door een fout" in text(page)
    for words, name in (("1 nieuw", "Selam Haile"), ("1 gewijzigd", "Amina Saidi")):
        listed = text(coordinator_client.get(find_link(page, words)))
        assert {shown for shown in ("Selam Haile", "Amina Saidi", "Karim Said") if shown in listed} == {name}
    for words, name in (("1 gelijk", "Karim Said"), ("1 niet geïmporteerd door een fout", "Tesfay")):
        shown = text(coordinator_client.get(import_url("", run) + find_link(page, words)))
        assert name in shown


def test_a_new_person_who_was_deleted_since_is_counted_and_told(coordinator_client):
    run = make_preview(coordinator_client, GOOD, "Tesfay;Woldu;01-02-1990;P2")
    apply_import_page(coordinator_client, run)
    Dossier.objects.get(given_name="Selam").delete()
    page = text(coordinator_client.get(import_url("", run)))
    assert "2 nieuw (waarvan 1 niet meer in de lijst: intussen samengevoegd of verwijderd)" in page


@pytest.mark.parametrize("query", ["import={}&import_action=flying", "import=999&import_action=new"])
def test_an_unknown_action_or_import_lists_nobody(coordinator_client, query):
    apply_import_page(coordinator_client, run := make_preview(coordinator_client, GOOD))
    assert "Selam" not in text(coordinator_client.get(f"{url(Dossier, 'list')}?{query.format(run.pk)}"))


def test_the_new_candidates_without_a_coordinator_get_one_in_one_go(coordinator_client, coordinator):
    other = make_dossier(given_name="Yonas")
    run = make_preview(coordinator_client, GOOD, "Tesfay;Woldu;01-02-1990;P2", "Amina;Said;01-01-1980;P8")
    apply_import_page(coordinator_client, run)
    Dossier.objects.filter(given_name="Amina").update(coordinator=coordinator)
    words = "Wijs een begeleider toe aan de 2 nieuwe kandidaten zonder begeleider"
    address = find_link(coordinator_client.get(import_url("", run)), words)
    page = coordinator_client.get(address)
    assert "2 dossiers" in text(page)
    assert BeautifulSoup(raw(page), "html.parser").select_one('input[name="field"][checked]')["value"] == "coordinator"
    preview = coordinator_client.post(address, {"field": "coordinator", "to_coordinator": coordinator.pk})
    coordinator_client.post(f"{preview.url}apply/")
    assert set(Dossier.objects.filter(coordinator=None)) == {other}
    result = coordinator_client.get(import_url("", run))
    assert "zonder begeleider" not in text(result)
    assert find_link(result, "Volgende lijst importeren") == reverse("dossiers_import_upload", args=["dossiers"])


def test_the_new_candidates_who_still_need_a_talk_are_listed_to_plan_it(coordinator_client):
    make_dossier(given_name="Yonas")
    run = make_preview(coordinator_client, GOOD, "Tesfay;Woldu;01-02-1990;P2", "Amina;Said;01-01-1980;P8")
    page = apply_import_page(coordinator_client, run, follow=True)
    assert "3 nieuwe kandidaten hebben nog een verwachtingengesprek nodig" in text(page)
    Dossier.objects.filter(given_name="Amina").update(expectation_talk_on=timezone.localdate())
    page = coordinator_client.get(import_url("", run))
    words = "Gesprekken plannen: 2 nieuwe kandidaten hebben nog een verwachtingengesprek nodig"
    listed = text(coordinator_client.get(find_link(page, words)))
    names = ("Selam", "Tesfay", "Amina", "Yonas")
    assert [name for name in names if name in listed] == ["Selam", "Tesfay"]
    Dossier.objects.update(expectation_talk_on=timezone.localdate())
    assert "verwachtingengesprek nodig" not in text(coordinator_client.get(import_url("", run)))


def test_new_interests_without_a_coordinator_get_one_in_one_go(coordinator_client):
    make_interest()
    header = "Bedrijf;Contactpersoon;E-mail;Werk;Plekken"
    lines = (header, "Bakkerij Jansen;An Jansen;an@bakker.nl;bakker;2")
    upload(coordinator_client, SimpleUploadedFile("werk.csv", "\n".join(lines).encode()), record="employer_interest")
    run = ImportRun.objects.get()
    page = apply_import_page(coordinator_client, run, follow=True)
    listed = text(coordinator_client.get(find_link(page, "1 nieuw")))
    assert "Bakkerij Jansen" in listed
    words = "Wijs een begeleider toe aan de nieuwe interesse zonder begeleider"
    assert "1 werkgeversinteresse" in text(coordinator_client.get(find_link(page, words)))
    assert EmployerInterest.objects.count() == 2


def test_an_interest_of_which_only_the_employer_changed_is_counted_and_listed(coordinator_client):
    header, line = (
        "Bedrijf;Contactpersoon;E-mail;Postcode;Werk;Plekken",
        "Bakkerij Jansen;An Jansen;an@bakker.nl;{};bakker;2",
    )
    for postcode in ("8302 AB", "8303 CD"):
        lines = (header, line.format(postcode), "Kwekerij Smit;Jo Smit;jo@kwekerij.nl;8304 EF;kweker;1")
        upload(
            coordinator_client, SimpleUploadedFile("werk.csv", "\n".join(lines).encode()), record="employer_interest"
        )
        page = apply_import_page(coordinator_client, ImportRun.objects.latest("pk"), follow=True)
    assert "1 gewijzigd 1 gelijk" in text(page) and "niet meer in de lijst" not in text(page)
    for words in ("1 gewijzigd", "Bekijk wat deze import maakte of wijzigde"):
        listed = text(coordinator_client.get(find_link(page, words)))
        assert "Bakkerij Jansen" in listed and "Kwekerij Smit" not in listed
    EmployerInterest.objects.get(employer__company_name="Bakkerij Jansen").delete()
    page = text(coordinator_client.get(import_url("", ImportRun.objects.latest("pk"))))
    assert "1 gewijzigd (waarvan 1 niet meer in de lijst" in page


def test_who_may_not_change_dossiers_is_not_offered_a_change(as_user, make_user):
    viewer = make_user("kijker")
    names = ["access_admin", "add_importrun", "view_importrun", "view_dossier"]
    viewer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = as_user(viewer)
    page = apply_import_page(client, make_preview(client, GOOD), follow=True)
    assert "1 nieuw" in text(page) and "zonder begeleider" not in text(page)


def test_a_line_of_which_nothing_was_taken_over_by_choice_is_not_counted_as_unchanged(coordinator_client, coordinator):
    known = "Amina;Said;01-01-1980;P8", "Karim;Said;01-01-1981;P9"
    apply_import_page(coordinator_client, make_preview(coordinator_client, *known))
    dossier = Dossier.objects.get(given_name="Amina")
    dossier._history_user, dossier.family_name = coordinator, "Saidi"
    dossier.save()
    run = make_preview(coordinator_client, GOOD, *known)
    decide_on_older_values(run, use_older=False)
    page = coordinator_client.get(import_url("", run), {"action": "unchanged"})
    assert "Gelijk of niet overgenomen" in text(page)
    page = apply_import_page(coordinator_client, run, follow=True)
    assert "3 regels: 1 nieuw 1 gelijk 1 niet overgenomen: wat bekend stond, blijft" in text(page)
