"""The schemas of imports, and of what is decided about one."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, StringConstraints

from dossiers.models import ImportRun
from web_api.schemas import ABSENT, with_examples

Separators = Annotated[str, StringConstraints(pattern=r"^[-/. ]{1,4}$")]  # of the dates with the month first
SentRecords = Literal["dossiers", "employer_interest"]
Policy = Literal["update", "fill", "new"]


class Progress(Schema):
    busy: bool
    done: int
    total: int | None


class Import(Schema):
    run: int
    record: SentRecords
    file: str
    organisation: str | None
    policy: Policy
    profile: str | None
    state: Literal[*ImportRun.State.values]  # type: ignore[valid-type]
    reason: str | None
    word: str | None
    created_at: datetime
    applied_at: datetime | None
    undo_until: datetime | None
    progress: Progress
    counts: dict[str, int] | None
    columns: list[dict[str, Any]]
    warnings: list[str]
    questions: dict[str, Any]
    decided: dict[str, Any]


class ImportRow(Schema):
    line: int
    sheet: str | None
    table: int
    line_on_sheet: int
    action: str
    values: dict[str, Any]
    changes: dict[str, Any]
    errors: dict[str, Any]
    similar: list[str]
    similar_lines: list[int]


class PartnerDecision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    columns: dict[str, str | None] = ABSENT
    fixed: dict[str, str] = ABSENT
    words: dict[str, dict[str, str | None]] = ABSENT
    month_first: dict[str, bool | Separators] = ABSENT
    parts: dict[str, bool] = ABSENT


class ImportDecision(PartnerDecision):
    model_config = with_examples({"policy": "fill", "columns": {"Opleiding (land)": None}})

    policy: Policy = ABSENT
    profile: str | None = None
