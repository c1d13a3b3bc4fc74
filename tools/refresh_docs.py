#!/usr/bin/env python3
"""refresh_docs.py BUILD [--check] FILE.md…: output in the docs is produced, not typed.

A fenced block behind `<!-- $ COMMAND -->` is what COMMAND prints in a folder that holds copies of the examples, with the compiler on
PATH; behind `<!-- file PATH -->` it is that file. Without --check the blocks are rewritten; with it, a block that differs is an
error (times and rates are left out of the comparison).
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"(<!-- (\$|file) (.+?) -->\n+```[a-z]*\n)(.*?)(```)", re.S)
VARYING = re.compile(r"[0-9.,]+ ?(rows/s|s\b|ms|kB)|\d+ steps/s")


def produce(kind, what, folder, environment):
    if kind == "file":
        return pathlib.Path(what).read_text()
    done = subprocess.run(["bash", "-c", what], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return re.sub(r"[ \t]+\n", "\n", done.stdout.decode().strip("\n") + "\n")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    check = "--check" in sys.argv
    differing = 0
    for name in (a for a in sys.argv[2:] if not a.startswith("--")):
        path = pathlib.Path(name)
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree("examples", folder, dirs_exist_ok=True)
            environment = dict(os.environ, PATH=f"{build}:{os.environ['PATH']}", NO_COLOR="1", HOME=folder)

            def replace(match):
                nonlocal differing
                text = produce(match[2], match[3], folder, environment)
                if check and VARYING.sub("#", text) != VARYING.sub("#", match[4]):
                    differing += 1
                    print(f"{name}: the output of `{match[3]}` has changed; tools/refresh_docs.py {sys.argv[1]} {name}\n"
                          f"--- in the file\n{match[4]}--- now\n{text}", file=sys.stderr)
                return match[1] + text + match[5]

            text = BLOCK.sub(replace, path.read_text())
            if not check:
                path.write_text(text)
    sys.exit(1 if differing else 0)


main()
