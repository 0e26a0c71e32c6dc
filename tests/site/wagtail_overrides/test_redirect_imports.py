"""Redirects are imported from text files only, because Wagtail reads workbooks during the request."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse


@pytest.mark.django_db
def test_redirects_can_be_imported_from_text_but_not_from_a_workbook(admin_client):
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "x"
    file = io.BytesIO()
    book.save(file)
    start = reverse("wagtailredirects:start_import")
    assert "xlsx" not in admin_client.get(start).content.decode()
    book_of_5_kb = SimpleUploadedFile("lijst.xlsx", file.getvalue())
    refused = admin_client.post(start, {"import_file": book_of_5_kb}, follow=True)
    assert refused.redirect_chain == [(start, 302)] and "xlsx" in refused.content.decode()
    read = admin_client.post(start, {"import_file": SimpleUploadedFile("lijst.csv", b"from,to\n/oud,/nieuw\n")})
    assert read.status_code == 200 and b"/nieuw" in read.content
