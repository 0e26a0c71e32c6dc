"""The form of a document, which takes the title from the name of the file if nobody writes one."""

from pathlib import PurePath
from typing import Any

from wagtail.documents.forms import BaseDocumentForm


class TitleFromFileName:
    """A mixin of a form with an upload. Wagtail's script fills in the title as well, but a browser may not run it in
    time, and then the file would have to be chosen again."""

    data: Any
    files: Any
    fields: Any
    add_prefix: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, upload = self.add_prefix("title"), self.files.get(self.add_prefix("file"))
        if upload and "title" in self.fields and not self.data.get(name, "").strip():
            self.data = self.data.copy()  # request.POST is immutable
            self.data[name] = PurePath(upload.name).stem[: self.fields["title"].max_length]


class DocumentForm(TitleFromFileName, BaseDocumentForm):
    pass
