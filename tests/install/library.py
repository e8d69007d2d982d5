#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The installed library: what it shows, and applications that link it, shared and static, by CMake and by pkg-config.

    library.py --build FOLDER --compiler g++ [--alone FOLDER]

--build is a folder of the preset `packages`. With --alone an application takes the sources instead, with SQLite as the only
database and no cache server, and is built there.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
SAYS = "Saved true 0.125 the application's\n"

# namespaces of rooms that public headers have too
PUBLIC_ROOMS = {"http", "messages"}
OWN = re.compile(r"^(?:vtable for |VTT for |typeinfo for |typeinfo name for |guard variable for |(?:non-)?virtual thunk to )*drf_messages::")
CLIENTS = re.compile(r"lib(pq|mariadb|mysql\w*|hiredis|memcached\w*)[.-]")


def run(*command, fails=False, **options):
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    if (done.returncode != 0) != fails:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: expected {wanted!r}, found {found!r}")


def needed(binary):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", binary))


def check_symbols(file, *options):
    """Everything that `file` shows is the public interface."""
    rooms = {path.name for path in (SOURCE / "src").iterdir() if path.is_dir()} | {"sqlite", "postgresql", "mariadb"}
    internal = re.compile(r"drf_messages::(?:" + "|".join(sorted(rooms - PUBLIC_ROOMS)) + r")::")
    shown = 0
    for line in run("nm", "--defined-only", "--demangle", *options, file).splitlines():
        found = re.match(r"[0-9a-f]{16} \S (.*)", line)
        if found:
            shown += 1
            name = found.group(1)
            if not OWN.match(name) or internal.search(name.split("(")[0]):
                raise AssertionError(f"{file.name} shows {name}")
    if shown < 20:
        raise AssertionError(f"{file.name} shows {shown} symbols only")
    print(f"{file.name}: {shown} symbols, all of them public")


def check_pkg_config(folder, prefix, libraries, compiler):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(libraries / "pkgconfig")}
    binary = folder / "by_pkg_config"
    words = run("pkg-config", "--cflags", "--libs", "drf_messages", env=environment).split()
    run(compiler, "-std=c++20", HERE / "application.cpp", *words, "-o", binary)
    expect(run(binary, env={**os.environ, "LD_LIBRARY_PATH": str(libraries)}), SAYS, "linked with the shared library")
    if "libdrf_messages.so.0" not in needed(binary):
        raise AssertionError("pkg-config did not lead to the shared library")

    # the static one, by its name; what it needs comes from Libs.private
    words = run("pkg-config", "--static", "--cflags", "--libs", "drf_messages", env=environment).split()
    words = ["-l:libdrf_messages.a" if word == "-ldrf_messages" else word for word in words]
    run(compiler, "-std=c++20", HERE / "application.cpp", *words, "-Wl,--fatal-warnings", "-o", binary)
    expect(run(binary), SAYS, "linked with the static library")
    private = {word[2:] for word in words if re.match(r"-l[^:]", word)}
    sonames = {re.sub(r"^lib|\.so.*$", "", name) for name in needed(libraries / "libdrf_messages.so")}
    expect(sonames - private, {"stdc++", "m", "gcc_s", "c", "ld-linux-x86-64"} & sonames, "libraries that Libs.private does not name")
    expect(run("pkg-config", "--variable=prefix", "drf_messages", env=environment).strip(), str(prefix), "the prefix")


def project(folder, components, compiler, targets="drf_messages::drf_messages"):
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.22)\nproject(application CXX)\n"
        f"find_package(drf_messages 0.1 CONFIG REQUIRED COMPONENTS {components})\n"
        f'add_executable(application "{HERE}/application.cpp")\n'
        f"target_link_libraries(application PRIVATE {targets})\n", encoding="utf-8")
    return ["cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_CXX_COMPILER={compiler}", "-DCMAKE_BUILD_TYPE=Release"]


def check_find_package(folder, prefix, compiler):
    where = f"-DCMAKE_PREFIX_PATH={prefix}"
    for components, shared in (("core", True), ("core static", False)):
        place = folder / components.replace(" ", "_")
        run(*project(place, components, compiler), where)
        run("cmake", "--build", place / "build")
        expect(run(place / "build/application"), SAYS, f"find_package(COMPONENTS {components})")
        expect("libdrf_messages.so.0" in needed(place / "build/application"), shared, f"shared with {components}")
    for file in sorted(prefix.rglob("cmake/drf_messages/drf_messages-*.cmake")):
        optional = re.fullmatch(r"drf_messages-([a-z]+)\.cmake", file.name)
        if not optional or optional.group(1) == "config":
            continue
        name = optional.group(1)
        # one library in the process, whichever was chosen
        run(*project(folder / name, f"core {name}", compiler, f"drf_messages::{name}"), where)
        run("cmake", "--build", folder / name / "build")
        expect(run(folder / name / "build/application"), SAYS, f"component {name}")
        expect("libdrf_messages.so.0" in needed(folder / name / "build/application"), True, f"shared with {name}")
        print(f"component {name}")
    said = run(*project(folder / "missing", "core sauna", compiler), where, fails=True)
    if "sauna" not in said:
        raise AssertionError(f"a component that does not exist is not named:\n{said}")


def check_alone(build, compiler):
    """An application with the sources below it, SQLite alone."""
    build.mkdir(parents=True, exist_ok=True)
    (build / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.22)\nproject(application CXX)\nenable_testing()\n"
        f'add_subdirectory("{SOURCE}" drf_messages)\n'
        "foreach(kind IN ITEMS static shared)\n"
        f'  add_executable(application_${{kind}} "{HERE}/application.cpp")\n'
        "  target_link_libraries(application_${kind} PRIVATE drf_messages::${kind})\n"
        "endforeach()\n"
        "if(TARGET base_tests OR NOT TARGET drf_messages::drf_messages)\n"
        '  message(FATAL_ERROR "an application gets the library, and no tests")\nendif()\n', encoding="utf-8")
    off = [f"-DDRF_MESSAGES_{name}=OFF" for name in ("POSTGRESQL", "MARIADB", "REDIS", "MEMCACHED")]
    run("cmake", "-G", "Ninja", "-S", build, "-B", build / "build", f"-DCMAKE_CXX_COMPILER={compiler}",
        "-DCMAKE_CXX_FLAGS=-O0", "-DDRF_MESSAGES_PRECOMPILED=ON", "-DDRF_MESSAGES_SERVER=ON", *off)
    run("cmake", "--build", build / "build", "--target", "application_static", "application_shared", "drf-messages")
    binaries = [build / "build/application_static", build / "build/application_shared",
                *(build / "build").rglob("libdrf_messages.so"), *(build / "build").rglob("drf-messages")]
    binaries = [path for path in binaries if path.is_file()]
    expect(len(binaries), 4, "binaries")
    for binary in binaries:
        expect([name for name in needed(binary) if CLIENTS.match(name)], [], f"clients that {binary.name} is linked with")
    for binary in binaries[:2]:
        expect(run(binary), SAYS, binary.name)
    check_symbols(binaries[2], "--dynamic")
    said = run("ctest", "--test-dir", build / "build", "-N")
    if "Total Tests: 0" not in said:
        raise AssertionError(f"an application got tests of ours:\n{said}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--alone", type=pathlib.Path)
    parser.add_argument("--compiler", required=True)
    arguments = parser.parse_args()
    if arguments.alone:
        check_alone(arguments.alone, arguments.compiler)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / "prefix"
        for component in ("runtime", "development"):
            run("cmake", "--install", arguments.build, "--prefix", prefix, "--component", component)
        libraries = next(prefix.rglob("libdrf_messages.a")).parent
        check_symbols(libraries / "libdrf_messages.so", "--dynamic")
        check_symbols(libraries / "libdrf_messages.a", "--extern-only")
        expect(re.findall(r"\(SONAME\).*\[(.*)\]", run("readelf", "-d", libraries / "libdrf_messages.so")), ["libdrf_messages.so.0"], "soname")
        check_pkg_config(folder, prefix, libraries, arguments.compiler)
        check_find_package(folder, prefix, arguments.compiler)


if __name__ == "__main__":
    sys.exit(main())
