"""Tests of the overview of budget and planning."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse

from dossiers.models import Expense, Milestone, Pilot
from dossiers.models.money.pilot import Cost

from ..models.factories import make_dossier
from ..models.placements import days_ago, today
from ..models.test_activity import saved
from .pages import form_data, raw, text, url
from .test_exports import rows

OVERVIEW = reverse("dossiers_money")


def make_expense(amount: str | None = None, category: str = "guidance", **fields) -> Expense:
    return saved(Expense(category=category, description="Taalles", amount=amount and Decimal(amount), **fields))


def update_pilot(**fields) -> Pilot:
    pilot = Pilot.load()
    for name, value in fields.items():
        setattr(pilot, name, value)
    return saved(pilot)


def test_the_default_budget_is_that_of_the_proposal(coordinator_client):
    page_text = text(coordinator_client.get(OVERVIEW))
    assert "€ 28.600,00 over van € 28.600,00" in page_text and "De pilot duurt 20 weken" in page_text


def test_the_overview_shows_spent_and_remaining_amounts(coordinator_client):
    update_pilot(hourly_rate=Decimal("60.00"))
    make_expense("1250.50")
    make_expense(category="matching", hours=Decimal("2.25"))
    page_text = text(coordinator_client.get(OVERVIEW))
    assert Expense.objects.total() == Decimal("1385.50")
    assert "€ 27.214,50 over van € 28.600,00; € 1.385,50 is uitgegeven." in page_text
    assert "In totaal 2,25 uur." in page_text


def test_the_remaining_amount_per_kind_is_shown_once_the_budget_is_divided(coordinator_client):
    make_expense("100")
    assert "zodra de begroting over de soorten is verdeeld" in text(coordinator_client.get(OVERVIEW))
    update_pilot(guidance=Decimal(20_000), matching=Decimal(6_000), incidental=Decimal(2_600))
    page_text = text(coordinator_client.get(OVERVIEW))
    assert "€ 19.900,00" in page_text and "verdeeld" not in page_text


def test_an_overspent_budget_is_highlighted(coordinator_client):
    make_expense("30000")
    page = coordinator_client.get(OVERVIEW)
    assert "Er is meer uitgegeven dan er is" in text(page) and "€ -1.400,00" in text(page)


@pytest.mark.parametrize(
    "fields",
    [
        {"guidance": Decimal(1)},
        {"guidance": Decimal(1), "matching": Decimal(1), "incidental": Decimal(1)},
        {"budget": Decimal(-1)},
        {"weeks": 0},
    ],
)
def test_a_budget_that_does_not_add_up_is_refused(base_data, fields):
    with pytest.raises(ValidationError):
        update_pilot(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"amount": Decimal(5), "hours": Decimal(1), "rate": Decimal(1)},
        {"hours": Decimal(1)},
        {"amount": Decimal(-5)},
        {"amount": Decimal(5), "spent_on": today() + timedelta(days=1)},
        {"amount": Decimal(5), "description": "BSN 123456782"},
    ],
)
def test_an_expense_with_invalid_values_is_refused(base_data, fields):
    with pytest.raises(ValidationError):
        saved(Expense(**{"category": "guidance", "description": "Taalles"} | fields))


def test_an_expense_is_at_most_a_year_older_than_the_pilot(base_data):
    update_pilot(starts_on=days_ago(200))
    expense = {"category": "guidance", "description": "Voorbereiding", "amount": Decimal(5)}
    with pytest.raises(ValidationError, match="meer dan een jaar voor de eerste dag van de pilot"):
        saved(Expense(spent_on=days_ago(600), **expense))
    assert saved(Expense(spent_on=days_ago(500), **expense)).pk
    update_pilot(starts_on=None)
    assert saved(Expense(spent_on=days_ago(600), **expense)).pk


def test_hours_use_the_rate_of_the_pilot(coordinator_client):
    update_pilot(hourly_rate=Decimal("60.00"))
    dossier = make_dossier()
    address = f"{url(Expense, 'add')}?dossier={dossier.pk}"
    coordinator_client.post(
        address, form_data(coordinator_client.get(address), category="guidance", description="Intake", hours="1.5")
    )
    expense = Expense.objects.get()
    assert (expense.total, expense.dossier) == (Decimal("90.00"), dossier)
    with pytest.raises(ProtectedError):
        dossier.delete()


@pytest.mark.parametrize(
    ("hours", "rate", "total"),
    [
        *(("1.5", "55.55", "83.33"), ("0.5", "0.05", "0.03"), ("0.25", "0.02", "0.01")),
        *(("0.25", "0.01", "0.00"), ("1.49", "0.01", "0.01"), ("199.50", "9999999.95", "1994999990.03")),
    ],
)
def test_half_a_cent_is_rounded_up_and_totals_add_up(base_data, hours, rate, total):
    expenses = [make_expense(hours=Decimal(hours), rate=Decimal(rate)) for _ in range(3)]
    assert [expense.total for expense in expenses] == [Decimal(total)] * 3
    assert Expense.objects.total() == Expense.objects.per_category()["guidance"] == 3 * Decimal(total)


def test_decimals_can_be_typed_with_a_comma(coordinator_client):
    update_pilot(hourly_rate=Decimal("60.00"))
    page = coordinator_client.get(url(Expense, "add"))
    assert 'type="number"' not in raw(page)  # a browser in English makes 35 of 3,5 in that
    coordinator_client.post(
        url(Expense, "add"), form_data(page, category="guidance", description="Intake", hours="3,5")
    )
    assert Expense.objects.get().total == Decimal("210.00")
    assert 'value="3,5' in raw(coordinator_client.get(url(Expense, "edit", Expense.objects.get().pk)))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        *(("1.250,00", "1250"), ("1.250", "1250"), ("€ 12,50", "12.5"), ("1250.00", "1250"), ("12.5", "12.5")),
        *(("0,5", "0.5"), ("1,250.00", "1250")),
    ],
)
def test_an_amount_can_be_typed_in_common_notations(coordinator_client, typed, stored):
    page = coordinator_client.get(url(Expense, "add"))
    coordinator_client.post(
        url(Expense, "add"), form_data(page, category="guidance", description="Taalles", amount=typed)
    )
    assert Expense.objects.get().amount == Decimal(stored)


def test_the_budget_can_be_typed_in_common_notations(coordinator_client):
    address = reverse("wagtailsettings:edit", args=["dossiers", "pilot"])
    page = coordinator_client.get(address, follow=True)
    assert 'value="28600,00"' in raw(page)
    coordinator_client.post(page.request["PATH_INFO"], form_data(page, budget="€ 30.000,00", hourly_rate="62,50"))
    assert (Pilot.load().budget, Pilot.load().hourly_rate) == (Decimal("30000"), Decimal("62.50"))


@pytest.mark.parametrize("typed", ["abc", "1,250", "12,50,00", "1.25.0", "-5"])
def test_an_invalid_amount_is_refused_and_stays_as_typed(coordinator_client, typed):
    page = coordinator_client.get(url(Expense, "add"))
    answer = coordinator_client.post(
        url(Expense, "add"), form_data(page, category="guidance", description="Taalles", amount=typed)
    )
    assert not Expense.objects.exists() and f'value="{typed}"' in raw(answer)
    assert typed != "abc" or "Schrijf een getal, bijvoorbeeld 1.250,00." in text(answer)


def test_exported_expenses_are_numbers(coordinator_client):
    make_expense(category=Cost.GUIDANCE, hours="12.50", rate="55.00")
    (row,) = rows(coordinator_client.get(url(Expense, "export", "xlsx")), "xlsx")
    assert [row[name] for name in ("Uren", "Tarief per uur in euro's", "Euro's")] == [12.5, 55, 687.5]
    (row,) = rows(coordinator_client.get(url(Expense, "export", "csv")))
    assert [row[name] for name in ("Uren", "Tarief per uur in euro's", "Euro's")] == ["12,5", "55", "687,5"]


def test_weeks_are_counted_from_the_first_day(base_data):
    pilot_settings = update_pilot(starts_on=days_ago(7))
    assert (
        pilot_settings.week_of(days_ago(8)),
        pilot_settings.week_of(days_ago(7)),
        pilot_settings.week_of(today()),
    ) == (0, 1, 2)
    assert pilot_settings.week_of(today() + timedelta(days=900)) == 20
    assert pilot_settings.ends_on == days_ago(7) + timedelta(days=20 * 7 - 1)


def test_milestones_are_shown_on_a_line_and_in_a_table(coordinator_client):
    update_pilot(starts_on=days_ago(30))
    saved(Milestone(title="Startbijeenkomst", planned_on=days_ago(20), reached_on=days_ago(20), agreements="Wie belt."))
    saved(Milestone(title="Tussenevaluatie", planned_on=days_ago(1)))
    page = coordinator_client.get(OVERVIEW)
    page_text = text(page)
    assert "Week 5 van 20" in page_text and "Wie belt." in page_text and "te laat" in page_text
    assert raw(page).count("<circle") == 2 and "line-late" in raw(page)


def test_a_milestone_cannot_be_reached_in_the_future(base_data):
    saved(Milestone(title="Start", planned_on=today() + timedelta(days=9), reached_on=today()))
    with pytest.raises(ValidationError, match="nog komen"):
        saved(Milestone(title="Start", planned_on=today(), reached_on=today() + timedelta(days=1)))


def test_an_empty_plan_says_how_to_begin(coordinator_client):
    page = coordinator_client.get(OVERVIEW)
    assert "Er is nog geen mijlpaal" in text(page) and '<svg class="money-line"' not in raw(page)


@pytest.mark.parametrize("role", ["partner", "reader", "editor"])
def test_other_users_see_no_money(as_user, request, role):
    make_expense("1250.50")
    client = as_user(request.getfixturevalue(role))
    for address in (OVERVIEW, url(Expense, "list"), url(Milestone, "list"), url(Expense, "export", "csv")):
        assert client.get(address).status_code != 200


def test_a_coordinator_can_open_the_budget_settings_and_an_editor_cannot(coordinator_client, as_user, editor):
    settings = coordinator_client.get(OVERVIEW).context["settings_url"]
    assert settings in raw(coordinator_client.get(OVERVIEW)) and "28600" in raw(coordinator_client.get(settings))
    assert as_user(editor).get(settings).status_code != 200
