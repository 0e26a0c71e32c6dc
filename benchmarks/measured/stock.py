"""django-import-export as it comes, on the same models with the same checks, history, log, sectors and supplies."""

from time import perf_counter, process_time
from typing import Any

from django.contrib.auth import get_user_model
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ManyToManyWidget
from tablib import Dataset
from wagtail.log_actions import log

from benchmarks.measured.left import left
from benchmarks.measured.ours import ORGANISATION
from benchmarks.people import FIELDS, people
from dossiers.models import Dossier, Organisation, Sector, Supply


class StockResource(ModelResource):
    """The resource as the documentation of django-import-export shows it."""

    external_id = Field(column_name="external_id")
    sectors = Field("sectors", "sectors", ManyToManyWidget(Sector, ",", "name"))

    class Meta:
        model = Dossier
        fields = FIELDS
        import_id_fields = ("external_id",)
        skip_unchanged = True
        clean_model_instances = True

    def __init__(self, organisation: Organisation, user: Any) -> None:
        super().__init__()
        self.organisation, self.user = organisation, user

    def get_instance(self, instance_loader: Any, row: Any) -> Dossier | None:
        supplies = Supply.objects.filter(organisation=self.organisation, external_id=row["external_id"])
        supply = supplies.select_related("dossier").first()
        return supply.dossier if supply else None

    def import_field(self, field: Field, instance: Dossier, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        if field.column_name != "external_id":  # kept by the supply
            super().import_field(field, instance, row, is_m2m, **kwargs)

    def after_save_instance(self, instance: Dossier, row: Any, **_kwargs: Any) -> None:
        lookup = {"organisation": self.organisation, "external_id": row["external_id"]}
        created = Supply.objects.update_or_create(**lookup, defaults={"dossier": instance, "values": dict(row)})[1]
        action = "wagtail.create" if created else "wagtail.edit"
        log(instance=instance, action=action, user=self.user, content_changed=True)

    def save_m2m(self, instance: Dossier, row: Any, **kwargs: Any) -> None:
        super().save_m2m(instance, row, **kwargs)
        instance.record_sectors_in_history()


def timed(rows: int) -> dict[str, Any]:
    """Preview and import new rows."""
    user = get_user_model().objects.get_or_create(username="bench")[0]
    resource = StockResource(Organisation.objects.named(ORGANISATION), user)
    dataset = Dataset(*(person.as_stored() for person in people(rows)), headers=FIELDS)
    begin, worked = perf_counter(), process_time()
    preview = resource.import_data(dataset, dry_run=True)
    if preview.has_errors() or preview.has_validation_errors():
        raise RuntimeError(preview.invalid_rows[:1] or preview.error_rows[0].errors)
    resource.import_data(dataset, dry_run=False, raise_errors=True)
    return {"seconds": perf_counter() - begin, "processor": process_time() - worked, "left": left()}
