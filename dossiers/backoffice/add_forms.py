"""The base of the forms that add a record or a row of a list."""

from wagtail.snippets.views import snippets

from admin_pages.pages import TitledFormMixin


class TitledCreateView(TitledFormMixin, snippets.CreateView):
    """A form with the text of the button that leads to it as its title."""

    def get_page_title(self) -> str:
        return str(self.model.snippet_viewset.index_view_class(model=self.model).add_item_label)
