# SPDX-License-Identifier: MIT
"""What `manage.py runserver` does, on a port that the system chose and without watching files; prints the port."""
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "livesite.settings"

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
server.set_app(application)
print(f"port {server.server_port}", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
