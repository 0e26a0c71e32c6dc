"""Tests of merging two dossiers, undoing that, and redirects from old URLs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import CandidateLink, Dossier, Merge, Organisation, Supply
from dossiers.models.merges.undo import plan_undo

from ..models.making import make_dossier
from .pages import raw, text, url


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


def test_a_dossiers_menu_and_the_lists_menu_lead_there(desk, two):
    assert choose(two[0]) in raw(desk.get(url(Dossier, "edit", two[0].pk)))
    assert reverse("dossiers_merges") in raw(desk.get(url(Dossier, "list")))


def test_likely_doubles_are_suggested_and_others_are_not(desk, two):
    kept, other = two
    swapped = make_dossier(given_name="Haile", family_name="Selam", date_of_birth=kept.date_of_birth)
    older = make_dossier(given_name="Selam", family_name="Haile", date_of_birth=date(1980, 3, 12))
    stranger = make_dossier(given_name="Tesfay", family_name="Woldu", date_of_birth=kept.date_of_birth)
    page = raw(desk.get(choose(kept)))
    for likely in (other, swapped):
        assert page_of(kept, likely) in page
    for unlikely in (older, stranger, kept):
        assert page_of(kept, unlikely) not in page


def test_another_is_found_by_name_and_by_reference(desk, two):
    stranger = make_dossier(given_name="Tesfay", family_name="Woldu", date_of_birth=date(1985, 1, 1))
    for words in ("woldu", stranger.reference):
        assert page_of(two[0], stranger) in raw(desk.get(choose(two[0]), {"q": words}))
    nobody = desk.get(choose(two[0]), {"q": "xyz"})
    assert page_of(two[0], stranger) not in raw(nobody)
    assert "xyz" in text(nobody)


def test_a_long_list_of_found_ones_is_cut_off(desk, two):
    for _number in range(22):
        make_dossier(family_name="Woldu", date_of_birth=date(1985, 1, 1))
    assert len(desk.get(choose(two[0]), {"q": "woldu"}).context["found"]) == 20
    assert desk.get(choose(two[0]), {"q": "woldu"}).context["more"]


# --- Side by side ---


def test_both_stand_side_by_side_with_a_choice_for_what_differs(desk, two):
    kept, other = two
    response = desk.get(page_of(kept, other))
    rows = {row.name: row for row in response.context["choose"] + response.context["fill"]}
    assert set(rows) == {"choice-given_name", "choice-profession", "choice-email"}
    assert [(option.text, option.checked) for option in rows["choice-profession"].options] == [
        ("kok", True), ("lasser", False),
    ]  # fmt: skip
    assert [option.checked for option in rows["choice-email"].options] == [False, True]
    assert ("Geboortedatum", "12-03-1990") in response.context["same"]


def test_what_moves_and_two_numbers_of_one_organisation_are_told(desk, two):
    kept, other = two
    supply(kept, "P1")
    supply(other, "P2")
    supply(other, "W1", "Werkcorporatie")
    response = desk.get(page_of(kept, other))
    assert response.context["moving"] == ["2 aanleveringen"]
    assert response.context["twice"] == [("AZC Luttelgeest", "P1, P2")]
    assert "P1, P2" in text(response) and "werkt niet meer" not in text(response)


def test_a_letter_that_stops_working_is_told_before_the_merge_and_moves_nowhere(desk, two, coordinator):
    kept, other = two
    CandidateLink.make(other, coordinator)
    response = desk.get(page_of(kept, other))
    assert response.context["moving"] == []
    assert f"De brief die voor {other.reference} is gemaakt, werkt niet meer." in text(response)
    confirm(desk, kept, other)
    assert not CandidateLink.objects.open().exists()
    assert plan_undo(Merge.objects.get()).returning == []


def test_names_that_hold_markup_are_shown_as_text(desk, two):
    other = make_dossier(given_name="<b>Selam</b>", family_name="Haile", date_of_birth=two[0].date_of_birth)
    for address in (choose(two[0]), page_of(two[0], other)):
        assert "<b>Selam</b>" not in raw(desk.get(address))


def test_a_dossier_can_not_be_merged_with_itself(desk, two):
    assert desk.get(page_of(two[0], two[0])).status_code == 404
    assert desk.post(page_of(two[0], two[0])).status_code == 404


# --- Merging ---


def test_one_confirmation_merges_them_and_offers_to_undo_it(desk, two, coordinator):
    kept, other = two
    response = confirm(desk, kept, other, profession="other", given_name="kept")
    kept.refresh_from_db()
    done = Merge.objects.get()
    assert (kept.given_name, kept.profession, kept.email) == ("Selam", "lasser", "s@example.org")
    assert (done.user, done.reference) == (coordinator, other.reference)
    assert undo_of(done) in raw(response)
    assert other.reference in text(response)
    assert other.reference in text(desk.get(url(Dossier, "history", kept.pk)))


def test_looking_merges_nothing(desk, two):
    desk.get(page_of(*two))
    assert Dossier.objects.count() == 2


def test_what_somebody_changed_meanwhile_is_refused_in_a_sentence(desk, two):
    kept, other = two
    seen = desk.get(page_of(kept, other)).context["seen"]
    other.profession = "bakker"
    other.save()
    response = desk.post(page_of(kept, other), {"seen": seen}, follow=True)
    assert Dossier.objects.count() == 2
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert "bakker" in text(response)
    assert desk.post(page_of(kept, other)).status_code == 302
    assert Dossier.objects.count() == 2


# --- Old addresses ---


@pytest.mark.parametrize("page", ["edit", "inspect", "history", "usage", "delete"])
def test_an_old_address_leads_on_and_says_so(desk, two, page):
    kept, other = two
    confirm(desk, kept, other)
    response = desk.get(url(Dossier, page, other.pk), follow=True)
    assert response.redirect_chain[-1][0] == url(Dossier, "edit", kept.pk)
    assert f"{other.reference} " in text(response)


def test_a_form_that_was_open_is_not_saved_into_the_other(desk, two):
    kept, other = two
    confirm(desk, kept, other)
    response = desk.post(url(Dossier, "edit", other.pk), {"given_name": "Anders"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["warning"]
    assert not Dossier.objects.filter(given_name="Anders").exists()
    desk.post(url(Dossier, "delete", other.pk))
    assert Dossier.objects.get() == kept


def test_an_address_that_never_was_is_not_found(desk, two):
    confirm(desk, *two)
    assert desk.get(url(Dossier, "edit", 999_999)).status_code == 404


def test_the_list_finds_the_kept_one_by_the_old_reference(desk, two):
    kept, other = two
    confirm(desk, kept, other)
    assert kept.full_name in text(desk.get(url(Dossier, "list_results"), {"q": other.reference}))


# --- Undoing ---


def test_an_undo_says_first_what_comes_back_and_what_stays(desk, two):
    kept, other = two
    supply(other, "P2")
    confirm(desk, kept, other, profession="other")
    kept.refresh_from_db()
    kept.profession = "bakker"
    kept.save()
    supply(kept, "P3")
    done = Merge.objects.get()
    response = desk.get(undo_of(done))
    assert response.context["restored"] == [("E-mail", "s@example.org", "–")]
    assert response.context["left"][0].startswith("Beroep (")
    assert (response.context["plan"].returning, response.context["plan"].added) == (
        ["1 aanlevering"],
        ["1 aanlevering"],
    )
    assert Dossier.objects.count() == 1

    response = desk.post(undo_of(done), {"seen": response.context["seen"]}, follow=True)
    assert response.redirect_chain[-1][0] == url(Dossier, "edit", other.pk)
    assert "Beroep" in text(response)
    kept.refresh_from_db()
    assert (kept.profession, kept.email) == ("bakker", "")
    assert Dossier.objects.get(pk=other.pk).profession == "lasser"
    assert "Beroep" in text(desk.get(reverse("dossiers_merges")))


def test_an_undo_of_what_changed_since_the_preview_or_was_undone_is_refused(desk, two):
    kept, other = two
    confirm(desk, kept, other)
    done = Merge.objects.get()
    seen = desk.get(undo_of(done)).context["seen"]
    kept.save()
    response = desk.post(undo_of(done), {"seen": seen}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Dossier.objects.count() == 1
    again = {"seen": response.context["seen"]}
    desk.post(undo_of(done), again)
    assert Dossier.objects.count() == 2
    assert desk.get(undo_of(done)).context["refusal"]
    desk.post(undo_of(done), again)
    assert Dossier.objects.count() == 2


def test_undoing_a_merge_that_moved_a_wish_to_stop_shows_the_day_of_the_wish(desk, two):
    kept, other = two
    Dossier.objects.filter(pk=other.pk).update(withdrawal_requested_on=date(2026, 11, 3))
    confirm(desk, kept, other)
    page = desk.get(undo_of(Merge.objects.get()))
    assert page.status_code == 200 and "03-11-2026" in text(page)


def test_merges_are_listed_with_who_when_and_undo(desk, two, coordinator):
    assert undo_of(Merge(pk=1)) not in raw(desk.get(reverse("dossiers_merges")))
    confirm(desk, *two)
    done = Merge.objects.get()
    page = desk.get(reverse("dossiers_merges"))
    assert undo_of(done) in raw(page)
    for words in (two[1].reference, two[0].heading, coordinator.get_username()):
        assert words in text(page)
    Merge.objects.update(applied_at=timezone.now() - timedelta(days=31))
    assert undo_of(done) not in raw(desk.get(reverse("dossiers_merges")))
    assert "30" in desk.get(undo_of(done)).context["refusal"]


def test_more_merges_take_no_more_queries(desk, base_data):
    def queries() -> int:
        confirm(desk, make_dossier(), make_dossier())
        with CaptureQueriesContext(connection) as found:
            desk.get(reverse("dossiers_merges"))
        return len(found)

    queries()  # content types and the like are read once
    assert queries() == queries()


# --- Who may ---


@pytest.mark.parametrize("who", ["partner", "editor", "reader"])
def test_for_others_there_is_nothing_there(as_user, desk, request, two, who):
    kept, other = two
    third = make_dossier()
    confirm(desk, kept, other)
    done, client = Merge.objects.get(), as_user(request.getfixturevalue(who))
    addresses = (choose(kept), page_of(kept, third), reverse("dossiers_merges"), undo_of(done))
    for address in addresses:
        for response in (client.get(address), client.post(address, {"seen": "x"})):
            assert response.status_code in (404, 405), address
            assert kept.family_name not in raw(response)
    response = client.get(url(Dossier, "edit", other.pk), follow=True)
    assert kept.reference not in raw(response)
    assert Dossier.objects.count() == 2


def test_who_may_only_look_at_dossiers_is_led_on_but_can_not_merge(as_user, desk, reader, two):
    from django.contrib.auth.models import Permission

    kept, other = two
    confirm(desk, kept, other)
    reader.user_permissions.add(Permission.objects.get(codename="view_dossier"))
    client = as_user(reader)
    response = client.get(url(Dossier, "inspect", other.pk))
    assert (response.status_code, response.url) == (302, url(Dossier, "inspect", kept.pk))
    assert client.get(choose(kept)).status_code == 404
    assert choose(kept) not in raw(client.get(url(Dossier, "inspect", kept.pk)))
