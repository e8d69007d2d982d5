# SPDX-License-Identifier: MIT
"""`drf-messages health`: what it says of a server that is well, of one that is not, and where there is none."""
import http.server
import os
import socket
import subprocess
import threading
import unittest

from databases import settings_for
from servers import free_port
from site_process import BINARY, PATIENCE, SETTINGS, Site
from users import SERVER, as_user, binary, needs_root


class Health(unittest.TestCase):
    def ask(self, site, *arguments):
        """On a busy machine an answer may take longer than an operator would wait."""
        return site.run("health", *arguments, *([] if "--timeout" in arguments else ["--timeout", PATIENCE]))

    def says(self, site, text, *arguments):
        done = self.ask(site, *arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, text + "\n", ""))

    def fails(self, site, pattern, *arguments):
        done = self.ask(site, *arguments)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, rf"\Adrf-messages: {pattern}\n\Z")

    def test_it_asks_the_address_that_the_settings_name(self):
        port, path = free_port(), "/-"
        for bind, place in ((f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"), (f"0.0.0.0:{port}", f"http://127.0.0.1:{port}"),
                            (f"[::]:{port}", f"http://[::1]:{port}"), (f"localhost:{port}", f"http://localhost:{port}")):
            with self.subTest(bind=bind), Site(SETTINGS + f'[SERVER]\nBIND = ["{bind}", "127.0.0.1:0"]\nHEALTH_PREFIX = "{path}"\n') as site:
                self.fails(site, rf"{place}/-/readyz: no server answers there: Connection refused".replace("[::1]", r"\[::1\]"))
                site.serve("--bind", bind)
                self.says(site, f"{place}/-/readyz: ok")
                self.assertEqual(site.stop(), 0)

    def test_it_asks_at_a_unix_socket(self):
        with Site() as site:
            bind = f"unix:{site.folder}/http.sock"
            self.fails(site, f"{bind} /readyz: no server answers there: No such file or directory", "--bind", bind)
            site.serve("--bind", bind)
            self.says(site, f"{bind} /readyz: ok", "--bind", bind)

    @needs_root
    def test_any_user_may_ask_and_nothing_is_opened_or_written(self):
        with Site() as site, socket.create_server(("127.0.0.1", 0)) as database:
            site.serve()
            site.settings.write_text(settings_for(f"postgresql://ann@127.0.0.1:{database.getsockname()[1]}/site"), encoding="utf-8")
            site.settings.chmod(0o444)
            site.folder.chmod(0o555)
            done = subprocess.run([*as_user(SERVER), binary(), "health", "--settings", site.settings, "--timeout", str(PATIENCE),
                                   "--bind", f"127.0.0.1:{site.port}"], cwd=site.folder, env=site.environment, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            database.setblocking(False)
            with self.assertRaises(BlockingIOError):  # nobody has come
                database.accept()

    def test_a_server_whose_database_is_away_says_so(self):
        with Site(settings_for(f"postgresql://ann:secret@127.0.0.1:{free_port()}/site"), migrate=False) as site:
            site.serve(waiting=True)
            self.fails(site, rf"http://127\.0\.0\.1:{site.port}/readyz: 503, the database does not answer", "--bind", f"127.0.0.1:{site.port}")

    def test_what_is_no_server_of_ours_is_not_well(self):
        class Other(http.server.BaseHTTPRequestHandler):
            answer = (200, b"")

            def do_GET(self):
                self.send_response(self.answer[0])
                self.end_headers()
                self.wfile.write(self.answer[1])

            def log_message(self, *_):
                pass

        with Site() as site, socket.create_server(("127.0.0.1", 0)) as silent, http.server.HTTPServer(("127.0.0.1", 0), Other) as other:
            self.fails(site, r"http://127\.0\.0\.1:\d+/readyz: no answer within 0\.3 seconds",
                       "--bind", f"127.0.0.1:{silent.getsockname()[1]}", "--timeout", "0.3")
            threading.Thread(target=other.serve_forever).start()
            for status, body, said in ((404, b"<html>", "404"), (503, b"busy\nor so", "503, busy"), (503, b"\x1b[2J\x1b]0;owned\x07\n", "503"),
                                       (503, "\u009b2J".encode() + b"\n", "503"), (503, b"x" * 100_000, "503")):
                Other.answer = status, body
                with self.subTest(body=body[:20]):
                    self.fails(site, rf"http://127\.0\.0\.1:\d+/readyz: {said}", "--bind", f"127.0.0.1:{other.server_port}")
            other.shutdown()

    def test_an_address_that_nobody_can_know_is_refused(self):
        with Site(SETTINGS + '[SERVER]\nBIND = ["127.0.0.1:0"]\n') as site:
            self.fails(site, r"127\.0\.0\.1:0 lets the system choose the port; name the one that it has with --bind")
            self.fails(site, r"nowhere: not HOST:PORT, \[V6\]:PORT or unix:PATH", "--bind", "nowhere")
            self.assertEqual(site.run("health", "--timeout", "0").returncode, 2)

    def test_settings_that_are_wrong_are_said(self):
        with Site() as site:
            environment = {**os.environ, "DRF_MESSAGES_SERVER_BIND": "127.0.0.1:8000"}
            done = subprocess.run([BINARY, "health", "--settings", site.settings], env=environment, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("DRF_MESSAGES_SERVER_BIND: SERVER_BIND is no setting; did you mean DRF_MESSAGES_SERVER__BIND?\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
