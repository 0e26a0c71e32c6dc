"""A long list shows its first rows while the rest is being read."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers import tasks
from dossiers.models import ImportRun
from dossiers.progress import Progress
from dossiers.spreadsheets.imports import staging

from .pages import raw, text
from .test_uploading import people, upload


def test_the_first_lines_show_while_the_rest_is_read(coordinator_client, settings, monkeypatch):
    monkeypatch.setattr(staging, "BATCH", 2)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    lines = [f"Kind{n};Haile{n};12-03-1990;P{n}" for n in range(5)]
    upload_page = upload(coordinator_client, people("Omar;Zaki;32-13-1990;P0", *lines), follow=True)
    assert "data-opens-again" in raw(upload_page), "asks for the page again as soon as there is something to see"

    run, responses = ImportRun.objects.get(), []

    def open_import(self: Progress, done: int, total: int | None = None) -> None:
        if done == 4:
            responses.append(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))

    monkeypatch.setattr(Progress, "report", open_import)
    tasks.read_import.call(run.pk)
    page = text(responses[0])
    assert "Kind0 Haile0" in page and "Kind2 Haile2" in page and "Kind3" not in page
    assert "Geboortedatum" in page, "what is wrong with the first line shows too"
    assert "data-opens-again" not in raw(responses[0])
    assert "<form" not in raw(responses[0]).partition("import-rows")[2], "nothing can be decided before all is read"


def test_who_is_no_longer_in_the_list_does_not_show_among_the_first_lines(coordinator_client):
    for lines in (["Selam;Haile;12-03-1990;P1", "Omar;Zaki;13-03-1990;P2"], ["Selam;Haile;12-03-1990;P1"]):
        upload(coordinator_client, people(*lines))
        coordinator_client.post(reverse("dossiers_import_apply", args=[ImportRun.objects.latest("pk").pk]))
    run = ImportRun.objects.latest("pk")
    run.state = ImportRun.State.READING  # the rows are staged, but the state is not saved yet
    run.save()
    assert run.counts()["absent"] == 1
    page = text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))
    assert "Selam Haile" in page and "Omar" not in page and "None" not in page


def test_a_line_that_looks_like_one_that_is_being_read_again_shows_among_the_first_lines(coordinator_client):
    upload(coordinator_client, people("Selam;Haile;12-03-1990;P1", "Sealm;Haile;12-03-1990;P2"))
    run = ImportRun.objects.get()
    assert run.rows.get(line=3).similar_lines == [2]
    run.state = ImportRun.State.READING
    run.save()
    run.rows.filter(line=2).delete()
    assert "Sealm Haile" in text(coordinator_client.get(reverse("dossiers_import", args=[run.pk])))


def test_before_the_first_lines_there_is_only_the_progress(coordinator_client, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    assert "import-rows" not in raw(upload(coordinator_client, people("Omar;Zaki;12-03-1990;P0"), follow=True))


def test_no_page_reads_the_uploaded_file(coordinator_client, settings):
    """Only the worker reads the file; it stores the first rows."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    upload(coordinator_client, SimpleUploadedFile("lijst.csv", "Wie;Waar\nÇelik;Ens\n".encode("cp850")))
    run = ImportRun.objects.get()
    tasks.read_import.call(run.pk)
    run.refresh_from_db()
    content = Path(run.upload.path).read_bytes()
    Path(run.upload.path).unlink()
    columns = reverse("dossiers_import_columns", args=[run.pk])
    assert "€elik" in text(coordinator_client.get(columns)), "as it was read"

    reading = {"step": "reading", "encoding": "cp850", "delimiter": ";", "header_row": "1"}
    assert "data-opens-again" in raw(coordinator_client.post(columns, reading, follow=True))
    assert ImportRun.objects.get().state == ImportRun.State.READING
    Path(run.upload.path).write_bytes(content)
    choice = {"encoding": "cp850", "delimiter": ";", "header_row": 1}
    tasks.read_otherwise.call(run.pk, choice, ImportRun.State.ASKING)
    run.refresh_from_db()
    assert (run.state, run.choice) == (ImportRun.State.ASKING, choice)
    assert "Çelik" in text(coordinator_client.get(columns))
    run.forget_upload()
    assert run.sample == {}, "what was shown of the file goes with it"
