"""One slip at a time in a spec that is fine: `lspec check` tells exactly one thing, of the right name, place and fix.

newcomer.py LSPEC SPEC SLIPS.tsv: each line of the table is what stands in the spec, what is written in its place (\\n and \\t
as escapes), the name of the diagnostic, line:column, and the first fix. The slips are tried in the folder of the spec.
"""
import json
import os
import subprocess
import sys


def unescape(text):
    return text.encode("ascii", "backslashreplace").decode("unicode_escape")


def complaint(lspec, path, row):
    name, place, fix = row
    ran = subprocess.run([lspec, "check", "--json", path], capture_output=True, text=True, check=False)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    told = [(d["name"], f"{d['line']}:{d['column']}", (d["fixes"] or [{"title": "-"}])[0]["title"]) for d in found]
    status = 1 if any(d["severity"] == "error" for d in found) else 0
    if ran.returncode != status:
        return f"exit status {ran.returncode}"
    return None if told == [(name, place, fix)] else f"told {told}"


def main():
    lspec, spec, table = sys.argv[1:]
    with open(spec, encoding="utf-8") as file:
        text = file.read()
    slip = os.path.join(os.path.dirname(spec), "slip.lspec")
    failed = tried = 0
    with open(table, encoding="utf-8") as file:
        for line in file:
            before, after, *row = line.rstrip("\n").split("\t")
            if unescape(before) not in text:
                print(f"the spec has no {before!r}")
                failed += 1
                continue
            with open(slip, "w", encoding="utf-8") as out:
                out.write(text.replace(unescape(before), unescape(after), 1))
            why = complaint(lspec, slip, row)
            tried += 1
            if why is not None:
                print(f"{before!r} -> {after!r}: {why}, not {tuple(row)}")
                failed += 1
    print(f"{tried} slips, {failed} failed")
    return 1 if failed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
