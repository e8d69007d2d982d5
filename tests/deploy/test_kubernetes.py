# SPDX-License-Identifier: MIT
"""packaging/kubernetes: valid for several versions of Kubernetes, as restricted as its strictest rule, and what it starts is replaced without
that a request is lost."""
import base64
import http.client
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest

import kubernetes_validate
import yaml

import container
import servers
from patience import until

FILES = container.SOURCE / "packaging/kubernetes"
SECRETS = {"secret_key": "a key for tests only, with more than fifty characters in it", "database_password": "nobody asks for it here"}
VERSIONS = ["1.28", "1.32", kubernetes_validate.latest_version()]
# What Kubernetes tells every container of a namespace with a Service of this name, where links are on.
LINKS = {"DRF_MESSAGES_SERVICE_HOST": "10.0.0.7", "DRF_MESSAGES_SERVICE_PORT": "80", "DRF_MESSAGES_SERVICE_PORT_HTTP": "80",
         "DRF_MESSAGES_PORT": "tcp://10.0.0.7:80", "DRF_MESSAGES_PORT_80_TCP": "tcp://10.0.0.7:80", "DRF_MESSAGES_PORT_80_TCP_PROTO": "tcp",
         "DRF_MESSAGES_PORT_80_TCP_PORT": "80", "DRF_MESSAGES_PORT_80_TCP_ADDR": "10.0.0.7"}


def applied():
    """What `kubectl apply -k` would send, by kind."""
    with tempfile.TemporaryDirectory(prefix="drf-messages-kubernetes-") as folder:
        copied = pathlib.Path(shutil.copytree(FILES, pathlib.Path(folder) / "kubernetes"))
        for name, text in SECRETS.items():
            (copied / name).write_text(text, encoding="ascii")
        done = subprocess.run(["kubectl", "kustomize", copied], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return {document["kind"]: document for document in yaml.safe_load_all(done.stdout)}


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.documents = applied()
        cls.pod = cls.documents["Deployment"]["spec"]["template"]["spec"]

    def test_they_are_valid(self):
        self.assertEqual(sorted(self.documents), ["ConfigMap", "Deployment", "PodDisruptionBudget", "Secret", "Service"])
        for version in VERSIONS:
            for document in self.documents.values():
                kubernetes_validate.validate(document, version, strict=True)
        self.documents["Service"]["spec"]["prots"] = []
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(self.documents["Service"], VERSIONS[0], strict=True)
        del self.documents["Service"]["spec"]["prots"]

    def test_they_fit_together(self):
        labels = self.documents["Deployment"]["spec"]["template"]["metadata"]["labels"]
        self.assertEqual(self.documents["Deployment"]["spec"]["selector"]["matchLabels"], labels)
        self.assertEqual(self.documents["Service"]["spec"]["selector"], labels)
        self.assertEqual(self.documents["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"], labels)
        self.assertEqual(self.documents["Service"]["metadata"]["name"], "drf-messages")
        self.assertEqual(self.documents["Deployment"]["spec"]["replicas"], 2)

    def test_the_pod_is_as_the_restricted_standard_wants_it(self):
        mine, = self.pod["containers"]
        self.assertTrue(self.pod["securityContext"]["runAsNonRoot"])
        self.assertGreater(self.pod["securityContext"]["runAsUser"], 0)
        self.assertEqual(self.pod["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertEqual(mine["securityContext"],
                         {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}})
        self.assertFalse(self.pod["automountServiceAccountToken"])
        self.assertEqual([set(volume) - {"name"} for volume in self.pod["volumes"]], [{"secret"}])

    def test_the_grace_period_is_longer_than_the_end_takes(self):
        mine, = self.pod["containers"]
        sleep = mine["lifecycle"]["preStop"]["exec"]["command"]
        self.assertEqual(sleep[0], "sleep")
        self.assertGreater(self.pod["terminationGracePeriodSeconds"], int(sleep[1]) + container.drain_timeout() + 1)


class Pod(container.Container):
    """One of the Deployment's, with the probes that Kubernetes would ask."""

    def __init__(self, folder, documents, places, added):
        self.spec, = documents["Deployment"]["spec"]["template"]["spec"]["containers"]
        variables = {}
        for source in self.spec["envFrom"]:
            if source["configMapRef"]["name"] != documents["ConfigMap"]["metadata"]["name"]:
                raise AssertionError(f"{source} is not what was made")
            variables.update(documents["ConfigMap"]["data"])
        super().__init__(folder, variables, self.spec["args"], places, {**added, **LINKS})

    def probe(self, name):
        asked = self.spec[name]["httpGet"]
        ports = {port["name"]: port["containerPort"] for port in self.spec["ports"]}
        if ports[asked["port"]] != container.PORT:
            raise AssertionError(f"the image listens on {container.PORT}, not on {ports}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.spec[name]["timeoutSeconds"] * 60)
        try:
            connection.request("GET", asked["path"], headers={"Host": f"10.0.0.9:{container.PORT}"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def terminate(self, withdraw):
        """As the kubelet does it: preStop, while others hear that it goes; SIGTERM."""
        with subprocess.Popen(self.spec["lifecycle"]["preStop"]["exec"]["command"]):
            withdraw()
        return self.end()


class Clients(threading.Thread):
    """Ask a ready pod after the other, as a Service leads them, each time on a new connection."""

    def __init__(self, ready, token):
        super().__init__()
        self.ready, self.headers = ready, {"Authorization": f"Token {token}", "Host": "messages.example.com"}
        self.failed, self.answered, self.ended = [], 0, threading.Event()

    def run(self):
        turn = 0
        while not self.ended.is_set():
            pods = list(self.ready)
            pod = pods[turn % len(pods)]
            turn += 1
            connection = http.client.HTTPConnection("127.0.0.1", pod.port, timeout=300)
            try:
                connection.request("GET", "/messages/peek/", headers=self.headers)
                answer = connection.getresponse()
                if answer.status != 200:
                    self.failed.append((pod.port, answer.status, answer.read()))
                self.answered += 1
            except (OSError, http.client.HTTPException) as error:
                self.failed.append((pod.port, repr(error)))
            finally:
                connection.close()

    def more(self):
        """Waits until some more were answered."""
        wanted = self.answered + 20
        return until(lambda: self.answered >= wanted or self.failed)


class Running(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="drf-messages-kubernetes-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.documents = applied()
        server = servers.PostgreSQL()
        self.addCleanup(server.__exit__)
        server.__enter__()
        places, self.added = container.database(server)
        self.places = {**places, **self.secrets()}

    def secrets(self):
        """The Secret's volume."""
        spec = self.documents["Deployment"]["spec"]["template"]["spec"]
        volume, = spec["volumes"]
        self.assertEqual(volume["secret"]["secretName"], self.documents["Secret"]["metadata"]["name"])
        mounted, = spec["containers"][0]["volumeMounts"]
        self.assertEqual(mounted["name"], volume["name"])
        for name, text in self.documents["Secret"]["data"].items():
            (self.folder / name).write_bytes(base64.b64decode(text))
        return {mounted["mountPath"]: str(self.folder)}

    def pod(self):
        made = Pod(self.folder, self.documents, self.places, self.added)
        self.addCleanup(made.kill)
        return made

    def test_a_rolling_update_loses_no_request(self):
        strategy = self.documents["Deployment"]["spec"]["strategy"]["rollingUpdate"]
        self.assertEqual(strategy, {"maxUnavailable": 0, "maxSurge": 1})
        # both at once, on an empty database
        pods = [self.pod() for _ in range(self.documents["Deployment"]["spec"]["replicas"])]
        starting = [threading.Thread(target=pod.start) for pod in pods]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        for pod in pods:
            self.assertTrue(until(lambda pod=pod: pod.probe("readinessProbe")))
            self.assertTrue(pod.probe("livenessProbe"))
        ready = list(pods)
        clients = Clients(ready, pods[0].user("ann"))
        clients.start()
        try:
            for old in pods:
                self.assertTrue(clients.more())
                new = self.pod().start()
                self.assertTrue(until(lambda new=new: new.probe("readinessProbe")))
                ready.append(new)
                self.assertEqual(old.terminate(lambda old=old: (ready.remove(old), clients.more())), 0, "".join(old.process.output))
            self.assertTrue(clients.more())
        finally:
            clients.ended.set()
            clients.join()
        self.assertEqual(clients.failed, [])
        self.assertGreater(clients.answered, 60)

    def test_a_pod_is_alive_and_not_ready_while_its_database_is_away(self):
        pod = self.pod()
        pod.environment["DRF_MESSAGES_DATABASES__DEFAULT__PORT"] = str(servers.free_port())
        process = subprocess.Popen(pod.command, env=pod.environment, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(until(lambda: pod.probe("livenessProbe")))
        self.assertFalse(pod.probe("readinessProbe"))
        self.assertIsNone(process.poll())
        process.terminate()
        self.assertEqual(process.wait(300), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
