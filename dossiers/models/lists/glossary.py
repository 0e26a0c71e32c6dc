"""The glossary: terms that the public site explains at their first use on a page."""

from django.utils.translation import gettext_lazy as _

from dossiers.models.exports.formats import export_permissions
from dossiers.models.lists.names import DistinctNameMixin
from dossiers.models.text_fields import CharField, TextField
from page_cache.models import ShownOnPages


class GlossaryTerm(DistinctNameMixin, ShownOnPages):
    """A term with its explanation in the languages that staff write."""

    name = CharField(_("term"), max_length=60, unique=True, help_text=_("As it stands on a page, such as COA."))
    spellings = CharField(
        _("other words for it"),
        max_length=200,
        blank=True,
        help_text=_("Not required. Other words that get the same explanation, with commas between them."),
    )
    explanation = TextField(_("explanation"), help_text=_("One or two short sentences, for who never heard of it."))
    explanation_en = TextField(
        _("explanation in English"), blank=True, help_text=_("Empty: the English pages do not explain this term.")
    )

    class Meta:
        verbose_name = _("term of the glossary")
        verbose_name_plural = _("glossary")
        permissions = export_permissions("glossaryterm")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> list[str]:
        """The term and its other words."""
        return [self.name, *filter(None, (word.strip() for word in self.spellings.split(",")))]
