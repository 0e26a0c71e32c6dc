"""The groups of blocks in the block picker of the editor."""

from django.utils.translation import gettext_lazy as _

TEXT = _("Text and questions")
FACTS = _("Facts and figures")
PEOPLE = _("People")
MEDIA = _("Images and files")
STATEMENTS = _("Statements that the law asks")
NEXT_STEPS = _("Ways to go on")
