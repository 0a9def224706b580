#!/usr/bin/env python3
"""Writes into the tree of a release what only its build knows, so that a pin of the tag's commit pins
everything: the digest of the image, and the checksums of the archives.

    scripts/pin-release.py VERSION IMAGE_DIGEST SHA256SUMS

The action then runs an image by its digest instead of building one, setup/ and the orb install only
what has these checksums, and the templates name the version. What GitLab wants of a component's
project is put into dist/gitlab.
"""

import pathlib
import re
import shutil
import sys

IMAGE = "ghcr.io/tamyla/clodo"
IMAGE_WITH_TAG = re.compile(re.escape(IMAGE) + r":[0-9][0-9A-Za-z.+-]*(@sha256:[0-9a-f]{64})?")
ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    version, digest, sums = sys.argv[1:]
    sums = pathlib.Path(sums).read_text()
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?", version):
        sys.exit(f"{version} is not a version")
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        sys.exit(f"{digest} is not a digest")
    for line in sums.splitlines():
        if not re.fullmatch(rf"[0-9a-f]{{64}}  clodo-v{re.escape(version)}-[a-z0-9_-]+\.tar\.gz", line):
            sys.exit(f"not a checksum of an archive of {version}: {line}")

    change("action.yml", "  image: Dockerfile\n", f"  image: docker://{IMAGE}@{digest}\n")
    (ROOT / "setup/SHA256SUMS").write_text(sums)
    block = "".join(f"      {line}\n" for line in sums.splitlines())
    change("orb/src/commands/install.yml", '    default: ""\n    description: The SHA256SUMS',
           f"    default: |\n{block}    description: The SHA256SUMS")

    # Systems of which it is not known whether they take a tag and a digest get the tag alone.
    pinned = ["ci-templates/github", "ci-templates/gitlab", "orb/src"]
    for path in files("ci-templates", "orb/src"):
        name = str(path.relative_to(ROOT))
        image = f"{IMAGE}:{version}"
        if any(name.startswith(folder) for folder in pinned):
            image += f"@{digest}"
        text = IMAGE_WITH_TAG.sub(image, path.read_text())
        text = re.sub(r"(tamyla/clodo-orchestration@[0-9a-f]{40} # v)\S+", rf"\g<1>{version}", text)
        text = re.sub(r"(tamyla/clodo@)[0-9]\S+", rf"\g<1>{version}", text)
        path.write_text(text)

    components = ROOT / "dist/gitlab"
    shutil.rmtree(components, ignore_errors=True)
    shutil.copytree(ROOT / "ci-templates/gitlab/components", components / "templates")
    shutil.copy(ROOT / "docs/gitlab.md", components / "README.md")


def change(name, old, new):
    path = ROOT / name
    text = path.read_text()
    if text.count(old) != 1:
        sys.exit(f"{name}: expected once: {old!r}")
    path.write_text(text.replace(old, new))


def files(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]


if __name__ == "__main__":
    main()
