# SPDX-License-Identifier: MIT
"""contrib/django/print_settings.py on a project with a value of its own for nearly everything, and contrib/django/nginx.conf."""
import json
import os
import pathlib
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import unittest

import nginx
from beside import BINARY, PRINT_SETTINGS, SITE, Process
from browser import Browser

PYTHON = os.environ["LIVE_PYTHON"]
HAS_DRF_MESSAGES = os.environ["LIVE_HAS_DRF_MESSAGES"] == "1"
LOCALE_MIDDLEWARE = "s.MIDDLEWARE = [*s.MIDDLEWARE, 'django.middleware.locale.LocaleMiddleware']\n"
SECRET_KEY = "a \"secret\" of \\ the environment, ünïcode and \t tab"


def compiled(texts):
    """A catalog as gettext reads it."""
    texts = sorted((english.encode(), other.encode()) for english, other in texts.items())
    tables, strings = [b"", b""], b""
    start = 28 + 16 * len(texts)
    for column in (0, 1):
        for pair in texts:
            tables[column] += struct.pack("<II", len(pair[column]), start + len(strings))
            strings += pair[column] + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(texts), 28, 28 + 8 * len(texts), 0, 0) + tables[0] + tables[1] + strings


class Project:
    """site/richsite in a folder, with its settings.toml beside it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="drf-messages-rich-"))
        # Its migrations are written beside it.
        shutil.copytree(SITE, self.folder / "site")
        self.settings = self.folder / "settings.toml"
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.stop()
        shutil.rmtree(self.folder)

    @property
    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DRF_MESSAGES_", "DJANGO_", "PYTHON"))}
        return {**kept, "DJANGO_SETTINGS_MODULE": "richsite.settings", "PYTHONPATH": str(self.folder / "site"), "RICH_SECRET_KEY": SECRET_KEY,
                "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}

    def run(self, *command):
        return subprocess.run([*map(str, command)], cwd=self.folder, env=self.environment, text=True, capture_output=True, timeout=300, check=False)

    def done(self, *command):
        done = self.run(*command)
        if done.returncode != 0:
            raise AssertionError(f"{command} exited with {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def ours(self, *arguments):
        return self.run(BINARY, *arguments, "--settings", self.settings)

    def start(self, command, pattern):
        process = Process([*map(str, command)], pattern, self.environment, self.folder)
        self.processes.append(process)
        return process.port


class Settings(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.project = Project()
        cls.addClassCleanup(cls.project.__exit__)
        cls.key, cls.name, cls.token = cls.project.done(PYTHON, "-m", "richsite.prepare").stdout.split()
        cls.printed = cls.project.done(PYTHON, PRINT_SETTINGS, "--output", cls.project.settings)
        for app in ([] if HAS_DRF_MESSAGES else ["drf_messages"]), []:
            migrated = cls.project.ours("migrate", *app)
            assert migrated.returncode == 0, migrated.stderr

    def in_force(self):
        """The settings as the server has read them, by line."""
        done = self.project.ours("settings")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_file_is_for_its_owner_and_replaces_an_older_one(self):
        before = self.project.settings.read_text(encoding="utf-8")
        self.project.settings.chmod(0o644)
        self.project.done(PYTHON, PRINT_SETTINGS, "--output", self.project.settings)
        self.assertEqual(stat.S_IMODE(self.project.settings.stat().st_mode), 0o600)
        self.assertEqual(self.project.settings.read_text(encoding="utf-8"), before)
        self.assertEqual(self.project.done(PYTHON, PRINT_SETTINGS).stdout, before)

    def test_check_finds_nothing_wrong(self):
        done = self.project.ours("check")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Settings and database are in order.", done.stdout)
        self.assertNotIn("LOCALE_FILE", done.stdout)

    def test_the_releases_are_there_and_what_they_imply_is_not(self):
        releases = self.project.done(PYTHON, "-c", "import django, rest_framework, sys; print('%d.%d' % django.VERSION[:2], "
                                                   "'.'.join(rest_framework.VERSION.split('.')[:2]), '%d.%d' % sys.version_info[:2])").stdout.split()
        text = self.project.settings.read_text(encoding="utf-8")
        for name, release in zip(("DJANGO_VERSION", "REST_FRAMEWORK_VERSION", "PYTHON_VERSION"), releases):
            self.assertIn(f'{name} = "{release}"\n', text)
        for name in ("CSRF_CHECK_ORIGIN", "PBKDF2_ITERATIONS"):
            self.assertNotIn(f"{name} =", text)

    def test_the_server_reads_what_django_has(self):
        lines = self.in_force().splitlines()
        for line in ('ALLOWED_HOSTS = [".example.com", "127.0.0.1"]', 'TIME_ZONE = "Europe/Berlin"', 'LANGUAGE_CODE = "de"', 'SESSION_COOKIE_NAME = "sid"',
                     "SESSION_COOKIE_AGE = 3600", "SESSION_COOKIE_SAMESITE = false", 'SESSION_ENGINE = "django.contrib.sessions.backends.db"',
                     'CSRF_HEADER_NAME = "HTTP_X_XSRF_TOKEN"', 'SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]',
                     "SECURE_HSTS_SECONDS = 60", "MESSAGE_LEVEL = 10", "MESSAGES_ALLOW_DELETE_UNREAD = true", 'LOGIN_REDIRECT_URL = "/"', "PAGE_SIZE = 5",
                     'DATETIME_FORMAT = "%d.%m.%Y %H:%M"', f'NAME = "{self.project.folder}/rich.sqlite3"', "CONN_MAX_AGE = 60", "DEBUG = false",
                     "CSRF_COOKIE_AGE = 61", 'CSRF_COOKIE_NAME = "csrf"', "SESSION_COOKIE_SECURE = false", 'X_FRAME_OPTIONS = "SAMEORIGIN"'):
            self.assertIn(line, lines)
        if HAS_DRF_MESSAGES:
            for line in ('AUTH_USER_MODEL = "richsite.Person"', 'DB_TABLE = "people"', 'USERNAME_FIELD = "mail"', 'IS_ACTIVE = "enabled"'):
                self.assertIn(line, lines)
        tags = next(line for line in lines if "critical" in line)
        self.assertIn("50", tags)

    def test_languages_and_formats_are_there_as_values(self):
        text = self.project.settings.read_text(encoding="utf-8")
        for line in ('LANGUAGES = [["de", "Deutsch"], ["en", "Englisch"]]', "LANGUAGE_COOKIE_AGE = 31536000", 'LANGUAGE_COOKIE_NAME = "lang"',
                     f'LOCALE_PATHS = ["{self.project.folder}/locale"]', 'DATE_FORMAT = "j. F Y"', 'DATETIME_INPUT_FORMATS = ["%d|%m|%Y"]',
                     'DATE_INPUT_FORMATS = ["iso-8601", "%d.%m.%Y"]'):
            self.assertIn(line + "\n", text)
        self.assertNotIn("DATE_INPUT_FORMATS", text.split("[REST_FRAMEWORK]")[0])  # Django's own

    def languages_of(self, name):
        """What the locale file beside that settings file holds."""
        return json.loads((self.project.folder / name).with_suffix(".locale.json").read_text(encoding="utf-8"))["languages"]

    def test_german_and_english_need_no_file(self):
        self.assertNotIn("LOCALE_FILE", self.project.settings.read_text(encoding="utf-8"))
        self.assertFalse(self.project.settings.with_suffix(".locale.json").exists())
        text, _ = self.printed_with("s.LANGUAGE_CODE = 'en-gb'\ns.LANGUAGES = [('de', 'x'), ('fr', 'x')]", "english.toml")
        self.assertNotIn("LOCALE_FILE", text)  # without LocaleMiddleware nobody asks for French

    def test_other_languages_have_a_file_in_the_words_of_the_project(self):
        text, said = self.printed_with(LOCALE_MIDDLEWARE + "s.LANGUAGES = [('de', 'x'), ('fr', 'x'), ('zh-hans', 'x'), ('xx', 'x')]\ns.USE_L10N = True",
                                       "french.toml")
        self.assertIn('LOCALE_FILE = "french.locale.json"\n', text)
        self.assertNotIn("INPUT_FORMATS", said)
        languages = self.languages_of("french.toml")
        self.assertEqual(sorted(languages), ["de", "fr", "zh-hans"])
        words = self.project.done(PYTHON, "-c", "import django; django.setup()\nfrom django.utils.translation import gettext, override\n"
                                                "with override('fr'): print(gettext('Not found.')); print(gettext('Method \"{method}\" not allowed.'))")
        not_found, method = words.stdout.splitlines()
        texts = languages["fr"]["texts"]
        self.assertEqual(texts["Not found."], not_found)
        before, behind = method.split("{method}")
        self.assertEqual(texts['Method "{}" not allowed.'], [before, 0, behind])
        self.assertIn("%d/%m/%Y", languages["fr"]["date_input_formats"])
        self.assertIn("%Y年%n月%j日", languages["zh-hans"]["date_input_formats"])
        self.assertEqual(stat.S_IMODE((self.project.folder / "french.locale.json").stat().st_mode) & 0o444, 0o444)
        done = self.project.run(BINARY, "check", "--settings", self.project.folder / "french.toml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotIn("LOCALE_FILE", done.stdout)

    def test_a_language_without_its_file_is_named_by_check(self):
        self.printed_with(LOCALE_MIDDLEWARE + "s.LANGUAGES = [('de', 'x'), ('fr', 'x')]", "lost.toml")
        path = self.project.folder / "lost.toml"
        path.write_text(re.sub("LOCALE_FILE = .*", "", path.read_text(encoding="utf-8")), encoding="utf-8")
        done = self.project.run(BINARY, "check", "--settings", path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Warning: the site speaks or offers fr, which LOCALE_FILE does not have", done.stdout)

    def test_words_and_forms_of_dates_of_the_project_need_a_file(self):
        translations = self.project.folder / "words" / "de" / "LC_MESSAGES"
        translations.mkdir(parents=True, exist_ok=True)
        (translations / "django.mo").write_bytes(compiled({"": "Content-Type: text/plain; charset=UTF-8\n", "Not found.": "Weg!",
                                                           'Unsupported media type "{media_type}" in request.': "{{{media_type}}} geht nicht."}))
        self.printed_with(f"s.LOCALE_PATHS = [{str(self.project.folder / 'words')!r}]", "words.toml")
        texts = self.languages_of("words.toml")["de"]["texts"]
        self.assertEqual(texts["Not found."], "Weg!")
        self.assertEqual(texts['Unsupported media type "{}" in request.'], ["{", 0, "} geht nicht."])
        formats = self.project.folder / "site" / "richsite" / "formats" / "de"
        formats.mkdir(parents=True, exist_ok=True)
        (formats / "formats.py").write_text("DATE_INPUT_FORMATS = ['%d_%m_%Y', '%G-W%V-%u']\n", encoding="utf-8")
        _, said = self.printed_with("s.FORMAT_MODULE_PATH = 'richsite.formats'\ns.USE_L10N = True", "forms.toml")
        self.assertEqual(self.languages_of("forms.toml")["de"]["date_input_formats"], ["%d_%m_%Y", "%Y-%m-%d"])
        self.assertIn("the server does not read %G-W%V-%u", said)

    def test_without_an_output_the_languages_need_a_place(self):
        changes = LOCALE_MIDDLEWARE + "s.LANGUAGES = [('fr', 'x')]"
        done = self.run_with(changes)
        self.assertIn("LOCALE_FILE: the site's languages need a file of their own", done.stderr)
        self.assertNotIn("\nLOCALE_FILE =", done.stdout)
        done = self.run_with(changes, "--locale", "elsewhere.json")
        self.assertIn(f'\nLOCALE_FILE = "{self.project.folder}/elsewhere.json"\n', done.stdout)
        self.assertTrue((self.project.folder / "elsewhere.json").exists())

    def test_check_says_whether_a_file_is_what_would_be_printed(self):
        changes = LOCALE_MIDDLEWARE + "s.LANGUAGES = [('de', 'x'), ('fr', 'x')]"
        text, _ = self.printed_with(changes, "checked.toml")
        self.assertEqual(self.run_with(changes, "--check", "checked.toml").returncode, 0)
        ours = text + "\n[SERVER]\nNUM_PROXIES = 1\n"
        (self.project.folder / "checked.toml").write_text(ours, encoding="utf-8")
        self.assertEqual(self.run_with(changes, "--check", "checked.toml").returncode, 0)  # which are the server's own
        (self.project.folder / "checked.toml").write_text(text.replace("APPEND_SLASH = true\n", "CSRF_CHECK_ORIGIN = true\n"), encoding="utf-8")
        done = self.run_with(changes + "\ns.SECRET_KEY = 'another secret'\ns.ALLOWED_HOSTS = ['*']\ns.LANGUAGES[1] = ('it', 'x')",
                             "--check", "checked.toml")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "checked.toml is not what the project has now\n  changed: SECRET_KEY\n  changed: ALLOWED_HOSTS\n"
                                      "  changed: LANGUAGES\n  missing: APPEND_SLASH\n  no longer there: CSRF_CHECK_ORIGIN\n"
                                      "  changed: texts or forms of dates in checked.locale.json\n")
        self.assertEqual(done.stderr, "")

    def test_what_cannot_be_printed_is_a_line(self):
        def said(**environment):
            done = subprocess.run([PYTHON, str(PRINT_SETTINGS), "--check", "nowhere.toml"], cwd=self.project.folder,
                                  env={**self.project.environment, **environment}, text=True, capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            return done.stderr
        self.assertEqual(said(DJANGO_SETTINGS_MODULE="nowhere.settings"), "print_settings: the settings module nowhere.settings cannot be imported: "
                                                                          "No module named 'nowhere'; run the script where manage.py stands\n")
        self.assertRegex(said(), "^print_settings: nowhere.toml cannot be read: .*\n$")
        for module in ("richsite", "json"):
            self.assertRegex(said(DJANGO_SETTINGS_MODULE=module), f"^print_settings: the settings module {module} does not do .*SECRET_KEY .*\n$")

    def refused(self, *arguments, changes=""):
        """What the script says in one line instead of doing it."""
        done = self.run_with(changes, *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertRegex(done.stderr, r"^print_settings: .*\n$")
        return done.stderr

    def test_a_file_that_is_printed_again_keeps_what_it_alone_says(self):
        changes, path = "s.SECURE_PROXY_SSL_HEADER = None", self.project.folder / "kept.toml"
        text, _ = self.printed_with(changes, "kept.toml")
        edited = text.replace("\n# SECURE_PROXY", "\nSECURE_PROXY").replace("\n# NUM_PROXIES = 1", "\nNUM_PROXIES = 2")
        edited = edited.replace("\nDEBUG =", '\n# our rate\nLOGIN_THROTTLE_RATE = "3/min"  # no more\nDEBUG =')
        edited += "\n[ SERVER ]\n# of nginx\nNUM_PROXIES = 1\nBIND = [\n    '127.0.0.1:8001',  # nginx\n]\n"
        self.assertEqual(edited.count("\nSECURE_PROXY") + edited.count("\nNUM_PROXIES") + edited.count("\nLOGIN_THROTTLE"), 4)
        path.write_text(edited, encoding="utf-8")
        done = self.run_with(changes, "--check", "kept.toml")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        again, said = self.printed_with(changes, "kept.toml")
        self.assertNotIn("kept.toml had", said)
        for lines in ('\nSECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]\n', "\nNUM_PROXIES = 2\n",
                      '\n# our rate\nLOGIN_THROTTLE_RATE = "3/min"  # no more\n',
                      "\n[SERVER]\n# Said in this file alone, and kept when it was printed again:\n# of nginx\nNUM_PROXIES = 1\n"
                      "BIND = [\n    '127.0.0.1:8001',  # nginx\n]\n"):
            self.assertIn(lines, again)
        self.assertEqual(self.printed_with(changes, "kept.toml")[0], again)
        done = self.project.run(BINARY, "settings", "--settings", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('LOGIN_THROTTLE_RATE = "3/min"\n', done.stdout)
        # What the project says itself counts, and is named.
        text, said = self.printed_with("s.SECURE_PROXY_SSL_HEADER = ('HTTP_X_HTTPS', 'on')\ns.SECRET_KEY = 'another secret'", "kept.toml")
        self.assertIn("print_settings: kept.toml had another value of SECRET_KEY, SECURE_PROXY_SSL_HEADER\n", said)
        self.assertNotIn("secret", said)
        self.assertEqual(text.count("\nSECURE_PROXY_SSL_HEADER ="), 1)
        _, said = self.printed_with("del s.CSRF_COOKIE_NAME\ns.SECURE_PROXY_SSL_HEADER = ('HTTP_X_HTTPS', 'on')\ns.LANGUAGES = []", "kept.toml")
        self.assertIn("kept.toml had another value of SECRET_KEY, CSRF_COOKIE_NAME, LANGUAGES\n", said)
        path.write_text(text + "\n[OTHER]\nkept = 1\n[CLASSES.'site.Own']\nbase = 'x'\n", encoding="utf-8")
        text, said = self.printed_with("", "kept.toml")
        self.assertIn("kept.toml had what is no longer there: CLASSES.'site.Own'.base\n", said)
        self.assertIn("\nkept = 1\n", text)  # an unknown setting, at which the server stops

    def test_a_route_of_the_server_alone_stays_in_a_file_that_is_printed_again(self):
        text, _ = self.printed_with("", "routes.toml")
        path, own = self.project.folder / "routes.toml", '[[ROUTES]]\n# for staff\nroute = "staff/"\ninclude = "drf_messages.admin"\n\n'
        path.write_text(text.replace("[[ROUTES]]\n", own + "[[ROUTES]]\n", 1), encoding="utf-8")
        self.assertEqual(self.run_with("", "--check", "routes.toml").stdout, "")
        again, said = self.printed_with("", "routes.toml")
        self.assertNotIn("routes.toml had", said)
        self.assertIn('# for staff\nroute = "staff/"\ninclude = "drf_messages.admin"\n', again)
        self.assertEqual(self.printed_with("", "routes.toml")[0], again)

    def test_a_secret_in_a_file_of_its_own_stays_there(self):
        text, _ = self.printed_with("", "secret.toml")
        path = self.project.folder / "secret.toml"
        edited = re.sub("\nSECRET_KEY = .*", "\nSECRET_KEY_FILE = 'key'", text).replace("\nPASSWORD =", "\nPASSWORD_FILE = 'password'\nPASSWORD =")
        path.write_text(edited.replace('\nPASSWORD = ""\n', "\n"), encoding="utf-8")
        self.assertEqual(self.run_with("", "--check", "secret.toml").returncode, 0)
        text, said = self.printed_with("", "secret.toml")
        self.assertNotIn("secret.toml had", said)
        self.assertNotIn("\nSECRET_KEY =", text)
        self.assertNotIn("\nPASSWORD =", text)
        self.assertIn("\nSECRET_KEY_FILE = 'key'\n", text)
        self.assertIn("\nPASSWORD_FILE = 'password'\n", text)

    def test_how_a_file_is_laid_out_does_not_matter(self):
        text, _ = self.printed_with("", "layout.toml")
        path = self.project.folder / "layout.toml"
        path.write_text(text.replace('["de", "Deutsch"]', '["de","Deutsch",]').replace("APPEND_SLASH = true", "APPEND_SLASH=true # as ever")
                        .replace("[REST_FRAMEWORK]", "# theirs\n[ REST_FRAMEWORK ] # ours"), encoding="utf-8")
        self.assertEqual(self.run_with("", "--check", "layout.toml").stdout, "")

    def test_a_broken_file_is_a_line(self):
        self.printed_with(LOCALE_MIDDLEWARE + "s.LANGUAGES = [('fr', 'x')]", "broken.toml")
        path = self.project.folder / "broken.toml"
        (self.project.folder / "broken.locale.json").write_text('{"languages":\n {,', encoding="utf-8")
        said = self.refused("--check", "broken.toml", changes=LOCALE_MIDDLEWARE + "s.LANGUAGES = [('fr', 'x')]")
        self.assertRegex(said, "^print_settings: broken.locale.json is not JSON: .*line 2 column 3")
        for broken in ("A = 1\nSECRET_KEY = 'x\n", "A = 1\n\nB = [\n", "A = 1\nBIND\n"):
            path.write_text(broken, encoding="utf-8")
            self.assertRegex(self.refused("--check", "broken.toml"), "^print_settings: broken.toml is not TOML: .*(line [23]|end of document)")
            self.assertIn("it stays as it is", self.refused("--output", "broken.toml"))
            self.assertEqual(path.read_text(encoding="utf-8"), broken)

    def test_where_no_file_can_be_written_a_line_says_so(self):
        folder = self.project.folder / "folder"
        folder.mkdir()
        self.assertIn("nowhere/settings.toml cannot be written: there is no folder nowhere", self.refused("--output", "nowhere/settings.toml"))
        self.assertIn("folder cannot be written: it is a folder", self.refused("--output", "folder"))
        self.assertIn("nowhere/x.json cannot be written: there is no folder nowhere", self.refused("--locale", "nowhere/x.json"))
        (folder / "x.toml.new").mkdir()
        self.assertIn("folder/x.toml cannot be written: ", self.refused("--output", "folder/x.toml"))
        (folder / "y.locale.json").mkdir()
        self.assertIn("folder/y.locale.json cannot be written: ", self.refused("--output", "folder/y.toml",
                                                                              changes=LOCALE_MIDDLEWARE + "s.LANGUAGES = [('fr', 'x')]"))
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["x.toml.new", "y.locale.json"])

    def test_a_broken_catalog_is_named(self):
        translations = self.project.folder / "truncated" / "fr" / "LC_MESSAGES"
        translations.mkdir(parents=True)
        whole = compiled({"": "Content-Type: text/plain; charset=UTF-8\n", "Not found.": "Rien"})
        changes = LOCALE_MIDDLEWARE + f"s.LANGUAGES = [('fr', 'x')]\ns.LOCALE_PATHS = [{str(translations.parent.parent)!r}]"
        for length in (3, 10, 30, len(whole) - 4):
            (translations / "django.mo").write_bytes(whole[:length])
            self.assertRegex(self.refused("--output", "truncated.toml", changes=changes),
                             f"the texts and forms of dates of fr cannot be read: {translations}/django.mo is no catalog of gettext: ")

    def test_the_command_line_says_what_it_does(self):
        self.assertEqual(self.run_with("", "--output", "wrote.toml").stdout, "wrote wrote.toml\n")
        self.assertEqual(self.run_with(LOCALE_MIDDLEWARE + "s.LANGUAGES = [('fr', 'x')]", "--output", "wrote.toml").stdout,
                         "wrote wrote.toml and wrote.locale.json\n")
        done = self.run_with("", "--check", "wrote.toml", "--output", "wrote.toml")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--check writes nothing: leave out --output", done.stderr)
        self.assertRegex(self.run_with("", "--help").stdout, r"Exits with 0; with 1 if [^;]*; with 2 if")

    def run_with(self, changes, *arguments):
        """The script, after these statements about the project's settings, `s`."""
        script = (f"import richsite.settings as s\n{changes}\n"
                  f"import sys, runpy; sys.argv = ['x', *{arguments!r}]; runpy.run_path({str(PRINT_SETTINGS)!r}, run_name='__main__')")
        return self.project.run(PYTHON, "-c", script)

    def printed_with(self, changes, name):
        """What the script makes of the project after these statements about its settings, `s`: the text, and what it says."""
        done = self.run_with(changes, "--output", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.project.folder / name).read_text(encoding="utf-8"), done.stderr

    def test_whatever_a_value_is_the_file_can_be_read(self):
        values = {
            "SESSION_COOKIE_AGE": "__import__('datetime').timedelta(days=14)", "CSRF_COOKIE_AGE": "__import__('decimal').Decimal('1E+3')",
            "SECURE_HSTS_SECONDS": "'31536000'", "DATA_UPLOAD_MAX_MEMORY_SIZE": "2.5e6", "DATA_UPLOAD_MAX_NUMBER_FIELDS": "None",
            "ALLOWED_HOSTS": "['a.example', 'b.example']", "SECURE_REDIRECT_EXEMPT": "__import__('collections').deque([__import__('re').compile('^healthz$')])",
            "SESSION_COOKIE_NAME": "s.Names.CSRF_COOKIE", "MESSAGE_TAGS": "{s.Seconds.MINUTE: s._('English')}", "SECRET_KEY": "b'bytes'",
            "USE_X_FORWARDED_HOST": "'yes'", "SECURE_SSL_REDIRECT": "[]", "CSRF_TRUSTED_ORIGINS": "('https://a.example',)",
            "DATABASES": "{'default': {**s.DATABASES['default'], 'OPTIONS': {'factory': dict, "
                         "'timeout': __import__('datetime').timedelta(seconds=2.5), 'itself': (lambda a: a.append(a) or a)([])}}}",
            "SECRET_KEY_FALLBACKS": "('old',)", "LOGIN_REDIRECT_URL": "__import__('django.urls').urls.reverse_lazy('home')",
            "LOGOUT_REDIRECT_URL": "__import__('django.urls').urls.reverse_lazy('nowhere')", "MESSAGE_LEVEL": "2**70", "SECURE_SSL_HOST": "object()",
            "LANGUAGE_COOKIE_AGE": "'1.0e400'",
        }
        text, said = self.printed_with("\n".join(f"s.{name} = {value}" for name, value in values.items()), "values.toml")
        done = self.project.run(BINARY, "settings", "--settings", self.project.folder / "values.toml")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("SESSION_COOKIE_AGE = 1209600", "CSRF_COOKIE_AGE = 1000", "SECURE_HSTS_SECONDS = 31536000", "DATA_UPLOAD_MAX_MEMORY_SIZE = 2500000",
                     'DATA_UPLOAD_MAX_NUMBER_FIELDS = ""', 'SECURE_REDIRECT_EXEMPT = ["^healthz$"]', 'SESSION_COOKIE_NAME = "csrf"',
                     'MESSAGE_TAGS = { 60 = "Englisch" }', "USE_X_FORWARDED_HOST = true", "SECURE_SSL_REDIRECT = false",
                     'CSRF_TRUSTED_ORIGINS = ["https://a.example"]', 'LOGIN_REDIRECT_URL = "/"', "OPTIONS = { timeout = 2.5 }"):
            self.assertIn(line + "\n", text)
        for line in ("LOGOUT_REDIRECT_URL holds a lazy value, which fails (NoReverseMatch)", "MESSAGE_LEVEL holds a number of more than 64 bits",
                     "SECURE_SSL_HOST holds a object", "OPTIONS.factory holds code of Python's", "OPTIONS.itself holds a list that contains itself",
                     "LANGUAGE_COOKIE_AGE holds a number that is not finite"):
            self.assertIn(line, said)

    def test_a_document_of_drf_spectacular_is_a_route_where_everybody_may_read_it(self):
        site = self.project.folder / "site"
        (site / "drf_spectacular").mkdir()
        # As many classes of the package as its URLs name.
        (site / "drf_spectacular" / "views.py").write_text("""
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

class SpectacularAPIView(APIView):
    permission_classes = [AllowAny]

class SpectacularYAMLAPIView(SpectacularAPIView):
    pass

class SpectacularJSONAPIView(SpectacularAPIView):
    pass
""", encoding="utf-8")
        (site / "described_urls.py").write_text("""
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularJSONAPIView, SpectacularYAMLAPIView
from rest_framework.permissions import IsAdminUser

class OwnView(SpectacularYAMLAPIView):
    pass

urlpatterns = [
    path("", lambda request: None, name="home"),
    path("schema/", SpectacularAPIView.as_view()),
    path("schema.json", SpectacularJSONAPIView.as_view()),
    path("own/", OwnView.as_view()),
    path("inner/", SpectacularAPIView.as_view(permission_classes=[IsAdminUser])),
]
""", encoding="utf-8")
        text, said = self.printed_with("s.ROOT_URLCONF = 'described_urls'", "described.toml")
        for route, view in (("schema/", "SpectacularAPIView"), ("schema.json", "SpectacularJSONAPIView"), ("own/", "SpectacularYAMLAPIView")):
            self.assertIn(f'route = "{route}"\nview = "drf_spectacular.views.{view}"\n', text)
        self.assertIn("schema/ describes what this server has, and nothing else of the project", said)
        self.assertIn("described_urls.OwnView stands here as SpectacularYAMLAPIView", said)
        self.assertIn("inner/ is left out: everybody may read the OpenAPI document of this server", said)
        self.assertNotIn('route = "inner/"', text)
        done = self.project.run(BINARY, "check", "--settings", self.project.folder / "described.toml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_an_isolation_level_of_postgresql_has_a_name(self):
        if self.project.run(PYTHON, "-c", "import psycopg2").returncode != 0:
            self.skipTest("this Python has no psycopg2")
        database = "s.DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'site', 'OPTIONS': {'isolation_level': level}}}"
        levels = {
            # psycopg's own, and that of Django 4.2, are such an enum
            "__import__('enum').IntEnum('IsolationLevel', 'READ_UNCOMMITTED READ_COMMITTED REPEATABLE_READ SERIALIZABLE').SERIALIZABLE": "serializable",
            "__import__('psycopg2').extensions.ISOLATION_LEVEL_REPEATABLE_READ": "repeatable read",
            "None": "",
        }
        for level, name in levels.items():
            with self.subTest(level=level):
                text, _ = self.printed_with(f"level = {level}\n{database}", "postgresql.toml")
                self.assertIn(f'OPTIONS = {{ isolation_level = "{name}" }}\n', text)
                done = self.project.run(BINARY, "settings", "--settings", self.project.folder / "postgresql.toml")
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_file_of_a_database_is_named_from_the_root_on(self):
        folder = self.project.folder
        for name, printed in (("rich.sqlite3", f"{folder}/rich.sqlite3"), ("file:rich.sqlite3?cache=private", f"file:{folder}/rich.sqlite3?cache=private"),
                              (f"file:{folder}/rich.sqlite3", f"file:{folder}/rich.sqlite3"), (":memory:", ":memory:"),
                              ("file:x?mode=memory&cache=shared", "file:x?mode=memory&cache=shared")):
            with self.subTest(name=name):
                text, _ = self.printed_with(f"s.DATABASES['default']['NAME'] = {name!r}", "file.toml")
                self.assertIn(f'NAME = "{printed}"\n', text)
                if "memory" not in name:
                    done = self.project.run(BINARY, "check", "--settings", folder / "file.toml")
                    self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_what_a_viewset_has_of_as_view_is_no_attribute_of_its_own(self):
        self.assertNotIn("does not know this attribute", self.printed.stderr)

    def test_a_secret_of_the_environment_is_a_value(self):
        cookie = self.project.ours("check", "--session", self.key)
        self.assertIn(f"Known as {self.name}.", cookie.stdout)

    def test_subclasses_are_data_where_they_only_set_attributes(self):
        text = self.project.settings.read_text(encoding="utf-8")
        for table, entry in (("richsite.rest.Pages", 'base = "rest_framework.pagination.PageNumberPagination"\npage_size = 2\n'),
                             ("richsite.rest.BearerAuthentication", 'base = "rest_framework.authentication.TokenAuthentication"\nkeyword = "Bearer"\n'),
                             ("richsite.rest.BurstThrottle", 'base = "rest_framework.throttling.UserRateThrottle"\nscope = "burst"\n'),
                             ("richsite.backends.NoisyBackend", 'base = "django.contrib.auth.backends.ModelBackend"\n')):
            self.assertIn(f'[CLASSES."{table}"]\n{entry}', text)

    def test_a_backend_with_code_of_its_own_lets_nobody_in_by_password(self):
        text = self.project.settings.read_text(encoding="utf-8")
        self.assertIn('[CLASSES."richsite.backends.EmailBackend"]\nbase = "django.contrib.auth.backends.RemoteUserBackend"\n', text)
        backends = next(line for line in self.in_force().splitlines() if line.startswith("AUTHENTICATION_BACKENDS"))
        self.assertNotIn("ClubBackend", backends)

    def test_the_script_says_who_checks_passwords_where_a_backend_has_code_of_its_own(self):
        self.assertIn("never gets to the authenticate() of richsite.backends.EmailBackend: it is checked by richsite.backends.NoisyBackend and "
                      "django.contrib.auth.backends.ModelBackend alone", self.printed.stderr)
        _, said = self.printed_with("s.AUTHENTICATION_BACKENDS = ['richsite.backends.EmailBackend']", "alone.toml")
        self.assertIn("it is refused, since no backend of this list checks it here", said)

    def test_what_can_not_be_translated_is_said(self):
        said = self.printed.stderr
        self.assertNotIn("ROUTES#", said)
        for text in ("MIDDLEWARE: richsite.middleware.timing is not part of this server", "OwnCsrfMiddleware stands here as",
                     "SESSION_ENGINE: richsite.sessions stands here as django.contrib.sessions.backends.db", "EmailBackend checks passwords in its own way",
                     "whoever logged in by richsite.backends.ClubBackend is anonymous here", "StrongerHasher stands here as",
                     "the server has no richsite.backends.OwnHasher", "FileBasedCache"):
            self.assertIn(text, said)
            self.assertIn(text.split(":")[0], self.project.settings.read_text(encoding="utf-8"))
        self.assertNotIn(SECRET_KEY, said)

    def test_new_hashes_have_the_iterations_of_the_projects_first_hasher(self):
        text, _ = self.printed_with("s.PASSWORD_HASHERS = ['richsite.backends.StrongerHasher']", "stronger.toml")
        djangos = self.project.done(PYTHON, "-c", "from django.contrib.auth.hashers import PBKDF2PasswordHasher; print(PBKDF2PasswordHasher.iterations)")
        self.assertIn(f"\nPBKDF2_ITERATIONS = {2 * int(djangos.stdout)}\n", text)

    def test_a_permission_with_code_stops_the_server(self):
        _, said = self.printed_with("s.REST_FRAMEWORK['DEFAULT_PERMISSION_CLASSES'] = ['richsite.rest.OnlyOnSundays']", "refused.toml")
        self.assertIn("the server has no richsite.rest.OnlyOnSundays", said)
        done = self.project.run(BINARY, "check", "--settings", self.project.folder / "refused.toml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("OnlyOnSundays", done.stderr)

    def test_the_script_knows_every_setting(self):
        reference = self.project.ours("settings", "--reference").stdout
        script = PRINT_SETTINGS.read_text(encoding="utf-8")
        ours = {"SECRET_KEY_FILE", "MESSAGES_FILTER_LOOKUPS", "MESSAGES_EXTENSIONS", "MESSAGES_MARK_ON_LIST", "LOGIN_THROTTLE_RATE",
                "BASIC_THROTTLE_RATE", "LOGIN_THROTTLE_ADDRESS_RATE", "BASIC_THROTTLE_ADDRESS_RATE", "DATABASES.default.PASSWORD_FILE"}
        for name in re.findall(r"^\| `([A-Za-z_.]+)`", reference, re.M):
            if name in ours or name.startswith(("SERVER.", "LIVE.", "METRICS.")):
                continue
            spelt = name.split(".")[-1]
            # Columns of a user model are found by the names of its fields.
            self.assertRegex(script, rf"\b({spelt}|{spelt.lower()})\b", name)

    def test_the_server_answers_as_django_does(self):
        if not HAS_DRF_MESSAGES:
            self.skipTest("needs drf-messages itself, from the package index")
        self.project.done(BINARY, "send", "--settings", self.project.settings, "--to", self.name, "--level", "success", "Grüße")
        for number in range(5):
            self.project.done(BINARY, "send", "--settings", self.project.settings, "--to", self.name, "--level", "critical", "--tag", "a", f"number {number}")
        here = self.project.start([BINARY, "serve", "--settings", self.project.settings, "--bind", "127.0.0.1:0"], r"http://127\.0\.0\.1:(\d+)")
        serve = (SITE / "serve.py").read_text(encoding="utf-8").replace("livesite", "richsite")
        (self.project.folder / "serve.py").write_text(serve, encoding="utf-8")
        there = self.project.start([PYTHON, "serve.py"], r"^port (\d+)")
        paths = ["/v1/messages/peek/", "/v1/messages/", "/v1/messages/?page=2&size=3", "/v1/messages/?size=1", "/v1/messages/1/", "/v1/messages/1",
                 "/v1/messages/?page=99", "/old/peek/", "/older/?size=1", "/short/inbox", "/short/inbox/2", "/short/inbox/", "/v1/messages.json",
                 "/v1/messages/?extra_tags=a", "/v1/messages/77/", "/messages/"]
        ways = [{"Authorization": "Bearer " + self.token}, {"Cookie": "sid=" + self.key}, {}, {"Authorization": "Bearer wrong"}]
        for path in paths:
            for headers in ways:
                for method in ("GET", "OPTIONS", "POST"):
                    # Reading marks: the first one to read would see something else than the second.
                    Browser().request(here, "GET", path, headers=headers)
                    answers = []
                    for port in (here, there):
                        answer = Browser().request(port, method, path, headers={**headers, "Host": "api.example.com", "X-Forwarded-Proto": "https"})
                        kept = {name: value for name, value in answer.headers.items() if name not in ("Date", "Server", "Connection", "Set-Cookie")}
                        body = answer.body if answer.headers.get_content_type() == "application/json" else b""
                        if not body:
                            kept.pop("Content-Length", None)
                        answers.append((answer.status, kept, body))
                    self.assertEqual(*answers, f"{method} {path} {headers}")


class Nginx(unittest.TestCase):
    def test_its_location_leads_here_with_what_the_server_looks_at(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "settings.toml").write_text(
                'SECRET_KEY = "for tests"\nALLOWED_HOSTS = ["messages.example.com"]\nSECURE_SSL_REDIRECT = true\n'
                'SECURE_PROXY_SSL_HEADER = ["HTTP_X_FORWARDED_PROTO", "https"]\n', encoding="utf-8")
            kept = {key: value for key, value in os.environ.items() if not key.startswith("DRF_MESSAGES_")}
            subprocess.run([BINARY, "migrate", "--settings", folder / "settings.toml"], env=kept, cwd=folder, check=True, capture_output=True)
            ours = Process([BINARY, "serve", "--settings", str(folder / "settings.toml"), "--bind", "127.0.0.1:0"], r"http://127\.0\.0\.1:(\d+)", kept,
                           folder)
            self.addCleanup(ours.stop)
            blocks = nginx.shipped(ours.port)
            port = nginx.start(self, blocks)

            def get(path, **headers):
                return Browser().request(port, "GET", path, headers={"Host": f"messages.example.com:{port}", **headers})

            self.assertEqual(get("/").body, b"django")
            # nginx itself has taken the request over HTTP, whatever the client says.
            for headers in ({}, {"X-Forwarded-Proto": "https"}):
                answer = get("/messages/peek/", **headers)
                self.assertEqual((answer.status, answer.headers["Location"]), (301, f"https://messages.example.com:{port}/messages/peek/"))
            port = nginx.start(self, blocks.replace("$scheme", "https"))
            self.assertEqual(json.loads(get("/messages/peek/").body)["count"], 0)
            self.assertEqual(Browser().request(port, "GET", "/messages/peek/", headers={"Host": "evil.example"}).status, 400)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
