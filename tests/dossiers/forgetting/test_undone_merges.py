"""Nothing of a forgotten person is left in the history of dossiers with which the person was merged for a while."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.timezone import localdate

from dates.format import format_date
from dossiers.backoffice.timeline import timeline
from dossiers.forgetting.anonymize import anonymize_dossier
from dossiers.models import ContactMoment, Dossier, Merge, Sector, Status
from dossiers.spreadsheets.resources import DossierResource

from ..backoffice.pages import text, url
from ..models.factories import make_dossier
from ..models.merges import merge_dossiers, undo_merge

PHONE = "+31633330003"
ERASED = "Opgeslagen; gegevens van een vergeten persoon zijn gewist"
CHOICES = {"phone": "other", "notes": "both"}


def make_closed(**values: object) -> Dossier:
    return make_dossier(**{"status": Status.WITHDRAWN, "phone": "+31633330001", "notes": "eigen opm"} | values)


def make_other() -> Dossier:
    return make_closed(phone=PHONE, notes="wk opm", profession="lasser", family_name="Anders")


def change(dossier: Dossier, **values: str) -> None:
    dossier.refresh_from_db()
    for name, value in values.items():
        setattr(dossier, name, value)
    dossier.save()


def read_everything(client, dossier: Dossier) -> str:
    """Return the pages with all that is kept of a dossier: its form with the timeline, and its data."""
    addresses = url(Dossier, "edit", dossier.pk), reverse("dossiers_person_file", args=[dossier.pk, "html"])
    steps = Dossier.history.filter(id=dossier.pk).values_list("phone", "notes", "profession")
    return " ".join([*(text(client.get(address)) for address in addresses), str(list(steps))])


@pytest.fixture
def survivor(base_data) -> Dossier:
    return make_closed()


def test_before_it_forgets_the_page_names_who_was_merged_into_the_dossier_and_offers_the_undo(
    coordinator_client, survivor
):
    other = make_other()
    page = reverse("dossiers_anonymise", args=[survivor.pk])
    assert "werd samengevoegd" not in text(coordinator_client.get(page))
    merge = merge_dossiers(survivor, other, **CHOICES)
    response = coordinator_client.get(page)
    assert f"Wat kwam van {other.heading}, dat op {format_date(localdate())} met dit dossier werd samengevoegd" in text(
        response
    )
    assert f'href="{reverse("dossiers_merge_undo", args=[merge.pk])}"' in response.content.decode()
    undo_merge(merge)
    assert "werd samengevoegd" not in text(coordinator_client.get(page))


def test_the_history_of_the_other_dossier_loses_what_the_merge_brought(coordinator_client, survivor):
    other = make_other()
    undo_merge(merge_dossiers(survivor, other, **CHOICES))
    assert PHONE in read_everything(coordinator_client, survivor)
    anonymize_dossier(other.pk, None, "op verzoek")
    everything = read_everything(coordinator_client, survivor)
    assert not any(word in everything for word in (PHONE, "06 33330003", "wk opm", "lasser"))
    assert "eigen opm" in everything and "+31633330001" in everything
    assert Merge.objects.get().undone_at


def test_it_also_loses_what_came_by_way_of_a_third_dossier(coordinator_client, survivor):
    between, other = make_closed(notes="tussen"), make_other()
    first = merge_dossiers(between, other, **CHOICES)
    undo_merge(merge_dossiers(survivor, between, **CHOICES))
    undo_merge(first)
    anonymize_dossier(other.pk, None, "op verzoek")
    for dossier in (survivor, between):
        assert PHONE not in (everything := read_everything(coordinator_client, dossier)) and "wk opm" not in everything
    anonymize_dossier(between.pk, None, "op verzoek")
    assert "tussen" not in read_everything(coordinator_client, survivor)


def test_the_other_dossier_loses_nothing_when_the_kept_one_is_forgotten(coordinator_client, survivor):
    other = make_other()
    undo_merge(merge_dossiers(survivor, other, **CHOICES))
    anonymize_dossier(survivor.pk, None, "op verzoek")
    everything = read_everything(coordinator_client, other)
    assert "wk opm" in everything and "eigen opm" not in everything and "+31633330001" not in everything


def test_what_the_undo_left_and_somebody_corrected_since_goes_too(coordinator_client, survivor):
    other = make_other()
    done = merge_dossiers(survivor, other, **CHOICES)
    change(survivor, notes="eigen opm, wk opm")
    undo_merge(done)
    change(survivor, notes="eigen opm")
    anonymize_dossier(other.pk, None, "op verzoek")
    everything = read_everything(coordinator_client, survivor)
    assert "wk opm" not in everything and "eigen opm, …" in everything
    assert "Opgeslagen zonder wijziging" not in everything


def test_a_remark_that_was_typed_while_the_dossiers_were_one_keeps_its_origin(coordinator_client, survivor):
    done = merge_dossiers(survivor, other := make_other(), **CHOICES)
    change(survivor, notes="met de hand getypt")
    undo_merge(done)
    anonymize_dossier(other.pk, None, "op verzoek")
    steps = Dossier.history.filter(id=survivor.pk).order_by("history_id").values_list("notes", flat=True)
    assert [*steps] == ["eigen opm", "eigen opm", "met de hand getypt", "met de hand getypt"]
    story = timeline(DossierResource(out_of_use=True), survivor.pk, survivor.coordinator or AnonymousUser())
    (typed,) = [step for step in story if any("met de hand getypt" in str(change) for change in step.changes)]
    assert typed.what == "Gewijzigd"
    everything = read_everything(coordinator_client, survivor)
    assert PHONE not in everything and "wk opm" not in everything and "lasser" not in everything


def test_the_page_of_forgetting_names_what_the_undo_left(coordinator_client, survivor):
    other = make_other()
    done = merge_dossiers(survivor, other, **CHOICES)
    change(survivor, notes="eigen opm, wk opm")
    undo_merge(done)
    page = text(coordinator_client.get(reverse("dossiers_anonymise", args=[other.pk])))
    assert f"In {survivor.heading} bleef na het samenvoegen staan: opmerkingen" in page
    anonymize_dossier(other.pk, None, "op verzoek")
    survivor.refresh_from_db()
    assert survivor.notes == "eigen opm, wk opm"


def test_it_names_what_the_undo_left_in_a_dossier_that_was_deleted_since(coordinator_client, survivor):
    done = merge_dossiers(survivor, other := make_other(), **CHOICES)
    change(survivor, notes="eigen opm, wk opm")
    undo_merge(done)
    coordinator_client.post(url(Dossier, "delete", survivor.pk))
    page = coordinator_client.get(reverse("dossiers_anonymise", args=[other.pk]))
    assert f"In {survivor.heading} bleef na het samenvoegen staan: opmerkingen" in text(page)
    assert reverse("dossiers_forget_deleted", args=[survivor.pk]) in page.content.decode()


def test_the_page_of_forgetting_names_each_field_that_still_has_something_the_merge_brought(
    coordinator_client, survivor
):
    other, (care, building, technology) = make_other(), Sector.objects.all()[:3]
    for dossier, sector in ((survivor, care), (other, building)):
        dossier.sectors.add(sector)
        dossier.save()
    done = merge_dossiers(survivor, other, **CHOICES)
    change(survivor, notes="eigen opm\nwk opm\nwil graag in de zorg", profession="lasser in Ens", phone="+31633330009")
    survivor.sectors.add(technology)
    survivor.save()
    undo_merge(done)
    change(survivor, notes="wk opm\nheeft een fiets")
    page = text(coordinator_client.get(reverse("dossiers_anonymise", args=[other.pk])))
    assert f"In {survivor.heading} bleef na het samenvoegen staan: beroep, opmerkingen, sectoren " in page
    survivor.sectors.remove(building)
    change(survivor, notes="heeft een fiets", profession="kapper")
    page = text(coordinator_client.get(reverse("dossiers_anonymise", args=[other.pk])))
    assert "bleef na het samenvoegen staan" not in page
    anonymize_dossier(other.pk, None, "op verzoek")
    steps = Dossier.history.filter(id=survivor.pk).values_list("sector_names", flat=True)
    assert not any(building.name in names for names in steps) and any(care.name in names for names in steps)


def test_the_page_of_forgetting_does_not_name_what_was_typed_after_the_merge(coordinator_client, survivor):
    other = make_other()
    done = merge_dossiers(survivor, other, **CHOICES)
    change(survivor, profession="kapper")
    undo_merge(done)
    assert "bleef na het samenvoegen staan" not in text(
        coordinator_client.get(reverse("dossiers_anonymise", args=[other.pk]))
    )


def test_remarks_that_the_page_offers_to_replace_are_not_said_to_be_left_alone(coordinator_client, survivor):
    other = make_other()
    done = merge_dossiers(survivor, other, **CHOICES)
    change(survivor, notes="eigen opm, belt met 06 33330003", profession="lasser in Ens")
    undo_merge(done)
    page = text(coordinator_client.get(reverse("dossiers_anonymise", args=[other.pk])))
    assert page.partition(f"In {survivor.heading} bleef na het samenvoegen staan: ")[2].startswith("beroep ")
    assert "eigen opm, belt met 06 33330003" in page


def test_the_history_says_that_what_changed_while_the_dossiers_were_one_was_erased(coordinator_client, survivor):
    other = make_other()
    done = merge_dossiers(survivor, other, **CHOICES)
    change(survivor, profession="kapper")
    change(survivor, profession="lasser")
    undo_merge(done)
    survivor.refresh_from_db()
    survivor.save()
    anonymize_dossier(other.pk, None, "op verzoek")
    page = text(coordinator_client.get(url(Dossier, "inspect", survivor.pk)))
    assert page.count(ERASED) == 2 and page.count("Opgeslagen zonder wijziging") == 1


def test_the_history_says_so_too_of_what_came_by_way_of_a_third_dossier(coordinator_client, survivor):
    between, other = make_closed(notes="tussen"), make_other()
    first = merge_dossiers(between, other, **CHOICES)
    second = merge_dossiers(survivor, between, **CHOICES)
    change(survivor, profession="kapper")
    change(survivor, profession="bakker")
    undo_merge(second)
    undo_merge(first)
    anonymize_dossier(other.pk, None, "op verzoek")
    assert ERASED in text(coordinator_client.get(url(Dossier, "inspect", survivor.pk)))


def test_the_timeline_of_a_forgotten_person_keeps_the_words_of_merges(coordinator_client, survivor):
    other = make_other()
    undo_merge(merge_dossiers(survivor, other))
    anonymize_dossier(other.pk, None, "op verzoek")
    page = text(coordinator_client.get(url(Dossier, "inspect", other.pk)))
    assert "Opgegaan in D-2026-0001" in page and "Samenvoeging ongedaan gemaakt" in page


def test_the_page_of_a_forgotten_person_says_which_dossier_it_was_merged_with_for_a_while(coordinator_client, survivor):
    other = make_other()
    undo_merge(merge_dossiers(survivor, other))
    anonymize_dossier(other.pk, None, "op verzoek")
    response = coordinator_client.get(url(Dossier, "inspect", other.pk))
    page, words = text(response), "Dat is ongedaan gemaakt: wat daar staat, is niet vergeten."
    assert "Wie het was, staat er niet meer in." in page and words in page
    assert f"Het was een tijd samengevoegd met {survivor.reference} " in page
    assert url(Dossier, "inspect", survivor.pk) in response.content.decode()
    anonymize_dossier(survivor.pk, None, "op verzoek")
    page = text(coordinator_client.get(url(Dossier, "inspect", other.pk)))
    assert "Wie het was, staat er niet meer in." in page and "Het was een tijd samengevoegd" not in page


def test_before_it_forgets_the_page_says_that_a_dossier_of_an_undone_merge_stays(coordinator_client, survivor):
    other, page = make_other(), reverse("dossiers_anonymise", args=[survivor.pk])
    assert "een tijd was samengevoegd met" not in text(coordinator_client.get(page))
    undo_merge(merge_dossiers(survivor, other))
    words = text(coordinator_client.get(page))
    assert f"Dat dit dossier een tijd was samengevoegd met {other.reference}" in words
    assert "wat daar staat, wordt niet vergeten" in words


def test_the_timeline_and_the_log_of_a_forgotten_person_name_no_other_dossier_of_the_person(
    coordinator_client, survivor, coordinator
):
    other, somebody = make_other(), make_closed()
    undo_merge(merge_dossiers(survivor, somebody))
    merge_dossiers(survivor, other, coordinator)
    pages = [url(Dossier, page, survivor.pk) for page in ("inspect", "history")]
    assert all(f"Samengevoegd met {other.reference}" in text(coordinator_client.get(page)) for page in pages)
    anonymize_dossier(survivor.pk, None, "op verzoek")
    for page in pages:
        words = text(coordinator_client.get(page))
        assert "Samengevoegd met een ander dossier" in words and other.reference not in words
        assert f"Samengevoegd met {somebody.reference}" in words, "that merge was undone: it is not of this person"


def test_the_data_of_the_other_tell_who_changed_a_talk_while_the_dossiers_were_one(coordinator_client, survivor):
    other = make_other()
    talk = ContactMoment.objects.create(dossier=other, text="Zoekt werk", held_on=localdate())
    merge = merge_dossiers(survivor, other, **CHOICES)
    talk.refresh_from_db()
    talk.text = "Zoekt werk in de kas"
    talk.save()
    undo_merge(merge)
    page = text(coordinator_client.get(reverse("dossiers_person_file", args=[other.pk, "html"])))
    assert "Contactmoment. Gewijzigd · het systeem Waarover: Zoekt werk → Zoekt werk in de kas" in page
