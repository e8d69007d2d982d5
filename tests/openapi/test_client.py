# SPDX-License-Identifier: MIT
"""Types of the documents by openapi-typescript: they compile, and a client of openapi-fetch that is made of them talks to the server."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from documents import HERE, RECORDING, Documents, Site, recorded_documents, running

CLIENT = HERE / "client"


class Client(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="drf-messages-client-")))
        (self.folder / "node_modules").symlink_to(os.environ["OPENAPI_NODE_MODULES"])
        for name in ("package.json", "tsconfig.json", "generate.mjs", "client.ts"):
            shutil.copy(CLIENT / name, self.folder)
        (self.folder / "schemas").mkdir()

    def run_here(self, *words):
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, timeout=600, check=False)
        self.assertEqual(0, done.returncode, f"{words}\n{done.stdout[-6000:]}{done.stderr[-3000:]}")
        return done.stdout

    def test_it_compiles_and_talks(self):
        documents, known = Documents(), set()
        documents.make([Site.recorded(entry) for entry in recorded_documents()])
        for entry in recorded_documents():
            text = json.dumps(documents.of(Site.recorded(entry)).data)
            if text not in known:
                known.add(text)
                (self.folder / "schemas" / f"{entry['config']}.json").write_text(text, encoding="utf-8")
        self.run_here("node", "generate.mjs", "schemas")
        self.run_here("node", "node_modules/typescript/bin/tsc")
        evidence = next(entry for entry in RECORDING["evidence"] if entry["id"] == "retrieve")
        token = evidence["steps"][0]["request"]["headers"]["Authorization"].split()[1]
        site = Site.recorded(evidence)
        with running(Site({**site.settings, "ALLOWED_HOSTS": ["127.0.0.1"]}, site.routes)) as server:
            server.load(evidence["fixture"])
            said = self.run_here("node", "built/client.js", f"http://127.0.0.1:{server.server.port}", token)
            self.assertEqual({"count": 1, "max_level": 10, "max_level_tag": "debug"}, json.loads(said))


if __name__ == "__main__":
    unittest.main()
