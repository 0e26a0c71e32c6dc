"""The YAML files of the initial content: one folder per language, one file per page."""

from dataclasses import dataclass
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError

# The keys that are no fields of the page.
STRUCTURE_KEYS = ("type", "slug", "parent", "translates", "next")
# The field names of keys that have a shorter name in the files.
FIELD_NAMES = {"menu": "show_in_menus", "footer": "show_in_footer", "description": "search_description"}


@dataclass(frozen=True)
class PageFile:
    """The content of one page. It refers to other pages by language and slug."""

    language: str
    content: dict[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        return self.language, self.content["slug"]

    @property
    def parent(self) -> tuple[str, str] | None:
        return (self.language, self.content["parent"]) if "parent" in self.content else None

    @property
    def original(self) -> tuple[str, str] | None:
        """The language and slug of the Dutch page that this one translates; None if it is Dutch itself."""
        if self.language == settings.LANGUAGE_CODE:
            return None
        if "translates" not in self.content:
            raise ValidationError(f"{self.language}/{self.content['slug']} does not say which page it translates.")
        return settings.LANGUAGE_CODE, self.content["translates"]

    @property
    def field_values(self) -> dict[str, Any]:
        """The values by the name of the model field."""
        fields = {
            FIELD_NAMES.get(name, name): value for name, value in self.content.items() if name not in STRUCTURE_KEYS
        }
        return fields | {f"next_{name}": value for name, value in self.content.get("next", {}).items()}

    def resolve_link(self, target: str) -> tuple[str, str]:
        """Return language and slug of the page of a link: `en/contact`, or `contact` for the same language."""
        language, slash, slug = target.rpartition("/")
        return (language, slug) if slash else (self.language, target)


def read_files(language: str) -> list[PageFile]:
    """Return the pages of a language in the order of the file names, in which parents precede their children."""
    files = sorted((settings.FIXTURES_DIR / "content" / language).glob("*.yaml"))
    return [PageFile(language, yaml.safe_load(file.read_text("utf-8"))) for file in files]


def list_content_languages() -> list[str]:
    """Return the codes of the languages that have files. The default language comes first: the others translate it."""
    return [code for code, _name in settings.LANGUAGES if (settings.FIXTURES_DIR / "content" / code).is_dir()]
