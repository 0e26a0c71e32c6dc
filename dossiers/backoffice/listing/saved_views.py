"""Pages that create, change and delete saved views."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages

from admin_pages.users import get_person_name
from dossiers.backoffice.access_log import describe_filters
from dossiers.backoffice.forms import PreventsOverwriting
from dossiers.backoffice.listing.pages import ListPageMixin
from dossiers.backoffice.listing.query_strings import get_filtered_list_url, get_saved_parameters
from dossiers.concurrency import SavesInTurn
from dossiers.models import SavedView


class SavedViewForm(PreventsOverwriting, forms.ModelForm):
    """The form of a saved view."""

    default = forms.BooleanField(
        label=_("Open this list with it"),
        required=False,
        help_text=_("For you alone. “All” leads back to the plain list."),
    )

    class Meta:
        model = SavedView
        fields = ("name", "shared")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = SavedView.objects.filter(owner=self.instance.owner, kind=self.instance.kind, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You have a view of this list with that name already. Choose another name."))
        return name


class DescribesListMixin(ListPageMixin):
    """Describe the filters, the order and the columns of a query string."""

    def describe_list(self) -> list[tuple[str, str]]:
        """Return (label, text) of the filters, the order and the columns that are set."""
        shown = self.list_view
        names = [capfirst(str(shown.available_columns[name].label)) for name in shown.chosen_names]
        parts: Iterable[tuple[Any, str]] = (
            (_("Filters"), " · ".join(self.describe_filters())),
            (_("Order"), self.describe_order()),
            (_("Columns"), ", ".join(names)),
        )
        return [(str(label), words) for label, words in parts if words]

    def describe_filters(self) -> Iterable[str]:
        if self.list_view.unknown_filters:
            text = gettext("not there any more: %(what)s")
            return [text % {"what": ", ".join(self.list_view.unknown_filters)}]
        return self.list_view.filter_errors or describe_filters(self.list_view)

    def describe_order(self) -> str:
        ordering = self.request.GET.get("ordering", "")
        shown = [self.list_view.default_columns[0], *self.list_view.available_columns.values()]
        sorting_column = next(
            (column for column in shown if column.sort_key and column.sort_key == ordering.lstrip("-")), None
        )
        if sorting_column is None:
            return ""
        text = gettext("%(column)s, from the last to the first") if ordering.startswith("-") else "%(column)s"
        return text % {"column": capfirst(str(sorting_column.label))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"holds": self.describe_list()}


class SavedViewCreateView(SavesInTurn, DescribesListMixin, FormView):
    """Save the query string of the current list under a name."""

    template_name = "dossiers/listing/save_view.html"
    form_class = SavedViewForm
    header_icon = "pick"
    page_title = _("Save this view")

    @cached_property
    def list_view(self) -> Any:
        return self.model.snippet_viewset.build_list_view(self.request.user, get_saved_parameters(self.request.GET))  # type: ignore[attr-defined]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not get_saved_parameters(request.GET):
            messages.error(request, gettext("There is nothing to save yet: filter, order or choose columns first."))
            return redirect(get_filtered_list_url(self.model, "view=all"))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        view = SavedView(
            kind=self.kind,
            owner=cast(User, self.request.user),
            query=get_saved_parameters(self.request.GET).urlencode(),
        )
        return super().get_form_kwargs() | {"instance": view}

    def form_valid(self, form: SavedViewForm) -> HttpResponse:
        if not form.instance.query:
            return self.get(self.request)
        view = form.save()
        view.make_default(self.request.user, form.cleaned_data["default"])
        message = gettext("Saved: “%(view)s”.") % {"view": view}
        if self.request.GET.get("q"):
            message += " " + gettext("The search word was not saved: it may be a person's name.")
        messages.success(self.request, message)
        return redirect(get_filtered_list_url(self.model, view.query))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"searched": bool(self.request.GET.get("q"))}


class SavedViewMixin(DescribesListMixin):
    """Base of the pages about one saved view."""

    @cached_property
    def view(self) -> SavedView:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[SavedView]:
        return SavedView.objects.visible_to(self.request.user).select_related("owner")

    @property
    def kind(self) -> str:
        return self.view.kind

    @cached_property
    def list_view(self) -> Any:
        return self.model.snippet_viewset.build_list_view(self.request.user, QueryDict(self.view.query))  # type: ignore[attr-defined]

    @property
    def list_url(self) -> str:
        return get_filtered_list_url(self.model, self.view.query)

    @cached_property
    def may_change(self) -> bool:
        return SavedView.objects.changeable_by(self.request.user).filter(pk=self.view.pk).exists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "view_shown": self.view,
            "may_change": self.may_change,
            "is_default": self.view.is_default_of(self.request.user),
            "owner": get_person_name(self.view.owner),
        }


class SavedViewEditView(SavesInTurn, SavedViewMixin, FormView):
    """Change a view's name, its sharing and the user's default; other users can change only their default."""

    template_name = "dossiers/listing/view.html"
    form_class = SavedViewForm
    header_icon = "pick"
    page_title = _("View")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.view}

    def get_initial(self) -> dict[str, Any]:
        return {"default": self.view.is_default_of(self.request.user)}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if not self.may_change:
            for name in ("name", "shared"):
                del form.fields[name]
        return form

    def form_valid(self, form: SavedViewForm) -> HttpResponse:
        if self.may_change:
            form.save()
        self.view.make_default(self.request.user, form.cleaned_data["default"])
        messages.success(self.request, gettext("Saved: “%(view)s”.") % {"view": self.view})
        return redirect(self.list_url)


class SavedViewDeleteView(SavedViewMixin, TemplateView):
    """Ask for confirmation and delete a saved view."""

    template_name = "dossiers/listing/remove_view.html"
    header_icon = "bin"
    page_title = _("Delete a view")

    def get_queryset(self) -> QuerySet[SavedView]:
        return SavedView.objects.changeable_by(self.request.user).select_related("owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = self.view.default_for.exclude(username=self.request.user.get_username()).count()
        return super().get_context_data(**kwargs) | {"others": others}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.view.delete()
        messages.success(request, gettext("Deleted: “%(view)s”.") % {"view": self.view})
        return redirect(get_filtered_list_url(self.model, "view=all"))
