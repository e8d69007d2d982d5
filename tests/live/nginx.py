# SPDX-License-Identifier: MIT
"""nginx with what contrib/django/nginx.conf puts into a site's `server { ... }`."""
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

from beside import PRINT_SETTINGS

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from nginx_command import nginx_command  # noqa: E402 pylint: disable=wrong-import-position

SHIPPED = PRINT_SETTINGS.parent / "nginx.conf"
SERVER = """
    server {{
        listen 127.0.0.1:{port};
        {shipped}
        location / {{ {others} }}
    }}
"""


def shipped(port, with_login=False):
    """The blocks as they are shipped, for our server on that port; `with_login`: also the one that they leave to whoever wants it."""
    text = SHIPPED.read_text(encoding="utf-8").replace("127.0.0.1:8001", f"127.0.0.1:{port}")
    return re.sub(r"(?m)^#(?=location|    |\})", "", text) if with_login else text


def as_django_has_it(port):
    """For `others`: the site itself."""
    return f"proxy_pass http://127.0.0.1:{port}; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;"


def start(test, blocks, others='return 200 "django";'):
    """The port of an nginx that runs until the end of the test."""
    folder = tempfile.TemporaryDirectory(prefix="drf-messages-nginx-")
    test.addCleanup(folder.cleanup)
    # The socket listens from the beginning, and nginx takes it over, as it does when a new one replaces an old one: nobody else
    # can have the port, and who connects before nginx is there waits for it.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        process = subprocess.Popen(nginx_command(folder.name, SERVER.format(port=port, shipped=blocks, others=others)),
                                   stdin=subprocess.DEVNULL, env={**os.environ, "NGINX": f"{listener.fileno()};"}, pass_fds=[listener.fileno()])
    test.addCleanup(process.wait)
    test.addCleanup(process.terminate)
    return port
