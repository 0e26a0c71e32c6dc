"""The files of the first content: a folder a language, a file a page."""

from dataclasses import dataclass
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError

# In the files shorter than in the model, and the ones that are no field.
STRUCTURE = ("type", "slug", "parent", "translates", "next")
NAMES = {"menu": "show_in_menus", "footer": "show_in_footer", "description": "search_description"}


@dataclass(frozen=True)
class PageFile:
    """What one file says of one page; it knows pages by language and slug."""

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
        """The Dutch page of which this is the translation; each file of another language says of which."""
        if self.language == settings.LANGUAGE_CODE:
            return None
        if "translates" not in self.content:
            raise ValidationError(f"{self.language}/{self.content['slug']} does not say which page it translates.")
        return settings.LANGUAGE_CODE, self.content["translates"]

    @property
    def values(self) -> dict[str, Any]:
        """By the names of the model's fields."""
        fields = {NAMES.get(name, name): value for name, value in self.content.items() if name not in STRUCTURE}
        return fields | {f"next_{name}": value for name, value in self.content.get("next", {}).items()}

    def linked(self, target: str) -> tuple[str, str]:
        """The page that a link leads to: `contact` is one in the same language, `en/contact` one in that language."""
        language, slash, slug = target.rpartition("/")
        return (language, slug) if slash else (self.language, target)


def read_files(language: str) -> list[PageFile]:
    """The pages of a language in the order of the files' names: a parent stands before its children."""
    files = sorted((settings.FIXTURES_DIR / "content" / language).glob("*.yaml"))
    return [PageFile(language, yaml.safe_load(file.read_text("utf-8"))) for file in files]


def content_languages() -> list[str]:
    """Those that have files, the site's own first: the others translate it."""
    return [code for code, _name in settings.LANGUAGES if (settings.FIXTURES_DIR / "content" / code).is_dir()]
