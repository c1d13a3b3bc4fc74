#!/usr/bin/env python3
"""Makes specs/faulty/check/NAME.lspec of the example of docs/diagnostics/NAME.md: faulty_from_page.py build [NAME…].

The head tells what is wrong (diag.def, the first paragraph of the page), paths are those of the new place, and the line of
each message gets the marker `# expect: NAME`. Without names, all that are not there yet. Read what it makes."""
import json
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "specs/faulty/check"
PAGES = ROOT / "docs/diagnostics"
DATA = "../../../tests/data/"


def check(lspec, path, lines):
    path.write_text("\n".join(lines))
    run = subprocess.run([lspec, "check", "--json", "--verbose", path], capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def told(messages, name):
    return [m for m in messages if m["name"] == name or m["severity"] != "note"]


def make(lspec, name, summary):
    page = (PAGES / f"{name}.md").read_text()
    example = re.search(r"\n```lspec\n(.*?)\n```", page, re.S)
    if not example:
        return f"{name}: the page has no example"
    body = re.sub(r'"((?!std/|absent)[\w./-]+\.[a-z]+)"', lambda m: f'"{DATA}{m.group(1)}"', example.group(1)).split("\n") + [""]
    reason = " ".join(page.split("\n\n")[1].split())
    head = [f"# {name}: {summary}"]
    if reason.rstrip(".").lower() != summary.lower():
        head += textwrap.wrap(reason, 110, initial_indent="# ", subsequent_indent="# ")
    path = FOLDER / f"{name}.lspec"
    messages = told(check(lspec, path, head + body), name)
    if not any(m["name"] == name and m.get("line", 0) > len(head) for m in messages):
        path.unlink()
        return f"{name}: the example does not tell it"
    for message in messages:
        place = message["line"] - 1 - len(head)
        body[place] += f"  # expect: {message['name']}"
    places = [(m["name"], m["line"]) for m in messages]
    if [(m["name"], m["line"]) for m in told(check(lspec, path, head + body), name)] != places:
        return f"{name}: the markers change what is told"
    return f"{name}: tells more than one thing: {places}" if len(places) > 1 else None


def main():
    lspec = str(pathlib.Path(sys.argv[1]).resolve() / "lspec")
    rows = re.findall(r'^DIAG\(\w+, "([a-z0-9-]+)", \w+, "(.*)"\)', (ROOT / "compiler/diag/diag.def").read_text(), re.M)
    for name, summary in rows:
        missing = (PAGES / f"{name}.md").exists() and not (FOLDER / f"{name}.lspec").exists()
        if name in sys.argv[2:] or (len(sys.argv) == 2 and missing):
            complaint = make(lspec, name, summary)
            if complaint:
                print(complaint)


main()
