# SPDX-License-Identifier: MIT
"""An nginx that is no service: it stays in front and writes into one folder alone."""
import pathlib

from servers import program

PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def nginx_command(folder, http, main="", log="warn"):
    """What starts it; its file is written now.

    http: what stands in the block of that name; main: beside it; log: from which level on it says something."""
    places = "\n".join(f"    {name}_temp_path {folder}/{name};" for name in PLACES)
    file = pathlib.Path(folder) / "nginx.conf"
    file.write_text(f"daemon off;\npid {folder}/pid;\nerror_log stderr {log};\n{main}\nevents {{ }}\nhttp {{\n    access_log off;\n{places}\n{http}\n}}\n",
                    encoding="utf-8")
    return [program("nginx", "/usr/sbin/nginx"), "-p", folder, "-c", file]
