"""An empty installation works: `migrate` fills its lists, and the changes that staff make to them stay."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from dossiers.models import (
    ActionRule,
    ClosingReason,
    FindingCategory,
    ImportProfile,
    Organisation,
    Regulation,
    RuleCode,
    Sector,
)
from dossiers.models.lists.base_lists import BASE_LISTS, load_base_lists, read_list

from .factories import make_dossier


def names(model) -> set[str]:
    return set(model.objects.values_list("name", flat=True))


def test_the_partners_and_the_sectors_are_there(base_data):
    assert names(Organisation) == {"Gemeente Noordoostpolder", "Werkcorporatie", "AZC Luttelgeest"}
    assert names(Sector) == {
        "Zorg", "Bouw", "Logistiek", "Horeca", "Landbouw", "Techniek", "Schoonmaak", "Industrie",
    }  # fmt: skip


def test_there_are_reasons_to_close_a_dossier_and_an_interest_and_to_end_a_placement(base_data):
    assert set(ClosingReason.objects.values_list("side", flat=True)) == {"candidate", "employer", "placement"}


def test_there_are_categories_of_barriers_and_of_opportunities(base_data):
    assert set(FindingCategory.objects.values_list("kind", flat=True)) == {"barrier", "opportunity"}


def test_a_category_or_a_reason_that_tells_a_religion_or_somebodys_health_is_refused():
    rows = [
        FindingCategory(kind="barrier", code="groep", name="Is moslim"),
        FindingCategory(kind="barrier", code="groep", name="Groep", name_en="Religion"),
        ClosingReason(side="candidate", name="Ziekte"),
    ]
    for row in rows:
        with pytest.raises(ValidationError) as error:
            row.clean_fields()
        assert set(error.value.message_dict) <= {"name", "name_en"}
    ClosingReason(side="candidate", name="Naar een andere gemeente").clean_fields()


def test_a_waiting_time_of_six_months_has_no_first_day(base_data):
    rule = Regulation.objects.get(key=Regulation.WAITING_TIME)
    assert (rule.number, rule.unit, rule.valid_from) == (6, "months", None)


def test_no_regulation_is_marked_as_checked(base_data):
    assert Regulation.objects.exists()
    assert not Regulation.objects.exclude(checked_on=None).exists()


def test_each_regulation_is_valid(base_data):
    for rule in Regulation.objects.all():
        rule.full_clean()


def test_a_list_that_staff_changed_is_never_overwritten(base_data):
    Sector.objects.filter(name="Zorg").update(name="Zorg en welzijn")
    Sector.objects.exclude(name="Zorg en welzijn").delete()
    Organisation.objects.create(name="Bibliotheek")
    load_base_lists(apps)
    assert names(Sector) == {"Zorg en welzijn"}
    assert len(names(Organisation)) == 4


def test_an_empty_list_is_filled_again_and_the_others_stay(base_data):
    Sector.objects.all().delete()
    organisations = set(Organisation.objects.values_list("pk", "name"))
    load_base_lists(apps)
    assert len(names(Sector)) == 8
    assert set(Organisation.objects.values_list("pk", "name")) == organisations


def test_there_is_a_valid_action_rule_of_each_kind(base_data):
    assert set(ActionRule.objects.values_list("code", flat=True)) == set(RuleCode.values)
    for rule in ActionRule.objects.all():
        rule.full_clean()


@pytest.mark.parametrize("file_name", BASE_LISTS.values())
def test_each_file_can_be_read_and_has_no_duplicates(file_name):
    rows = [tuple(sorted(row.items())) for row in read_list(file_name)]
    assert len(rows) == len(set(rows)) > 0


def test_a_closing_reason_in_use_can_not_move_to_another_side(base_data):
    used, unused = ClosingReason.objects.filter(side=ClosingReason.Side.CANDIDATE)[:2]
    make_dossier(closing_reason=used)
    used.full_clean()
    used.side = unused.side = ClosingReason.Side.PLACEMENT
    unused.full_clean()
    with pytest.raises(ValidationError, match="in gebruik"):
        used.full_clean()


def test_a_name_that_differs_only_in_spelling_from_another_row_is_refused(base_data):
    reason = ClosingReason.objects.create(side="candidate", name="Naar een ander dorp")
    category = FindingCategory.objects.first()
    ImportProfile.objects.create(name="Maandlijst", record="dossiers")
    refused = [
        Sector(name="bóuw"),
        Organisation(name="azc  luttelgeest"),
        ClosingReason(side="candidate", name=reason.name.upper()),
        FindingCategory(kind=category.kind, code="nieuw", name=category.name.upper()),
        ImportProfile(name="maandlijst", record="dossiers"),
    ]
    renamed = Sector.objects.exclude(name="Bouw").first()
    renamed.name = "BOUW"
    for row in (*refused, renamed):
        with pytest.raises(ValidationError, match="Er is al"):
            row.full_clean()
    ClosingReason(side="placement", name=reason.name.upper()).full_clean()
    respelled = Sector.objects.get(name="Bouw")
    respelled.name = "bouw"
    respelled.full_clean()


def test_a_row_that_got_such_a_name_earlier_can_still_be_saved(base_data):
    Sector.objects.create(name="bouw").full_clean()
