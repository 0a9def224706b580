#!/usr/bin/env python3
"""Packs the orb as `circleci orb pack` does, without the CLI, which no package registry has.

    orb/pack.py [FOLDER] > orb.yml

The rules: files of the root are merged; a folder is a key, and a file in it a key below; files whose
names begin with @ are merged where they stand; what begins with a dot or is not YAML is skipped; a
value that is `<<include(FILE)>>` and nothing else becomes the text of that file. Needs PyYAML.
"""

import pathlib
import re
import sys

import yaml

INCLUDE = re.compile(r"^\s*<<\s*include\(([^)]+)\)\s*>>\s*$")


def pack(folder, root=True):
    packed = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            below = pack(path, root=False)
            packed[path.name] = {**packed.get(path.name, {}), **below}
        elif path.suffix in (".yml", ".yaml"):
            content = yaml.safe_load(path.read_text()) or {}
            if not isinstance(content, dict):
                sys.exit(f"{path}: must be a map")
            if root or path.name.startswith("@"):
                packed.update(content)
            else:
                packed[path.stem] = {**packed.get(path.stem, {}), **content}
    return packed


def include(value, folder):
    if isinstance(value, dict):
        return {key: include(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [include(item, folder) for item in value]
    if isinstance(value, str):
        if found := INCLUDE.match(value):
            script = (folder / found[1].strip()).read_text()
            if "<<" in script:
                sys.exit(f"{found[1]}: CircleCI would take << for the start of a parameter")
            return script
        if "<<include(" in value.replace(" ", ""):
            sys.exit(f"an include must be the whole value: {value!r}")
    return value


if __name__ == "__main__":
    source = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "src")
    orb = {key: value for key, value in include(pack(source), source).items() if value}
    yaml.safe_dump(orb, sys.stdout, indent=4, sort_keys=True, allow_unicode=True, width=1000)
