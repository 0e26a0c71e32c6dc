"""A rule for what stays open when a candidate starts elsewhere; an installation that has rules gets it beside them."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from dossiers.models.base_lists import read_list


def add(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rules = apps.get_model("dossiers", "ActionRule")._default_manager
    (row,) = (row for row in read_list("action_rules.yaml") if row["code"] == "works_elsewhere")
    rules.get_or_create(code=row["code"], defaults=row)


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0024_evaluations_in_english'),
    ]

    operations = [
        migrations.AlterField(
            model_name='actionrule',
            name='code',
            field=models.CharField(choices=[('permit_ends', 'permit ends'), ('document_ends', 'W-document ends'), ('at_work', 'at work for a while'), ('at_work_long', 'at work for a longer while'), ('work_right_lost', 'right to work lost'), ('sign_up_unanswered', 'sign-up not answered'), ('works_elsewhere', 'at work elsewhere, proposal open')], max_length=30, unique=True, verbose_name='rule'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='rule',
            field=models.CharField(blank=True, choices=[('permit_ends', 'permit ends'), ('document_ends', 'W-document ends'), ('at_work', 'at work for a while'), ('at_work_long', 'at work for a longer while'), ('work_right_lost', 'right to work lost'), ('sign_up_unanswered', 'sign-up not answered'), ('works_elsewhere', 'at work elsewhere, proposal open')], editable=False, max_length=30, verbose_name='made by the rule'),
        ),
        migrations.AlterField(
            model_name='historicalfollowup',
            name='rule',
            field=models.CharField(blank=True, choices=[('permit_ends', 'permit ends'), ('document_ends', 'W-document ends'), ('at_work', 'at work for a while'), ('at_work_long', 'at work for a longer while'), ('work_right_lost', 'right to work lost'), ('sign_up_unanswered', 'sign-up not answered'), ('works_elsewhere', 'at work elsewhere, proposal open')], editable=False, max_length=30, verbose_name='made by the rule'),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
