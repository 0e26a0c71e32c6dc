"""Lighthouse gives 100 in all four to the pages an employer meets first, as production serves them behind its proxy.

Needs a DATA_DIR of its own, `make measures` and a Chromium. Its speed depends on the machine: of three times the best
counts.
"""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.browser import chromium
from tests.measures import tools

PATHS = ("/", "/voor-werkgevers/mag-ik-aannemen/", "/aanmelden/")
TIMES = 3
PATIENCE = 60  # seconds until the site answers
LIGHTHOUSE = "lighthouse/cli/index.js"
HOST = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


class Proxy(BaseHTTPRequestHandler):
    """A proxy in front of the site, which tells it that the visitor used TLS."""

    protocol_version = "HTTP/1.1"
    site_port = 0

    def do_GET(self) -> None:
        connection = http.client.HTTPConnection(HOST, self.site_port, timeout=30)
        connection.request("GET", self.path, headers={**self.headers, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        body = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        connection.close()

    def log_message(self, *_words: object) -> None:
        """Lighthouse tells what matters."""


def production(port: int, proxy_port: int) -> subprocess.Popen[bytes]:
    """The site with its first content and its collected files, on that port, for who asks the proxy."""
    own = {"MODE": "production", "SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": f"{HOST}:{proxy_port}"}
    env = {**os.environ, **own, "BASE_URL": f"https://{HOST}", "PORT": str(port)}
    manage = [sys.executable, "manage.py"]
    for words in (["migrate"], ["load_content"], ["collectstatic", "--noinput"]):
        subprocess.run([*manage, *words, "-v0"], env=env, check=True)  # noqa: S603  (our own)
    process = subprocess.Popen(  # noqa: S603  (our own)
        [*manage, "serve"], env=env, stdout=subprocess.DEVNULL, process_group=0
    )
    begun = time.monotonic()
    while process.poll() is None and time.monotonic() - begun < PATIENCE:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return process
        time.sleep(0.2)
    sys.exit("The site did not start.")


def report(url: str) -> dict[str, Any]:
    """Return Lighthouse's report on one page; run it again if the browser failed to record the page."""
    flags = " ".join(["--headless=new", *chromium.ARGUMENTS])
    for _time in range(TIMES):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "report.json")
            options = ["--quiet", "--output=json", f"--output-path={path}", f"--chrome-flags={flags}"]
            done = tools.run(LIGHTHOUSE, url, *options)
            audits = json.loads(path.read_text()) if path.exists() else {}
        if audits and "runtimeError" not in audits:
            return audits
        reason = audits["runtimeError"]["message"] if audits else done.stderr[-2000:]
        print(f"Lighthouse could not judge {url}: {reason}", flush=True)
    sys.exit(f"Lighthouse could not judge {url} in {TIMES} times.")


def scores(url: str) -> dict[str, int]:
    """Return the scores of one page by category, and print the audits that cost points."""
    measured = report(url)
    for category in measured["categories"].values():
        for part in category["auditRefs"] if category["score"] < 1 else ():
            audit = measured["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                print(f"    {category['id']}: {audit['title']} {audit.get('displayValue', '')}")
    return {name: round(category["score"] * 100) for name, category in measured["categories"].items()}


def best_of(url: str) -> dict[str, int]:
    best: dict[str, int] = {}
    for _time in range(TIMES):
        best = {name: max(score, best.get(name, 0)) for name, score in scores(url).items()}
        if set(best.values()) == {100}:
            break
    print(f"{url}: {best}", flush=True)
    return best


def main() -> None:
    os.environ["CHROME_PATH"] = chromium.find() or sys.exit("No Chromium found.")
    os.environ["REQUIRE_MEASURES"] = "1"
    Proxy.site_port = free_port()
    proxy = ThreadingHTTPServer((HOST, 0), Proxy)
    site = production(Proxy.site_port, proxy.server_port)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        scores_by_path = [best_of(f"http://{HOST}:{proxy.server_port}{path}") for path in PATHS]
    finally:
        os.killpg(site.pid, signal.SIGINT)
        site.wait(60)
    if any(score < 100 for best in scores_by_path for score in best.values()):
        sys.exit("Lighthouse does not give 100 everywhere.")


if __name__ == "__main__":
    main()
