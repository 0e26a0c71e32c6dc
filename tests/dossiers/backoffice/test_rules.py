"""Tests of recording that a rule was checked at its source."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Organisation, Regulation, Sector

from .pages import form_data, text, url


@pytest.fixture
def rule(base_data) -> Regulation:
    return Regulation.objects.get(key="wachttijd")


def mark_checked(client, rule, **kwargs):
    return client.post(reverse("dossiers_mark_checked", args=[rule.pk]), **kwargs)


@pytest.mark.parametrize("role", ["coordinator", "editor"])
def test_a_user_who_edits_rules_marks_a_rule_as_checked_today(as_user, request, rule, role):
    user = request.getfixturevalue(role)
    user.first_name = "Anneke"
    user.save()
    client = as_user(user)
    response = mark_checked(client, rule, follow=True)
    rule.refresh_from_db()
    assert (rule.checked_on, rule.checked_by) == (timezone.localdate(), user)
    page = text(response)
    assert f"{timezone.localdate():%d-%m-%Y}" in page
    assert "Anneke" in page


@pytest.mark.parametrize("role", ["reader", "partner"])
def test_other_users_cannot_mark_a_rule_as_checked(as_user, request, rule, role):
    assert mark_checked(as_user(request.getfixturevalue(role)), rule).status_code in (302, 403)
    rule.refresh_from_db()
    assert rule.checked_on is None


def test_a_get_request_marks_no_rule_as_checked(coordinator_client, rule):
    assert coordinator_client.get(reverse("dossiers_mark_checked", args=[rule.pk])).status_code == 405
    rule.refresh_from_db()
    assert rule.checked_on is None


def test_a_rule_that_does_not_exist_is_not_found(coordinator_client):
    assert coordinator_client.post(reverse("dossiers_mark_checked", args=[9999])).status_code == 404


def test_the_list_shows_which_rules_must_be_checked_again(coordinator_client, rule):
    today = timezone.localdate()
    Regulation.objects.exclude(pk=rule.pk).delete()
    for day, words in (
        (None, "nog niet gecontroleerd"),
        (today, f"{today:%d-%m-%Y}"),
        (today - timedelta(days=92), f"{today - timedelta(days=92):%d-%m-%Y} ("),
    ):
        Regulation.objects.update(checked_on=day)
        page = text(coordinator_client.get(url(Regulation, "list")))
        assert words in page
        assert ("opnieuw" in page) == (words.endswith("("))


def test_the_list_tells_the_versions_of_a_rule_apart(coordinator_client, rule):
    today = timezone.localdate()
    Regulation.objects.exclude(pk=rule.pk).delete()
    Regulation.objects.create(key="proef", title="Proef", statement="Zo is het.", valid_from=None)
    Regulation.objects.filter(pk=rule.pk).update(valid_from=None)
    for days in (-30, -10, 10):
        rule.pk, rule.valid_from = None, today + timedelta(days=days)
        rule.save()
    page = text(coordinator_client.get(url(Regulation, "list")))
    for words in ("altijd al (niet meer)", "(niet meer)", "(geldt vandaag)", "(nog niet)"):
        assert words in page
    assert f"{today - timedelta(days=10):%d-%m-%Y} (geldt vandaag)" in page
    assert page.count("geldt vandaag") == 1, "a rule with one version needs no such words"


def test_readers_see_the_rules_and_can_not_change_them(as_user, reader, rule):
    client = as_user(reader)
    assert rule.title in text(client.get(url(Regulation, "list")))
    assert client.get(url(Regulation, "edit", rule.pk)).status_code in (302, 403)


def test_a_unit_with_a_number_requires_a_number(coordinator_client, rule):
    page = coordinator_client.get(url(Regulation, "edit", rule.pk))
    response = coordinator_client.post(url(Regulation, "edit", rule.pk), form_data(page, value="zes"))
    assert "value" in response.context["form"].errors
    rule.refresh_from_db()
    assert rule.value == "6"


def test_a_changed_value_takes_the_check_back_and_a_missing_english_sentence_is_named(coordinator_client, rule):
    mark_checked(coordinator_client, rule)
    edit = url(Regulation, "edit", rule.pk)
    page = coordinator_client.get(edit)
    assert "Dan telt deze controle niet meer" in text(page)
    saved = text(coordinator_client.post(edit, form_data(page, title="Wachten"), follow=True))
    assert "telt niet meer" not in saved and "Engelse pagina’s" not in saved
    emptied = {f"{name}_en": "" for name in Regulation.TEXTS}
    changed = form_data(coordinator_client.get(edit), value="7", **emptied)
    saved = text(coordinator_client.post(edit, changed, follow=True))
    assert f"De controle van {timezone.localdate():%d-%m-%Y} telt niet meer" in saved
    assert "Engelse pagina’s tonen deze regel in het Nederlands" in saved
    rule.refresh_from_db()
    assert (rule.value, rule.checked_on) == ("7", None)


# The lists beside them


def test_a_coordinator_adds_a_sector(coordinator_client):
    assert coordinator_client.post(url(Sector, "add"), {"name": "Onderwijs"}).status_code == 302
    assert Sector.objects.filter(name="Onderwijs").exists()


def test_a_sector_of_the_same_name_is_refused(coordinator_client):
    response = coordinator_client.post(url(Sector, "add"), {"name": "Zorg"})
    assert "name" in response.context["form"].errors


def test_staff_of_an_organisation_are_offered_by_name(coordinator_client, partner):
    partner.first_name, partner.last_name = "Piet", "Partner"
    partner.save()
    azc = Organisation.objects.named("AZC Luttelgeest")
    field = coordinator_client.get(url(Organisation, "edit", azc.pk)).context["form"].fields["staff"]
    assert "Piet Partner" in [label for _key, label in field.choices]


@pytest.mark.parametrize("role", ["editor", "reader", "partner"])
def test_other_users_cannot_edit_the_lists(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    assert client.post(url(Sector, "add"), {"name": "Onderwijs"}).status_code in (302, 403)
    assert not Sector.objects.filter(name="Onderwijs").exists()


def test_an_editor_chooses_the_rule_that_a_proposal_may_change(as_user, editor, rule):
    proposal = Regulation.objects.get(key="kortere-wachttijd")
    Regulation.objects.update(proposal_for="")
    client, address = as_user(editor), url(Regulation, "edit", proposal.pk)
    data = form_data(client.get(address))
    assert "Wachttijd na de asielaanvraag" in text(client.get(address))
    client.post(address, data | {"proposal_for": rule.key})
    proposal.refresh_from_db()
    assert proposal.proposal_for == rule.key
