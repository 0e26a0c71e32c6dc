"""URLs of evaluations."""

from django.urls import URLPattern, path

from dossiers.backoffice.evaluations import actions, pages
from dossiers.backoffice.evaluations.list_views import EvaluationListView
from dossiers.backoffice.list_exports import make_export_view


def urls() -> list[URLPattern]:
    prefix = "evaluations/<int:pk>/"
    return [
        path("evaluations/", EvaluationListView.as_view(), name="dossiers_evaluations"),
        path(
            "evaluations/results/", EvaluationListView.as_view(results_only=True), name="dossiers_evaluations_results"
        ),
        path(
            "evaluations/export/<slug:format>/",
            make_export_view(EvaluationListView),
            name="dossiers_evaluations_export",
        ),
        path("evaluations/new/", actions.NewView.as_view(), name="dossiers_evaluation_new"),
        path(prefix, pages.EvaluationView.as_view(), name="dossiers_evaluation"),
        path(f"{prefix}settings/", actions.SettingsView.as_view(), name="dossiers_evaluation_settings"),
        path(f"{prefix}write/<slug:section>/", actions.WriteView.as_view(), name="dossiers_evaluation_write"),
        path(f"{prefix}read/<slug:edition>/", pages.LetterView.as_view(), name="dossiers_evaluation_read"),
        path(f"{prefix}file/<slug:edition>/<slug:format>/", pages.FileView.as_view(), name="dossiers_evaluation_file"),
        path(f"{prefix}freeze/", actions.FreezeView.as_view(), name="dossiers_evaluation_freeze"),
        path(f"{prefix}release/", actions.ReleaseView.as_view(), name="dossiers_evaluation_release"),
        path(f"{prefix}withdraw/", actions.WithdrawView.as_view(), name="dossiers_evaluation_withdraw"),
        path(f"{prefix}again/", actions.BeginAgainView.as_view(), name="dossiers_evaluation_again"),
        path(f"{prefix}delete/", actions.DeleteView.as_view(), name="dossiers_evaluation_delete"),
    ]
