"""Texts in which a value or a number stands are sentences that somebody can read."""

from types import SimpleNamespace

from django.utils.translation import gettext as translate
from django.utils.translation import ngettext

from dossiers.backoffice.forgetting.dossier import describe_record
from dossiers.backoffice.forgetting.log_actions import TermChangedLogFormatter
from dossiers.backoffice.labels import format_value
from dossiers.models import Evaluation, EvaluationText, FindingCategory


def test_a_yes_or_no_is_written_in_words():
    assert (format_value(True), format_value(False), format_value(0)) == ("ja", "nee", "0")


def test_the_log_counts_the_months_of_a_term():
    entry = SimpleNamespace(data={"months": 1, "employer_months": 12})
    message = TermChangedLogFormatter().format_message(entry)
    assert message == "Termijn gewijzigd: dossiers 1 maand, contactpersonen van werkgevers 12 maanden"
    entry.data = {"months": None, "employer_months": 1}
    message = TermChangedLogFormatter().format_message(entry)
    assert message == "Termijn gewijzigd: dossiers nooit, contactpersonen van werkgevers 1 maand"


def test_a_section_of_an_evaluation_is_named_by_its_title(db):
    evaluation = Evaluation.objects.create(title="Eindevaluatie", reports=["findings"])
    sections = [EvaluationText(evaluation=evaluation, section=section) for section in ("closing", "gone")]
    assert [describe_record(section) for section in sections] == ["Eindevaluatie: Tot slot", "Eindevaluatie: gone"]


def test_a_category_of_findings_is_named_by_its_name():
    assert describe_record(FindingCategory(name="Taal op het werk", heading="person")) == "Taal op het werk"


def test_what_wagtail_says_of_a_deletion_is_a_sentence_for_each_kind_of_record():
    question = translate("Are you sure you want to delete this %(model_name)s?") % {"model_name": "regel"}
    assert question == "Dit wordt verwijderd (regel). Weet u het zeker?"
    message = ngettext("%(count)d %(model_name)s deleted.", "%(count)d %(model_name)s deleted.", 5)
    assert message % {"count": 5, "model_name": "Uitgaven"} == "Uitgaven verwijderd: 5."
