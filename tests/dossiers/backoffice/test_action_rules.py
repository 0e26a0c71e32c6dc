"""Tests of the rules for actions, of the action about a lost right to work, and of the e-mail setting."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import ActionRule, DailyDigest, Dossier, EmailText, FollowUp, RuleCode, WorkRight
from dossiers.models.activity.email_text import EMAIL_KINDS

from ..models.factories import make_dossier
from ..models.placements import make_placement
from .pages import form_data, raw, text, url


def get_rule(code: str = RuleCode.DOCUMENT_ENDS) -> ActionRule:
    return ActionRule.objects.get(code=code)


def save_form(client, record, **changes):
    address = url(type(record), "edit", record.pk)
    return client.post(address, form_data(client.get(address), **changes))


def test_a_coordinator_sees_each_rule_in_words(coordinator_client):
    page = text(coordinator_client.get(url(ActionRule, "list")))
    for words in ("42 dagen ervoor", "91 dagen erna", "182 dagen erna", "5 werkdagen erna", "meteen", "begeleider"):
        assert words in page


def test_a_coordinator_changes_the_days_text_and_receiver_of_a_rule(coordinator_client):
    assert (
        save_form(
            coordinator_client, get_rule(), days="30", text="Nieuw document? {dag}", receiver="nobody"
        ).status_code
        == 302
    )
    assert (get_rule().days, get_rule().text, get_rule().receiver) == (30, "Nieuw document? {dag}", "nobody")
    assert save_form(coordinator_client, get_rule(), active="").status_code == 302
    assert not get_rule().active


@pytest.mark.parametrize(
    ("code", "changes", "field"),
    [
        (RuleCode.WORK_RIGHT_LOST, {"days": "3"}, "days"),
        (RuleCode.DOCUMENT_ENDS, {"receiver": "owner"}, "receiver"),
        (RuleCode.SIGN_UP_UNANSWERED, {"receiver": "coordinator"}, "receiver"),
        (RuleCode.DOCUMENT_ENDS, {"text": "Zie BSN 123456782"}, "text"),
        (RuleCode.DOCUMENT_ENDS, {"days": "1000"}, "days"),
        (RuleCode.DOCUMENT_ENDS, {"text": ""}, "text"),
    ],
)
def test_a_rule_with_invalid_values_is_refused(coordinator_client, code, changes, field):
    response = save_form(coordinator_client, get_rule(code), **changes)
    assert list(response.context["form"].errors) == [field]


def test_rules_and_email_texts_cannot_be_added_or_deleted(as_user, admin, coordinator_client):
    for client in (coordinator_client, as_user(admin)):
        for model in (ActionRule, EmailText):
            client.post(url(model, "delete", model.objects.first().pk))
            client.post(url(model, "add"), {"code": "x", "kind": "x", "text": "x", "subject": "x", "intro": "x"})
            assert url(model, "add") not in client.get(url(model, "list")).content.decode()
    assert ActionRule.objects.count() == len(RuleCode) and EmailText.objects.count() == len(EMAIL_KINDS)


def test_rules_and_email_texts_are_among_the_settings(coordinator_client):
    page = coordinator_client.get(reverse("dossiers_menu_settings")).content.decode()
    assert url(ActionRule, "list") in page and url(EmailText, "list") in page


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_others_see_nothing_of_rules_or_mails(as_user, request, role):
    client = as_user(request.getfixturevalue(role))
    for model in (ActionRule, EmailText):
        record = model.objects.first()
        for address in (url(model, "list"), url(model, "edit", record.pk), url(model, "export", "csv")):
            response = client.get(address)
            assert response.status_code in (302, 403, 404)
            assert "loopt af" not in response.content.decode()
        assert url(model, "list") not in client.get("/beheer/").content.decode()
    client.post(url(ActionRule, "edit", get_rule().pk), {"days": "1", "text": "x", "receiver": "nobody"})
    assert get_rule().days == 42


def test_a_coordinator_changes_the_text_of_an_email(coordinator_client):
    email_text = EmailText.objects.get(kind="actions")
    assert (
        save_form(coordinator_client, email_text, subject="Vandaag: {aantal}", intro="Goedemorgen").status_code == 302
    )
    email_text.refresh_from_db()
    assert (email_text.subject, email_text.intro) == ("Vandaag: {aantal}", "Goedemorgen")


def test_a_preview_shows_the_typed_text_only_to_users_who_may_change_it(coordinator_client, as_user, editor):
    email_text = EmailText.objects.get(kind="list_sent")
    page, preview = url(EmailText, "edit", email_text.pk), url(EmailText, "preview_on_edit", email_text.pk)
    assert "in elke tekst schrijven" in text(coordinator_client.get(page)) and preview in raw(
        coordinator_client.get(page)
    )
    typed = {"subject": "Van {organisatie}", "intro": "Kijk <b>hier</b>", "closing": "Dank"}
    assert coordinator_client.post(preview, typed).json() == {"is_valid": True, "is_available": True}
    shown = raw(coordinator_client.get(preview))
    assert "Van AZC Luttelgeest" in shown and "Kijk &lt;b&gt;hier&lt;/b&gt;" in shown and "Dank" in shown
    assert not coordinator_client.post(preview, typed | {"intro": "{naam}"}).json()["is_valid"]
    assert as_user(editor).get(preview).status_code in (302, 403)


# --- A right to work that is lost


def test_a_lost_right_to_work_creates_one_action_at_once(coordinator_client, coordinator):
    placement = make_placement()
    dossier = placement.dossier
    Dossier.objects.filter(pk=dossier.pk).update(coordinator=coordinator)
    assert save_form(coordinator_client, dossier, work_right=WorkRight.NONE, decided_on="2026-01-02").status_code == 302
    (action,) = FollowUp.objects.all()
    assert (action.rule, action.owner, action.due_on) == (RuleCode.WORK_RIGHT_LOST, coordinator, timezone.localdate())
    assert action.subjects == [dossier, placement]
    assert save_form(coordinator_client, dossier, profession="lasser").status_code == 302
    assert FollowUp.objects.count() == 1


def test_restoring_a_right_to_work_completes_its_action(coordinator_client):
    dossier, other_dossier = make_dossier(), make_dossier(work_right=WorkRight.NONE)
    save_form(coordinator_client, dossier, work_right=WorkRight.NONE)
    save_form(coordinator_client, other_dossier, profession="lasser")
    save_form(coordinator_client, dossier, work_right=WorkRight.PERMIT_NEEDED)
    completed_action, open_action = FollowUp.objects.get(dossier=dossier), FollowUp.objects.get(dossier=other_dossier)
    assert completed_action.is_done and "mag weer werken" in completed_action.done_note and not open_action.is_done
    page = text(coordinator_client.get(url(FollowUp, "list")))
    assert "De kandidaat mag weer werken." in page
    page = text(coordinator_client.get(url(FollowUp, "inspect", completed_action.pk)))
    assert "De kandidaat mag weer werken." in page and "geen recht op werk meer" in page


def test_saving_a_dossier_with_a_right_to_work_creates_no_action(coordinator_client):
    save_form(coordinator_client, make_dossier(), profession="lasser")
    assert not FollowUp.objects.exists()


def test_the_list_of_actions_about_placements_has_a_constant_number_of_queries(coordinator_client):
    def count_queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            coordinator_client.get(url(FollowUp, "list"))
        return len(captured)

    def make_actions(count: int) -> None:
        for _number in range(count):
            FollowUp.objects.create(text="Bellen", due_on=date(2026, 1, 2), placement=make_placement())

    make_actions(2)
    coordinator_client.get(url(FollowUp, "list"))
    query_count = count_queries()
    make_actions(4)
    assert count_queries() == query_count


# --- The mail of the morning


def save_account(client, **changes):
    """Save the account page unchanged except for these fields."""
    get_user_model().objects.update(first_name="Anneke", last_name="Bos")  # the page asks for both
    page = client.get(reverse("wagtailadmin_account"))
    panels = [panel for tab in page.context["panels_by_tab"].values() for panel in tab]
    data = {}
    for panel in panels:
        for bound in panel.get_form():
            value = bound.value()
            if value not in (None, False) and bound.name != "avatar":
                data[bound.html_name] = value
    return client.post(reverse("wagtailadmin_account"), {k: v for k, v in (data | changes).items() if v is not None})


def test_a_user_can_switch_the_daily_email_off_and_on(coordinator_client, coordinator):
    assert "ochtend" in text(coordinator_client.get(reverse("wagtailadmin_account")))
    assert save_account(coordinator_client, **{"daily_digest-wanted": None}).status_code == 302
    assert not DailyDigest.of(coordinator).wanted
    assert save_account(coordinator_client, **{"daily_digest-wanted": "on"}).status_code == 302
    assert DailyDigest.of(coordinator).wanted


def test_saving_the_account_keeps_the_day_of_the_last_email(coordinator_client, coordinator):
    yesterday = timezone.localdate() - timedelta(days=1)
    DailyDigest.of(coordinator).claim(yesterday)
    assert save_account(coordinator_client).status_code == 302
    assert (DailyDigest.of(coordinator).sent_on, DailyDigest.of(coordinator).wanted) == (yesterday, True)


@pytest.mark.parametrize("role", ["partner", "editor", "reader"])
def test_users_without_actions_have_no_daily_email_setting(as_user, request, role):
    page = as_user(request.getfixturevalue(role)).get(reverse("wagtailadmin_account"))
    assert page.status_code == 200 and "daily_digest" not in page.content.decode()
    assert not DailyDigest.objects.exists()
