"""Under which headings the editor's picker shows the blocks."""

from django.utils.translation import gettext_lazy as _

TEXT = _("Text and questions")
FACTS = _("Facts and figures")
MEDIA = _("Images and files")
ON = _("Ways to go on")
