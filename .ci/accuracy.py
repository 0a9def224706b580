"""Runs the scorer of the collection on each of its sets, prints one table, and fails where a limit is broken.

usage: accuracy.py COLLECTION ADAPTER CLODO
"""
import json
import os
import subprocess
import sys
import tempfile

SETS = [
    ("third-party heads", ["--set", "corpus", "--third-party", "--kind", "head"]),
    ("corpus", ["--set", "corpus"]),
    ("unit", ["--set", "unit"]),
    ("mono", ["--set", "mono"]),
]


def score(collection, adapter, clodo, arguments):
    """The scorer's counts for one set."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = f"{clodo} check --offline --format json {{config}}"
        subprocess.run(
            [sys.executable, os.path.join(collection, "score.py"), "--cmd", command]
            + ["--adapter", adapter, "--out", out.name, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return json.load(open(out.name))


def main():
    collection, adapter, clodo = sys.argv[1:]
    broken = []
    print(f"{'set':18} {'rows':>5} {'false errors':>14} {'missed':>10} {'field named':>12} {'warnings missed':>16} {'bindings equal':>15}")
    for name, arguments in SETS:
        result = score(collection, adapter, clodo, arguments)
        count = lambda key: result["counts"].get(key, 0)
        false = count("fp") + count("parse_fp")
        missed = count("fn") + count("parse_fn")
        refused = count("wr_reject") + count("wr_parse_error")
        of = lambda part, whole: f"{part}/{whole}"
        print(
            f"{name:18} {count('rows'):5} {of(false, count('wr_accept')):>14} {of(missed, refused):>10} "
            f"{of(count('wr_errors_field_seen'), count('wr_errors')):>12} "
            f"{of(count('warn_fn'), count('wr_warn')):>16} "
            f"{of(count('bind_equal_with_ids'), count('bind_rows')):>15}"
        )
        share = lambda part, whole: part / whole if whole else 0
        limits = {
            "crashes": count("crash") == 0,
            "false errors": false == 0 if name == "third-party heads" else share(false, count("rows")) <= 0.001,
            "missed refusals": share(missed, refused) <= 0.01,
            "fields named": share(count("wr_errors_field_seen"), count("wr_errors")) >= 0.97,
            "warnings": share(count("warn_fn"), count("wr_warn")) <= 0.05,
            "bindings": share(count("bind_equal_with_ids"), count("bind_rows")) >= 0.998,
        }
        broken += [f"{name}: {limit}" for limit, kept in limits.items() if not kept]
        for kind in ("crash", "parse_fp", "fp", "fn"):
            for example in result["examples"].get(kind, [])[:5]:
                print(f"    {kind}: {example}")
    if broken:
        sys.exit("limits broken: " + "; ".join(broken))


main()
