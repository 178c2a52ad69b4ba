#!/bin/sh
# Renews src/rammevaerk/portal/static/vendor from npm. For developers; needs npm and tar.
# After a new version: change the number here, run this, and change the paths that
# tests/architecture/test_vendored_files.py then names.
set -eu
DKFDS=11.2.0
HTMX=2.0.11

cd "$(dirname "$0")/.."
vendor=src/rammevaerk/portal/static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for package in "dkfds@$DKFDS" "htmx.org@$HTMX"; do
    (cd "$work" && npm pack --silent "$package" >/dev/null)
done
mkdir "$work/dkfds" "$work/htmx"
tar -xzf "$work/dkfds-$DKFDS.tgz" -C "$work/dkfds" --strip-components=1
tar -xzf "$work/htmx.org-$HTMX.tgz" -C "$work/htmx" --strip-components=1

rm -rf "$vendor"/dkfds-* "$vendor"/htmx.org-*
python3 - "$work" "$vendor/dkfds-$DKFDS" "$vendor/htmx.org-$HTMX" <<'PYTHON'
"""Copies what pages need. The style sheet loses what would point at files we do not carry."""
import re, shutil, sys
from pathlib import Path

work, dkfds, htmx = (Path(argument) for argument in sys.argv[1:])
dist = work / "dkfds" / "dist"
FACES = ("Regular", "Italic", "SemiBold", "Bold")


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def font_face(match):
    """Keep the faces we carry, in the one format every browser of today reads."""
    file = re.search(r"url\(([^)]*woff2/IBMPlexSans-(\w+)\.woff2)\)", match[0])
    if not file:
        return match[0]
    if file[2] not in FACES:
        return ""
    return re.sub(r"src:[^}]*", f'src:url({file[1]}) format("woff2")', match[0])


css = (dist / "css" / "dkfds.min.css").read_text(encoding="utf-8")
css = re.sub(r"@font-face\{[^}]*\}", font_face, css)
# One class with a picture per icon: pages draw icons from the sprite instead.
css = re.sub(r"\.icon-[a-z-]+:not\(a\)\{background-image:url\([^)]*\)\}", "", css)
css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css).strip() + "\n"
for url in sorted(set(re.findall(r"url\((\.\./[^)]*)\)", css))):
    copy(dist / "css" / url, dkfds / "css" / url)
copy(dist / "img" / "all-svg-icons.svg", dkfds / "img" / "all-svg-icons.svg")
copy(work / "dkfds" / "LICENSE.md", dkfds / "LICENSE.md")
fonts = "fonts/IBMPlexSans/complete/woff2"
copy(dist / fonts / "license.txt", dkfds / fonts / "LICENSE-OFL.txt")
(dkfds / "css").mkdir(exist_ok=True)
(dkfds / "css" / "dkfds.min.css").write_text(css, encoding="utf-8")

js = (dist / "js" / "dkfds.min.js").read_text(encoding="utf-8")
(dkfds / "js").mkdir()
js = re.sub(r"//# sourceMappingURL=\S*", "", js).strip() + "\n"
(dkfds / "js" / "dkfds.min.js").write_text(js, encoding="utf-8")

copy(work / "htmx" / "dist" / "htmx.min.js", htmx / "htmx.min.js")
copy(work / "htmx" / "LICENSE", htmx / "LICENSE")
PYTHON

cd "$vendor"
find . -type f ! -name CHECKSUMS ! -name README.md | LC_ALL=C sort | sed 's|^\./||' |
    xargs sha256sum > CHECKSUMS
echo "Renewed: dkfds $DKFDS, htmx.org $HTMX. Now run the tests and look at the pages."
