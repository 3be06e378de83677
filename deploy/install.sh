#!/bin/sh
# Installs Hài Lòng from this folder alone, without a network:  sudo sh install.sh [/opt/hailong]
# Needs Python 3.11 or later of the same kind as on the machine that made the folder (README.txt says which).
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=${1:-/opt/hailong}
python=${PYTHON:-python3}
(cd "$here" && sha256sum --check --quiet SHA256SUMS)
mkdir -p "$target"
"$python" -m venv "$target/.venv"
install() {
    "$target/.venv/bin/python" -m pip install --quiet --no-index --find-links "$here" "$@"
}
install --require-hashes -r "$here/requirements.lock"
install --no-deps --force-reinstall "$here"/hailong-*.whl
"$target/.venv/bin/python" -m pip check
"$target/.venv/bin/hailong" --help > /dev/null
echo "$target/.venv/bin/hailong"
