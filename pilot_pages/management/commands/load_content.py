"""Fills an empty site with the pages of fixtures/content/."""

from typing import Any

from django.core.management.base import BaseCommand

from pilot_pages.content.loader import SiteNotEmpty, load_content


class Command(BaseCommand):
    help = "Fill an empty site with the pages of fixtures/content/. A site that has pages is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = load_content()
        except SiteNotEmpty:
            self.stdout.write("The site has pages already; nothing was changed.")
        else:
            self.stdout.write(f"Loaded {count} pages.")
