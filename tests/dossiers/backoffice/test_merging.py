"""Tests of merging two dossiers, undoing that, and redirects from old URLs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import CandidateLink, Dossier, Merge, Organisation, Supply
from dossiers.models.merges.undo import plan_undo

from ..models.factories import make_dossier
from ..models.merges import merge_dossiers, undo_merge
from ..spreadsheets.imports import PERSON, Lists
from .pages import form_data, raw, text, url


def choose(kept: Dossier) -> str:
    return reverse("dossiers_merge_choose", args=[kept.pk])


def page_of(kept: Dossier, other: Dossier) -> str:
    return reverse("dossiers_merge", args=[kept.pk, other.pk])


def undo_of(done: Merge) -> str:
    return reverse("dossiers_merge_undo", args=[done.pk])


def confirm(client, kept, other, **choices):
    """Open the page, choose other values and press its button."""
    seen = client.get(page_of(kept, other)).context["seen"]
    chosen = {f"choice-{name}": side for name, side in choices.items()}
    return client.post(page_of(kept, other), {"seen": seen} | chosen, follow=True)


def test_a_form_that_posts_other_line_ends_changes_no_note(coordinator_client, tmp_path):
    lists = Lists(tmp_path)
    lists.apply(PERSON | {"Opmerkingen": "eerste\ntweede"})
    other = Dossier.objects.get()
    kept = make_dossier(given_name="Omar", notes="")
    Dossier.objects.filter(pk=kept.pk).update(profession="kok")

    def save_unchanged(dossier):
        edit = url(Dossier, "edit", dossier.pk)
        data = form_data(coordinator_client.get(edit))
        notes = data["notes"].replace("\n", "\r\n")
        assert coordinator_client.post(edit, data | {"notes": notes}).status_code == 302

    save_unchanged(other)
    assert other.history.first().notes == "eerste\ntweede"
    assert "eerste tweede →" not in text(coordinator_client.get(url(Dossier, "inspect", other.pk)))
    other.refresh_from_db()
    done = merge_dossiers(kept, other)
    assert done.changes["notes"] == ["", "eerste\ntweede"]
    save_unchanged(kept)
    assert plan_undo(Merge.objects.get()).left == {}
    undo_merge(Merge.objects.get())
    kept.refresh_from_db()
    assert kept.notes == ""


def test_line_ends_of_older_rows_are_no_difference(base_data):
    kept, other = make_dossier(notes=""), make_dossier(notes="eerste\ntweede")
    done = merge_dossiers(kept, other)
    with connection.cursor() as cursor:  # as rows were before line ends were normalized
        cursor.execute("UPDATE dossiers_dossier SET notes = %s WHERE id = %s", ["eerste\r\ntweede", kept.pk])
    Merge.objects.update(changes=done.changes | {"notes": ["", "eerste\r\ntweede"]})
    assert Dossier.objects.get().notes == "eerste\ntweede"
    assert plan_undo(Merge.objects.get()).left == {}


def supply(dossier: Dossier, number: str, organisation: str = "AZC Luttelgeest") -> Supply:
    sender = Organisation.objects.named(organisation)
    return Supply.objects.create(dossier=dossier, organisation=sender, external_id=number)


@pytest.fixture
def two(base_data) -> tuple[Dossier, Dossier]:
    born = date(1990, 3, 12)
    kept = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=born, profession="kok", email="")
    other = make_dossier(
        given_name="Selaam", family_name="Haile", date_of_birth=born, profession="lasser", email="s@example.org"
    )
    return kept, other


# --- Finding the other ---


def test_a_dossiers_menu_and_the_lists_menu_lead_there(coordinator_client, two):
    assert choose(two[0]) in raw(coordinator_client.get(url(Dossier, "edit", two[0].pk)))
    assert reverse("dossiers_merges") in raw(coordinator_client.get(url(Dossier, "list")))


def test_likely_doubles_are_suggested_and_others_are_not(coordinator_client, two):
    kept, other = two
    swapped = make_dossier(given_name="Haile", family_name="Selam", date_of_birth=kept.date_of_birth)
    older = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1980, 4, 13))
    stranger = make_dossier(given_name="Tesfay", family_name="Woldu", date_of_birth=kept.date_of_birth)
    page = raw(coordinator_client.get(choose(kept)))
    for likely in (other, swapped):
        assert page_of(kept, likely) in page
    for unlikely in (older, stranger, kept):
        assert page_of(kept, unlikely) not in page


def test_another_is_found_by_name_and_by_reference(coordinator_client, two):
    stranger = make_dossier(given_name="Tesfay", family_name="Woldu", date_of_birth=date(1985, 1, 1))
    for words in ("woldu", stranger.reference):
        assert page_of(two[0], stranger) in raw(coordinator_client.get(choose(two[0]), {"q": words}))
    nobody = coordinator_client.get(choose(two[0]), {"q": "xyz"})
    assert page_of(two[0], stranger) not in raw(nobody)
    assert "xyz" in text(nobody)


def test_a_long_list_of_found_ones_is_cut_off(coordinator_client, two):
    for _number in range(22):
        make_dossier(family_name="Woldu", date_of_birth=date(1985, 1, 1))
    assert len(coordinator_client.get(choose(two[0]), {"q": "woldu"}).context["found"]) == 20
    assert coordinator_client.get(choose(two[0]), {"q": "woldu"}).context["more"]


# --- Side by side ---


def test_both_stand_side_by_side_with_a_choice_for_what_differs(coordinator_client, two):
    kept, other = two
    response = coordinator_client.get(page_of(kept, other))
    rows = {row.name: row for row in response.context["choose"] + response.context["fill"]}
    assert set(rows) == {"choice-given_name", "choice-profession", "choice-email"}
    assert [(option.text, option.checked) for option in rows["choice-profession"].options] == [
        ("kok", True), ("lasser", False),
    ]  # fmt: skip
    assert [option.checked for option in rows["choice-email"].options] == [False, True]
    assert ("Geboortedatum", "12-03-1990") in response.context["same"]


def test_what_moves_and_two_numbers_of_one_organisation_are_told(coordinator_client, two):
    kept, other = two
    supply(kept, "P1")
    supply(other, "P2")
    supply(other, "W1", "Werkcorporatie")
    response = coordinator_client.get(page_of(kept, other))
    assert response.context["moving"] == ["2 aanleveringen"]
    assert response.context["twice"] == [("AZC Luttelgeest", "P1, P2")]
    assert "P1, P2" in text(response) and "werkt niet meer" not in text(response)


def test_a_letter_that_stops_working_is_told_before_the_merge_and_moves_nowhere(coordinator_client, two, coordinator):
    kept, other = two
    CandidateLink.make(other, coordinator)
    response = coordinator_client.get(page_of(kept, other))
    assert response.context["moving"] == []
    assert f"De brief die voor {other.reference} is gemaakt, werkt niet meer." in text(response)
    confirm(coordinator_client, kept, other)
    assert not CandidateLink.objects.open().exists()
    assert plan_undo(Merge.objects.get()).returning == []


def test_names_that_hold_markup_are_shown_as_text(coordinator_client, two):
    other = make_dossier(given_name="<b>Selam</b>", family_name="Haile", date_of_birth=two[0].date_of_birth)
    for address in (choose(two[0]), page_of(two[0], other)):
        assert "<b>Selam</b>" not in raw(coordinator_client.get(address))


def test_a_dossier_can_not_be_merged_with_itself(coordinator_client, two):
    assert coordinator_client.get(page_of(two[0], two[0])).status_code == 404
    assert coordinator_client.post(page_of(two[0], two[0])).status_code == 404


# --- Merging ---


def test_one_confirmation_merges_them_and_offers_to_undo_it(coordinator_client, two, coordinator):
    kept, other = two
    response = confirm(coordinator_client, kept, other, profession="other", given_name="kept")
    kept.refresh_from_db()
    done = Merge.objects.get()
    assert (kept.given_name, kept.profession, kept.email) == ("Selam", "lasser", "s@example.org")
    assert (done.user, done.reference) == (coordinator, other.reference)
    assert undo_of(done) in raw(response)
    assert other.reference in text(response)
    assert other.reference in text(coordinator_client.get(url(Dossier, "history", kept.pk)))


def test_looking_merges_nothing(coordinator_client, two):
    coordinator_client.get(page_of(*two))
    assert Dossier.objects.count() == 2


def test_what_somebody_changed_meanwhile_is_refused_in_a_sentence(coordinator_client, two):
    kept, other = two
    seen = coordinator_client.get(page_of(kept, other)).context["seen"]
    other.profession = "bakker"
    other.save()
    response = coordinator_client.post(page_of(kept, other), {"seen": seen}, follow=True)
    assert Dossier.objects.count() == 2
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert "bakker" in text(response)
    assert coordinator_client.post(page_of(kept, other)).status_code == 302
    assert Dossier.objects.count() == 2


# --- Old addresses ---


@pytest.mark.parametrize("page", ["edit", "inspect", "history", "usage", "delete"])
def test_an_old_address_leads_on_and_says_so(coordinator_client, two, page):
    kept, other = two
    confirm(coordinator_client, kept, other)
    response = coordinator_client.get(url(Dossier, page, other.pk), follow=True)
    assert response.redirect_chain[-1][0] == url(Dossier, "edit", kept.pk)
    assert f"{other.reference} " in text(response)


def test_a_form_that_was_open_is_not_saved_into_the_other(coordinator_client, two):
    kept, other = two
    confirm(coordinator_client, kept, other)
    response = coordinator_client.post(url(Dossier, "edit", other.pk), {"given_name": "Anders"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["warning"]
    assert not Dossier.objects.filter(given_name="Anders").exists()
    coordinator_client.post(url(Dossier, "delete", other.pk))
    assert Dossier.objects.get() == kept


def test_an_address_that_never_was_is_not_found(coordinator_client, two):
    confirm(coordinator_client, *two)
    assert coordinator_client.get(url(Dossier, "edit", 999_999)).status_code == 404


def test_the_list_finds_the_kept_one_by_the_old_reference(coordinator_client, two):
    kept, other = two
    confirm(coordinator_client, kept, other)
    assert kept.full_name in text(coordinator_client.get(url(Dossier, "list_results"), {"q": other.reference}))


# --- Undoing ---


def test_an_undo_says_first_what_comes_back_and_what_stays(coordinator_client, two):
    kept, other = two
    supply(other, "P2")
    confirm(coordinator_client, kept, other, profession="other")
    kept.refresh_from_db()
    kept.profession = "bakker"
    kept.save()
    supply(kept, "P3")
    done = Merge.objects.get()
    response = coordinator_client.get(undo_of(done))
    assert response.context["restored"] == [("E-mail", "s@example.org", "–")]
    assert response.context["left"][0].startswith("Beroep (")
    assert (response.context["plan"].returning, response.context["plan"].added) == (
        ["1 aanlevering"],
        ["1 aanlevering"],
    )
    assert Dossier.objects.count() == 1

    response = coordinator_client.post(undo_of(done), {"seen": response.context["seen"]}, follow=True)
    assert response.redirect_chain[-1][0] == url(Dossier, "edit", other.pk)
    assert "Beroep" in text(response)
    kept.refresh_from_db()
    assert (kept.profession, kept.email) == ("bakker", "")
    assert Dossier.objects.get(pk=other.pk).profession == "lasser"
    assert "Beroep" in text(coordinator_client.get(reverse("dossiers_merges")))


def test_an_undo_of_what_changed_since_the_preview_or_was_undone_is_refused(coordinator_client, two):
    kept, other = two
    confirm(coordinator_client, kept, other)
    done = Merge.objects.get()
    seen = coordinator_client.get(undo_of(done)).context["seen"]
    kept.save()
    response = coordinator_client.post(undo_of(done), {"seen": seen}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Dossier.objects.count() == 1
    again = {"seen": response.context["seen"]}
    coordinator_client.post(undo_of(done), again)
    assert Dossier.objects.count() == 2
    assert coordinator_client.get(undo_of(done)).context["refusal"]
    coordinator_client.post(undo_of(done), again)
    assert Dossier.objects.count() == 2


def test_undoing_a_merge_that_moved_a_wish_to_stop_shows_the_day_of_the_wish(coordinator_client, two):
    kept, other = two
    Dossier.objects.filter(pk=other.pk).update(withdrawal_requested_on=date(2026, 11, 3))
    confirm(coordinator_client, kept, other)
    page = coordinator_client.get(undo_of(Merge.objects.get()))
    assert page.status_code == 200 and "03-11-2026" in text(page)


def test_merges_are_listed_with_who_when_and_undo(coordinator_client, two, coordinator):
    assert undo_of(Merge(pk=1)) not in raw(coordinator_client.get(reverse("dossiers_merges")))
    confirm(coordinator_client, *two)
    done = Merge.objects.get()
    page = coordinator_client.get(reverse("dossiers_merges"))
    assert undo_of(done) in raw(page)
    for words in (two[1].reference, two[0].heading, coordinator.get_username()):
        assert words in text(page)
    Merge.objects.update(applied_at=timezone.now() - timedelta(days=31))
    assert undo_of(done) not in raw(coordinator_client.get(reverse("dossiers_merges")))
    assert "30" in coordinator_client.get(undo_of(done)).context["refusal"]


def test_more_merges_take_no_more_queries(coordinator_client, base_data):
    def queries() -> int:
        confirm(coordinator_client, make_dossier(), make_dossier())
        with CaptureQueriesContext(connection) as captured:
            coordinator_client.get(reverse("dossiers_merges"))
        return len(captured)

    queries()  # content types and the like are read once
    assert queries() == queries()


# --- Who may ---


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_for_others_there_is_nothing_there(as_user, coordinator_client, request, two, role):
    kept, other = two
    third = make_dossier()
    confirm(coordinator_client, kept, other)
    done, client = Merge.objects.get(), as_user(request.getfixturevalue(role))
    addresses = (choose(kept), page_of(kept, third), reverse("dossiers_merges"), undo_of(done))
    for address in addresses:
        for response in (client.get(address), client.post(address, {"seen": "x"})):
            assert response.status_code in (404, 405), address
            assert kept.family_name not in raw(response)
    response = client.get(url(Dossier, "edit", other.pk), follow=True)
    assert kept.reference not in raw(response)
    assert Dossier.objects.count() == 2


def test_who_may_only_look_at_dossiers_is_led_on_but_can_not_merge(as_user, coordinator_client, reader, two):
    from django.contrib.auth.models import Permission

    kept, other = two
    confirm(coordinator_client, kept, other)
    reader.user_permissions.add(Permission.objects.get(codename="view_dossier"))
    client = as_user(reader)
    response = client.get(url(Dossier, "inspect", other.pk))
    assert (response.status_code, response.url) == (302, url(Dossier, "inspect", kept.pk))
    assert client.get(choose(kept)).status_code == 404
    assert choose(kept) not in raw(client.get(url(Dossier, "inspect", kept.pk)))
