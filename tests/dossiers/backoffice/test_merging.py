"""Tests of merging two dossiers, undoing that, and redirects from old URLs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import (
    CandidateLink,
    ContactMoment,
    Dossier,
    FollowUp,
    Merge,
    Organisation,
    Placement,
    RuleCode,
    Status,
    Step,
    Supply,
)
from dossiers.models.merges.undo import plan_undo
from dossiers.models.placements.placement_steps import take_step

from ..actions.scenarios import days_later, enable_only, get_done_note, update_record
from ..models.factories import make_dossier, make_interest
from ..models.merges import merge_dossiers, undo_merge
from ..models.placements import get_end_reason, make_placement, make_ready_dossier, today
from ..spreadsheets.imports import PERSON, Lists
from .pages import form_data, raw, text, url


def choose_url(target: Dossier) -> str:
    return reverse("dossiers_merge_choose", args=[target.pk])


def merge_url(target: Dossier, source: Dossier) -> str:
    return reverse("dossiers_merge", args=[target.pk, source.pk])


def undo_url(merge: Merge) -> str:
    return reverse("dossiers_merge_undo", args=[merge.pk])


def confirm(client, target, source, **choices):
    """Open the page, choose other values and press its button."""
    version = client.get(merge_url(target, source)).context["seen"]
    chosen = {f"choice-{name}": side for name, side in choices.items()}
    return client.post(merge_url(target, source), {"seen": version} | chosen, follow=True)


@pytest.mark.parametrize(
    ("given_name", "born", "is_warned"),
    [("Omar", date(1985, 3, 4), True), ("Selma", date(1985, 3, 4), False), ("Omar", None, False)],
)
def test_two_dossiers_with_different_names_and_dates_of_birth_come_with_a_warning(
    coordinator_client, given_name, born, is_warned
):
    target = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1990, 3, 12))
    other = make_dossier(given_name=given_name, family_name="Haile", date_of_birth=born)
    page = text(coordinator_client.get(merge_url(target, other)))
    assert ("Voeg ze alleen samen als u zeker weet dat beide over één persoon gaan." in page) == is_warned


def test_a_form_that_posts_other_line_ends_changes_no_note(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(PERSON | {"Opmerkingen": "eerste\ntweede"})
    source = Dossier.objects.get()
    target = make_dossier(given_name="Omar", notes="", profession="kok")

    def save_unchanged(dossier):
        edit = url(Dossier, "edit", dossier.pk)
        data = form_data(coordinator_client.get(edit))
        notes = data["notes"].replace("\n", "\r\n")
        assert coordinator_client.post(edit, data | {"notes": notes}).status_code == 302

    save_unchanged(source)
    assert source.history.first().notes == "eerste\ntweede"
    assert "eerste tweede →" not in text(coordinator_client.get(url(Dossier, "inspect", source.pk)))
    source.refresh_from_db()
    merge = merge_dossiers(target, source)
    assert merge.changes["notes"] == ["", "eerste\ntweede"]
    save_unchanged(target)
    assert plan_undo(Merge.objects.get()).left == {}
    undo_merge(Merge.objects.get())
    target.refresh_from_db()
    assert target.notes == ""


def test_line_ends_of_older_rows_are_no_difference(base_data):
    target, source = make_dossier(notes=""), make_dossier(notes="eerste\ntweede")
    merge = merge_dossiers(target, source)
    with connection.cursor() as cursor:  # as rows were before line ends were normalized
        cursor.execute("UPDATE dossiers_dossier SET notes = %s WHERE id = %s", ["eerste\r\ntweede", target.pk])
    Merge.objects.update(changes=merge.changes | {"notes": ["", "eerste\r\ntweede"]})
    assert Dossier.objects.get().notes == "eerste\ntweede"
    assert plan_undo(Merge.objects.get()).left == {}


def create_supply(dossier: Dossier, number: str, organisation: str = "AZC Luttelgeest") -> Supply:
    sender = Organisation.objects.named(organisation)
    return Supply.objects.create(dossier=dossier, organisation=sender, external_id=number)


@pytest.fixture
def two_dossiers(base_data) -> tuple[Dossier, Dossier]:
    born = date(1990, 3, 12)
    target = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=born, profession="kok", email="")
    source = make_dossier(
        given_name="Selaam", family_name="Haile", date_of_birth=born, profession="lasser", email="s@example.org"
    )
    return target, source


# --- Finding the other ---


def test_the_pages_of_dossiers_link_to_merging(coordinator_client, two_dossiers):
    assert choose_url(two_dossiers[0]) in raw(coordinator_client.get(url(Dossier, "edit", two_dossiers[0].pk)))
    assert reverse("dossiers_merges") in raw(coordinator_client.get(url(Dossier, "list")))


def test_only_likely_duplicates_are_suggested(coordinator_client, two_dossiers):
    target, source = two_dossiers
    swapped = make_dossier(given_name="Haile", family_name="Selam", date_of_birth=target.date_of_birth)
    older = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1980, 4, 13))
    stranger = make_dossier(given_name="Tesfay", family_name="Woldu", date_of_birth=target.date_of_birth)
    page = raw(coordinator_client.get(choose_url(target)))
    for likely in (source, swapped):
        assert merge_url(target, likely) in page
    for unlikely in (older, stranger, target):
        assert merge_url(target, unlikely) not in page


def test_another_dossier_can_be_searched_by_name_and_reference(coordinator_client, two_dossiers):
    stranger = make_dossier(given_name="Tesfay", family_name="Woldu", date_of_birth=date(1985, 1, 1))
    for words in ("woldu", stranger.reference):
        assert merge_url(two_dossiers[0], stranger) in raw(
            coordinator_client.get(choose_url(two_dossiers[0]), {"q": words})
        )
    empty_page = coordinator_client.get(choose_url(two_dossiers[0]), {"q": "xyz"})
    assert merge_url(two_dossiers[0], stranger) not in raw(empty_page)
    assert "xyz" in text(empty_page)


def test_a_long_list_of_results_is_limited(coordinator_client, two_dossiers):
    for _number in range(22):
        make_dossier(family_name="Woldu", date_of_birth=date(1985, 1, 1))
    assert len(coordinator_client.get(choose_url(two_dossiers[0]), {"q": "woldu"}).context["found"]) == 20
    assert coordinator_client.get(choose_url(two_dossiers[0]), {"q": "woldu"}).context["more"]


# --- Side by side ---


def test_differing_fields_are_shown_side_by_side_with_a_choice(coordinator_client, two_dossiers):
    target, source = two_dossiers
    response = coordinator_client.get(merge_url(target, source))
    rows = {row.name: row for row in response.context["choose"] + response.context["fill"]}
    assert set(rows) == {"choice-given_name", "choice-profession", "choice-email"}
    assert [(option.text, option.checked) for option in rows["choice-profession"].options] == [
        ("kok", True), ("lasser", False),
    ]  # fmt: skip
    assert [option.checked for option in rows["choice-email"].options] == [False, True]
    assert ("Geboortedatum", "12-03-1990") in response.context["same"]


def test_the_merge_page_shows_moved_records_and_two_numbers_of_one_organisation(coordinator_client, two_dossiers):
    target, source = two_dossiers
    create_supply(target, "P1")
    create_supply(source, "P2")
    create_supply(source, "W1", "Werkcorporatie")
    response = coordinator_client.get(merge_url(target, source))
    assert response.context["moving"] == ["2 aanleveringen"]
    assert response.context["twice"] == [("AZC Luttelgeest", "P1, P2")]
    assert "P1, P2" in text(response) and "is dan niet meer geldig" not in text(response)


def test_dossiers_with_a_placement_at_the_same_interest_are_refused_before_the_merge(coordinator_client, base_data):
    first = make_placement(dossier=make_ready_dossier(given_name="Omid", family_name="Rahimi"))
    make_placement(dossier=first.dossier)
    second = make_placement(
        dossier=make_ready_dossier(given_name="Omeed", family_name="Rahimy"), interest=first.interest
    )
    page = coordinator_client.get(merge_url(first.dossier, second.dossier))
    assert "Beide dossiers hebben een plaatsing, en er kan er maar één zijn." in text(page)
    assert f"{first.reference} · Omid Rahimi" in text(page) and f"{second.reference} · Omeed Rahimy" in text(page)
    for placement in (first, second):
        assert f'href="{url(Placement, "inspect", placement.pk)}"' in raw(page)
    assert "1 plaatsing." not in text(page) and "choice-" not in raw(page)
    take_step(second, Step.ENDED, today(), end_reason=get_end_reason())
    page = text(coordinator_client.get(merge_url(first.dossier, second.dossier)))
    assert "er kan er maar één zijn" not in page and "1 plaatsing." in page


def test_the_merge_page_warns_that_a_letter_stops_working(coordinator_client, two_dossiers, coordinator):
    target, source = two_dossiers
    CandidateLink.make(source, coordinator)
    response = coordinator_client.get(merge_url(target, source))
    assert response.context["moving"] == []
    assert f"De brief die voor {source.reference} is gemaakt, is dan niet meer geldig." in text(response)
    confirm(coordinator_client, target, source)
    assert not CandidateLink.objects.open().exists()
    assert plan_undo(Merge.objects.get()).returning == []


def test_names_with_markup_are_shown_as_text(coordinator_client, two_dossiers):
    source = make_dossier(given_name="<b>Selam</b>", family_name="Haile", date_of_birth=two_dossiers[0].date_of_birth)
    for address in (choose_url(two_dossiers[0]), merge_url(two_dossiers[0], source)):
        assert "<b>Selam</b>" not in raw(coordinator_client.get(address))


def test_a_dossier_can_not_be_merged_with_itself(coordinator_client, two_dossiers):
    assert coordinator_client.get(merge_url(two_dossiers[0], two_dossiers[0])).status_code == 404
    assert coordinator_client.post(merge_url(two_dossiers[0], two_dossiers[0])).status_code == 404


# --- Merging ---


def test_confirming_merges_the_dossiers_and_offers_an_undo(coordinator_client, two_dossiers, coordinator):
    target, source = two_dossiers
    response = confirm(coordinator_client, target, source, profession="other", given_name="kept")
    target.refresh_from_db()
    merge = Merge.objects.get()
    assert (target.given_name, target.profession, target.email) == ("Selam", "lasser", "s@example.org")
    assert (merge.user, merge.reference) == (coordinator, source.reference)
    assert undo_url(merge) in raw(response)
    assert source.reference in text(response)
    assert source.reference in text(coordinator_client.get(url(Dossier, "history", target.pk)))
    inspect_url = url(Dossier, "inspect", target.pk)
    assert raw(coordinator_client.get(inspect_url)).count(undo_url(merge)) == 2, "in the menu and in the timeline"
    Merge.objects.update(applied_at=timezone.now() - timedelta(days=31))
    assert undo_url(merge) not in raw(coordinator_client.get(inspect_url))


def test_opening_the_merge_page_merges_nothing(coordinator_client, two_dossiers):
    coordinator_client.get(merge_url(*two_dossiers))
    assert Dossier.objects.count() == 2


def test_merging_a_dossier_changed_meanwhile_is_refused(coordinator_client, two_dossiers):
    target, source = two_dossiers
    version = coordinator_client.get(merge_url(target, source)).context["seen"]
    source.profession = "bakker"
    source.save()
    answers = {"seen": version, "choice-profession": "kept", "choice-given_name": "other"}
    response = coordinator_client.post(merge_url(target, source), answers, follow=True)
    assert Dossier.objects.count() == 2
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert "bakker" in text(response) and "Uw keuzes staan er nog" in text(response)
    rows = [*response.context["choose"], *response.context["fill"]]
    checked = {row.name: option.side for row in rows for option in row.options if option.checked}
    assert checked["choice-given_name"] == "other" and checked["choice-profession"] == "kept"
    assert coordinator_client.post(merge_url(target, source)).status_code == 302
    assert Dossier.objects.count() == 2


def test_merging_once_more_in_another_tab_is_refused_with_a_way_on_and_nothing_else(coordinator_client, two_dossiers):
    target, source = two_dossiers
    version = coordinator_client.get(merge_url(target, source)).context["seen"]
    confirm(coordinator_client, target, source)
    again = {"seen": version, "choice-given_name": "kept", "choice-notes": "both"}
    response = coordinator_client.post(merge_url(target, source), again)
    page = text(response)
    assert f"Er is niets opgeslagen: {source.reference} is" in page and url(Dossier, "edit", target.pk) in raw(response)
    assert not any(word in page for word in ("in uw formulier", version, "kept", "Choice"))
    assert Merge.objects.count() == 1


# --- Old addresses ---


@pytest.mark.parametrize("page", ["edit", "inspect", "history", "usage", "delete"])
def test_the_url_of_a_merged_dossier_redirects_with_a_message(coordinator_client, two_dossiers, page):
    target, source = two_dossiers
    confirm(coordinator_client, target, source)
    response = coordinator_client.get(url(Dossier, page, source.pk), follow=True)
    assert response.redirect_chain[-1][0] == url(Dossier, "inspect", target.pk)
    assert f"{source.reference} is samengevoegd met {target.reference}." in text(response)


def test_a_form_of_a_merged_dossier_is_not_saved_into_the_other(coordinator_client, two_dossiers):
    target, source = two_dossiers
    confirm(coordinator_client, target, source)
    typed = {"given_name": "Anders", "family_name": target.family_name, "notes": "Zoekt werk in de zorg."}
    response = coordinator_client.post(url(Dossier, "edit", source.pk), typed)
    page = text(response)
    assert f"Er is niets opgeslagen: {source.reference} is" in page and url(Dossier, "edit", target.pk) in raw(response)
    assert "Voornaam Anders" in page and "Zoekt werk in de zorg." in page and "Achternaam" not in page
    assert not Dossier.objects.filter(given_name="Anders").exists()
    coordinator_client.post(url(Dossier, "delete", source.pk))
    assert Dossier.objects.get() == target


def test_the_url_of_a_missing_dossier_is_not_found(coordinator_client, two_dossiers):
    confirm(coordinator_client, *two_dossiers)
    assert coordinator_client.get(url(Dossier, "edit", 999_999)).status_code == 404


def test_the_list_finds_the_merged_dossier_by_the_old_reference(coordinator_client, two_dossiers):
    target, source = two_dossiers
    confirm(coordinator_client, target, source)
    assert target.full_name in text(coordinator_client.get(url(Dossier, "list_results"), {"q": source.reference}))


# --- Undoing ---


def test_the_undo_page_shows_which_values_return_and_which_stay(coordinator_client, two_dossiers):
    target, source = two_dossiers
    create_supply(source, "P2")
    confirm(coordinator_client, target, source, profession="other")
    target.refresh_from_db()
    target.profession = "bakker"
    target.save()
    create_supply(target, "P3")
    merge = Merge.objects.get()
    response = coordinator_client.get(undo_url(merge))
    assert response.context["restored"] == [("E-mail", "s@example.org", "–")]
    assert response.context["left"][0].what.startswith("Beroep (")
    assert (response.context["plan"].returning, response.context["plan"].added) == (
        ["1 aanlevering"],
        ["1 aanlevering"],
    )
    assert Dossier.objects.count() == 1

    response = coordinator_client.post(undo_url(merge), {"seen": response.context["seen"]}, follow=True)
    assert response.redirect_chain[-1][0] == url(Dossier, "inspect", source.pk)
    assert "Beroep" in text(response)
    target.refresh_from_db()
    assert (target.profession, target.email) == ("bakker", "")
    assert Dossier.objects.get(pk=source.pk).profession == "lasser"
    assert "Beroep" in text(coordinator_client.get(reverse("dossiers_merges")))


def test_the_undo_names_texts_that_were_changed_since_and_says_what_becomes_of_them(coordinator_client, two_dossiers):
    target, source = two_dossiers
    same = ContactMoment.objects.create(dossier=source, text="Ongewijzigd", held_on=today())
    edited = ContactMoment.objects.create(dossier=source, text="Belt morgen", held_on=today())
    Dossier.objects.filter(pk=source.pk).update(notes="Slaapt in Ens")
    merge = merge_dossiers(target, source)
    edited.refresh_from_db()
    edited.text = "Belt overmorgen"
    edited.save()
    target.notes += "\nWil een fiets"
    target.save()
    added = ContactMoment.objects.create(dossier=target, text="Nieuw", held_on=today())
    response = coordinator_client.get(undo_url(merge))
    page = text(response)
    stays = f"In {target.reference}: Opmerkingen (daarna gewijzigd) Blijft in {target.reference} Slaapt in Ens"
    stays += " Wil een fiets"
    assert f"{stays} In {target.reference} vóór de samenvoeging – {source.reference} krijgt terug Slaapt in Ens" in page
    assert f"Is het van {source.reference}? Zet het daar na het ongedaan maken neer" in page
    parts = page.split("Gewijzigd na de samenvoeging, en gaat terug zoals het nu is:")[1].split(" Blijft in ")
    assert edited.heading in parts[0] and url(ContactMoment, "inspect", edited.pk) in raw(response)
    assert url(ContactMoment, "inspect", added.pk) in raw(response)
    assert url(ContactMoment, "inspect", same.pk) not in raw(response)
    response = coordinator_client.post(undo_url(merge), {"seen": response.context["seen"]}, follow=True)
    page = text(response)
    assert f"In {target.reference} is gebleven: Opmerkingen (daarna gewijzigd). Controleer van wie dat is." in page
    assert (
        f"Dit kwam na de samenvoeging bij {target.reference} en is daar gebleven: Contactmoment: {added.heading}"
        in page
    )
    assert url(ContactMoment, "inspect", added.pk) in raw(response)
    assert url(Dossier, "inspect", target.pk) in raw(response)
    assert set(ContactMoment.objects.filter(dossier=source.pk)) == {same, edited}


def test_the_undo_says_whose_remarks_are_that_were_edited_since(coordinator_client, two_dossiers):
    target, source = two_dossiers
    Dossier.objects.filter(pk=target.pk).update(notes="Rijdt fiets")
    Dossier.objects.filter(pk=source.pk).update(notes="Slaapt in Ens\nWeg uit Ens")
    merge = merge_dossiers(target, source)
    target.notes = "Rijdt fiets\n\nSlaapt in Ens, kamer 4\nWil een baan"
    target.save()
    response = coordinator_client.get(undo_url(merge))
    page, other = text(response), source.reference
    assert f"Hiervan stond alleen in {other} Slaapt in Ens Hiervan is later geschreven" in page
    assert "van wie het is, weet niemand Wil een baan" in page
    response = coordinator_client.post(undo_url(merge), {"seen": response.context["seen"]}, follow=True)
    stayed = f"In de opmerkingen van {target.reference} staan nog woorden van {other}: haal die daar weg."
    assert stayed in text(response)
    assert Dossier.objects.get(pk=source.pk).notes == "Slaapt in Ens\nWeg uit Ens"


def test_the_undo_says_of_no_remark_that_it_is_of_the_other_if_none_is(coordinator_client, two_dossiers):
    target, source = two_dossiers
    Dossier.objects.filter(pk__in=[target.pk, source.pk]).update(notes="Rijdt fiets")
    merge = merge_dossiers(target, source)
    target.notes = "Rijdt fiets\nWil een baan"
    target.save()
    response = coordinator_client.get(undo_url(merge))
    assert "stond alleen in" not in text(response) and "weet niemand Wil een baan" in text(response)
    response = coordinator_client.post(undo_url(merge), {"seen": response.context["seen"]}, follow=True)
    assert "is gebleven: Opmerkingen" in text(response) and "staan nog woorden van" not in text(response)


def test_an_outdated_or_repeated_undo_is_refused(coordinator_client, two_dossiers):
    target, source = two_dossiers
    confirm(coordinator_client, target, source)
    merge = Merge.objects.get()
    version = coordinator_client.get(undo_url(merge)).context["seen"]
    target.save()
    response = coordinator_client.post(undo_url(merge), {"seen": version}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Dossier.objects.count() == 1
    data = {"seen": response.context["seen"]}
    coordinator_client.post(undo_url(merge), data)
    assert Dossier.objects.count() == 2
    assert coordinator_client.get(undo_url(merge)).context["refusal"]
    coordinator_client.post(undo_url(merge), data)
    assert Dossier.objects.count() == 2


def test_undoing_a_merge_that_moved_a_wish_to_stop_shows_the_day_of_the_wish(coordinator_client, two_dossiers):
    target, source = two_dossiers
    Dossier.objects.filter(pk=source.pk).update(withdrawal_requested_on=date(2026, 11, 3))
    confirm(coordinator_client, target, source)
    page = coordinator_client.get(undo_url(Merge.objects.get()))
    assert page.status_code == 200 and "03-11-2026" in text(page)


def test_merges_are_listed_with_user_and_undo_link(coordinator_client, two_dossiers, coordinator):
    assert undo_url(Merge(pk=1)) not in raw(coordinator_client.get(reverse("dossiers_merges")))
    confirm(coordinator_client, *two_dossiers)
    merge = Merge.objects.get()
    page = coordinator_client.get(reverse("dossiers_merges"))
    assert undo_url(merge) in raw(page)
    for words in (two_dossiers[1].reference, two_dossiers[0].heading, coordinator.get_username()):
        assert words in text(page)
    Merge.objects.update(applied_at=timezone.now() - timedelta(days=31))
    assert undo_url(merge) not in raw(coordinator_client.get(reverse("dossiers_merges")))
    assert "30" in coordinator_client.get(undo_url(merge)).context["refusal"]


def test_the_list_of_merges_has_a_constant_number_of_queries(coordinator_client, base_data):
    def count_queries() -> int:
        confirm(coordinator_client, make_dossier(), make_dossier())
        with CaptureQueriesContext(connection) as captured:
            coordinator_client.get(reverse("dossiers_merges"))
        return len(captured)

    count_queries()  # content types and the like are read once
    assert count_queries() == count_queries()


# --- Who may ---


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_other_users_find_no_merges(as_user, coordinator_client, request, two_dossiers, role):
    target, source = two_dossiers
    third = make_dossier()
    confirm(coordinator_client, target, source)
    merge, client = Merge.objects.get(), as_user(request.getfixturevalue(role))
    addresses = (choose_url(target), merge_url(target, third), reverse("dossiers_merges"), undo_url(merge))
    for address in addresses:
        for response in (client.get(address), client.post(address, {"seen": "x"})):
            assert response.status_code in (404, 405), address
            assert target.family_name not in raw(response)
    response = client.get(url(Dossier, "edit", source.pk), follow=True)
    assert target.reference not in raw(response)
    assert Dossier.objects.count() == 2


def test_a_user_with_only_view_permission_is_redirected_but_cannot_merge(
    as_user, coordinator_client, reader, two_dossiers
):
    from django.contrib.auth.models import Permission

    target, source = two_dossiers
    confirm(coordinator_client, target, source)
    reader.user_permissions.add(Permission.objects.get(codename="view_dossier"))
    client = as_user(reader)
    response = client.get(url(Dossier, "inspect", source.pk))
    assert (response.status_code, response.url) == (302, url(Dossier, "inspect", target.pk))
    assert client.get(choose_url(target)).status_code == 404
    assert choose_url(target) not in raw(client.get(url(Dossier, "inspect", target.pk)))


@pytest.mark.parametrize("start_at_empty", [True, False])
def test_the_fuller_dossier_is_proposed_to_stay_and_can_be_turned(coordinator_client, start_at_empty):
    full = make_dossier(given_name="Noor", family_name="Alhamwi")
    ContactMoment.objects.create(dossier=full, text="Gebeld")
    empty = make_dossier(given_name="Noor", family_name="Alhamwi", profession="kok")
    here, there = (empty, full) if start_at_empty else (full, empty)
    choices = coordinator_client.get(choose_url(here), {"q": "alhamwi"}).context["found"]
    (choice,) = [choice for choice in choices if choice.dossier == there]
    answer = coordinator_client.get(choice.url, follow=True)
    assert answer.context["kept"] == full
    turned = coordinator_client.get(answer.context["turn_url"])
    assert turned.status_code == 200 and turned.context["kept"] == empty


def test_the_page_says_that_another_dossier_stays_than_that_from_which_the_user_came(coordinator_client):
    older, newer = make_dossier(), make_dossier()
    answer = coordinator_client.get(merge_url(newer, older), {"propose": 1}, follow=True)
    words = f"U kwam van {newer.reference}, maar {older.reference} blijft, want dat is het oudste van de twee."
    assert words in text(answer) and f"Toch {newer.reference} laten blijven" in text(answer)
    assert raw(answer).count(f'href="{merge_url(newer, older)}"') == 2
    for chosen in (merge_url(newer, older), f"{merge_url(older, newer)}?propose=1"):
        answer = coordinator_client.get(chosen)
        assert answer.status_code == 200 and "U kwam van" not in text(answer)


def test_the_page_says_that_a_newer_dossier_stays_because_more_is_recorded_in_it(coordinator_client):
    older, newer = make_dossier(), make_dossier()
    ContactMoment.objects.create(dossier=newer, text="Gebeld")
    page = text(coordinator_client.get(merge_url(older, newer), {"propose": 1}, follow=True))
    assert f"U kwam van {older.reference}, maar {newer.reference} blijft, want daarin is meer vastgelegd." in page
    assert "oudste" not in page


def test_a_page_that_was_open_while_the_other_dossier_became_fuller_gives_no_wrong_reason(coordinator_client):
    older, newer = make_dossier(), make_dossier()
    answer = coordinator_client.get(merge_url(newer, older), {"propose": 1}, follow=True)
    ContactMoment.objects.create(dossier=newer, text="Gebeld")
    page = text(coordinator_client.get(answer.redirect_chain[-1][0]))
    assert "U kwam van" not in page and "vastgelegd." not in page


def test_of_two_equal_dossiers_the_older_is_proposed_to_stay(coordinator_client):
    older, newer = make_dossier(), make_dossier()
    answer = coordinator_client.get(merge_url(newer, older), {"propose": 1}, follow=True)
    assert answer.context["kept"] == older


def test_a_merge_of_a_person_who_was_forgotten_offers_no_undo_and_says_why(coordinator_client, two_dossiers):
    target, source = two_dossiers
    confirm(coordinator_client, target, source)
    Dossier.objects.filter(pk=target.pk).update(status="withdrawn")
    anonymize_dossier(target.pk, None, "proef")
    merge, page = Merge.objects.get(), coordinator_client.get(reverse("dossiers_merges"))
    assert undo_url(merge) not in raw(page) and "kan niet ongedaan worden gemaakt: de persoon is vergeten" in text(page)
    refusal = "Deze samenvoeging kan niet meer ongedaan worden gemaakt: de persoon is vergeten."
    assert refusal in text(coordinator_client.get(undo_url(merge), follow=True))


@pytest.fixture
def archived_dossier(base_data) -> Dossier:
    return make_dossier(status=Status.WITHDRAWN, archived_at=timezone.now() - timedelta(days=9))


def test_a_dossier_that_a_merge_takes_out_of_the_archive_is_archived_again_by_the_undo(
    coordinator_client, archived_dossier
):
    other, since = make_dossier(), archived_dossier.archived_at
    leaves = f"Als {archived_dossier.reference} na het samenvoegen open is, gaat het uit het archief."
    assert leaves in text(coordinator_client.get(merge_url(archived_dossier, other)))
    merge = merge_dossiers(archived_dossier, other, status="other")
    assert archived_dossier.archived_at is None
    page = coordinator_client.get(undo_url(merge))
    assert "Gearchiveerd" in [label for label, _now, _former in page.context["restored"]]
    undo_merge(merge)
    archived_dossier.refresh_from_db()
    assert (archived_dossier.status, archived_dossier.archived_at) == (Status.WITHDRAWN, since)


def test_an_undone_merge_does_not_archive_a_dossier_that_stays_open(coordinator_client, archived_dossier):
    merge = merge_dossiers(archived_dossier, make_dossier(), status="other")
    archived_dossier.status = Status.INTAKE
    archived_dossier.save()
    page = text(coordinator_client.get(undo_url(merge)))
    assert f"In {archived_dossier.reference}: Status (daarna gewijzigd)" in page and "Gearchiveerd" not in page
    undo_merge(merge)
    archived_dossier.refresh_from_db()
    assert (archived_dossier.status, archived_dossier.archived_at) == (Status.INTAKE, None)


def test_the_archive_is_not_named_if_both_dossiers_are_closed(coordinator_client, archived_dossier):
    other = make_dossier(status=Status.WITHDRAWN)
    assert "archief" not in text(coordinator_client.get(merge_url(archived_dossier, other))).split("Wat er gebeurt")[1]
    assert "archived_at" not in merge_dossiers(archived_dossier, other).changes


def test_the_undo_page_names_the_status_that_a_changed_placement_gives_the_other_dossier(coordinator_client, base_data):
    placement = make_placement(Step.WORKING)
    target, other = make_dossier(), placement.dossier
    merge = merge_dossiers(target, other)
    becomes = f"De status wordt “beschikbaar”: {other.reference}."
    assert becomes not in text(coordinator_client.get(undo_url(merge)))
    placement.refresh_from_db()
    take_step(placement, Step.ENDED, today(), end_reason=get_end_reason())
    assert becomes in text(coordinator_client.get(undo_url(merge)))
    assert Merge.objects.get().undone_at is None and not Dossier.objects.filter(pk=other.pk).exists()
    undo_merge(merge)
    assert Dossier.objects.get(pk=other.pk).status == Status.AVAILABLE


def test_an_order_to_end_a_proposal_goes_with_the_undo_of_the_merge_that_gave_it(coordinator_client):
    enable_only(RuleCode.WORKS_ELSEWHERE)
    start = update_record(make_placement(Step.WORKING), working_on=days_later(-1))
    proposal = update_record(make_placement(Step.PROPOSED, interest=make_interest()), proposed_on=days_later(-30))
    confirm(coordinator_client, proposal.dossier, start.dossier)
    action = FollowUp.objects.open().get()
    assert action.placement == proposal
    address = undo_url(Merge.objects.get())
    coordinator_client.post(address, {"seen": coordinator_client.get(address).context["seen"]})
    assert "ander dossier" in get_done_note(action)
