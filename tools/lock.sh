#!/usr/bin/env bash
# Writes requirements-dev.txt and requirements.txt from pyproject.toml, in an environment that is thrown away.
set -euo pipefail
cd "$(dirname "$0")/.."

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
echo "Making a throw-away environment"
python3 -m venv "$room"
"$room/bin/pip" install --disable-pip-version-check --quiet 'pip-tools==7.6.2'

export CUSTOM_COMPILE_COMMAND="make lock"
lock() { # OUTPUT ARGUMENTS…: the build tool is locked too, so that the project itself installs without an index
    echo "Locking $1"
    "$room/bin/pip-compile" --quiet --generate-hashes --build-deps-for editable --allow-unsafe --strip-extras \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file "$@" pyproject.toml
}
lock requirements-dev.txt --extra dev "$@"
lock requirements.txt --constraint requirements-dev.txt "$@"
