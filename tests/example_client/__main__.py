import argparse
from pathlib import Path
from wsgiref.simple_server import make_server

from tests.example_client.api import Api
from tests.example_client.server import Front
from tests.example_client.site_files import build

parser = argparse.ArgumentParser(prog="example_client")
parser.add_argument("site", help="as in http://127.0.0.1:8000")
parser.add_argument("folder", nargs="?", type=Path, help="write the site as files here")
parser.add_argument("--port", type=int, default=9000, help="without a folder: serve it here")
parser.add_argument("--secret", default="", help="of the webhook that tells /hook")
arguments = parser.parse_args()
if arguments.folder:
    print(f"{len(build(Api(arguments.site), arguments.folder))} pages in {arguments.folder}")
else:
    print(f"http://127.0.0.1:{arguments.port}")
    make_server("127.0.0.1", arguments.port, Front(Api(arguments.site), arguments.secret)).serve_forever()
