"""Write the whole site to files."""

from pathlib import Path

from tests.example_client.api import Api
from tests.example_client.pages import render_page


def build(api: Api, folder: Path) -> dict[str, Path]:
    """Write each page of each language to a file; return the files by the paths of the pages."""
    written: dict[str, Path] = {}
    for language in api.site()["locales"]:
        site = api.site(language["code"])
        for short in api.pages(locale=language["code"]):
            page = api.page(short["id"])
            path = page["meta"]["url"]
            file = folder / path.strip("/") / "index.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(render_page(page, site), "utf-8")
            written[path] = file
    return written
