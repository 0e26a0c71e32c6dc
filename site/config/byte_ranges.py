"""Parts of documents: browsers fetch a video in parts, and Wagtail's view only answers with whole files."""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
CHUNK_SIZE = 64 * 1024  # bytes


def serve_byte_ranges(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a view of files, so that a request for one part of a file gets that part."""

    @wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, FileResponse) and response.status_code == HTTPStatus.OK and request.method == "GET":
            return select_part(request, response)
        return response

    return serve


def select_part(request: HttpRequest, response: FileResponse) -> HttpResponseBase:
    """Return the part of the file that the request is for.

    That is the whole file if the request is not for one part, or for a part of an older file.
    """
    response["Accept-Ranges"] = "bytes"
    match = RANGE.fullmatch(request.headers.get("Range", ""))
    etag, file = response.get("ETag"), response.file_to_stream
    if match is None or file is None or request.headers.get("If-Range", etag) != etag:
        return response
    first, last = match.groups()
    size = int(response["Content-Length"])
    begin = int(first) if first else max(size - int(last or 0), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if not (first or last) or (first and last and int(last) < begin):
        return response
    if begin >= size:
        response.close()
        status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return HttpResponse(status=status, headers={"Content-Range": f"bytes */{size}"})
    response.streaming_content = read_part(file, begin, end + 1 - begin)
    response.status_code = HTTPStatus.PARTIAL_CONTENT
    response["Content-Length"] = str(end + 1 - begin)
    response["Content-Range"] = f"bytes {begin}-{end}/{size}"
    return response


def read_part(file: IO[bytes], begin: int, length: int) -> Iterator[bytes]:
    """Yield the part in chunks; the response closes the file."""
    file.seek(begin)
    while length > 0 and (chunk := file.read(min(CHUNK_SIZE, length))):
        length -= len(chunk)
        yield chunk
