#!/usr/bin/env bash
# Makes a fresh machine ready for `make demo` (run) or `make test` (dev): system packages, .venv, locked requirements.
# A second call finds its stamp and leaves at once.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=${1:-dev}
case $wanted in
run) requirements=requirements.txt ;;
dev) requirements=requirements-dev.txt ;;
*) echo "Usage: tools/prepare.sh run|dev" >&2 && exit 2 ;;
esac

stop() { printf '%s\n' "$@" >&2 && exit 1; }
key() { { pwd && cat "$1" pyproject.toml tools/prepare.sh; } | cksum; }
ready() { [ -f ".venv/.ready-$1" ] && [ "$(cat ".venv/.ready-$1")" = "$(key "$2")" ] && [ -x .venv/bin/python ]; }

# What is there already: the dev environment holds all that the demo needs.
if ready dev requirements-dev.txt || { [ "$wanted" = run ] && ready run requirements.txt; }; then exit 0; fi

mkdir -p .venv
log=$PWD/.venv/prepare.log # also from within .venv
if command -v flock >/dev/null; then # two calls at once take turns
    exec 9>.venv/.lock && flock 9
    if ready "$wanted" "$requirements"; then exit 0; fi
fi
: >"$log"
told() { "$@" >>"$log" 2>&1 9>&- || { tail -n 25 "$log" >&2 && return 1; }; }

# 1. System packages --------------------------------------------------------------------------------------------------
# What the letters are drawn with.
needed="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
# The typefaces of rendering/faces/table.py; nothing else of the machine prints.
faces="fonts-noto-core fonts-noto-color-emoji fonts-hosny-amiri fonts-sil-gentiumplus fonts-vollkorn fonts-lato"
faces="$faces fonts-droid-fallback"
required="$needed $faces"
# What the tests run (tests/programs.py): a browser, a reader and a checker of PDF, a saboteur, systemd's own checker, a
# printer with the bus it wants, and the commands of CUPS. Below them the libraries of what is only unpacked (step 4).
tested="chromium poppler-utils qpdf strace systemd cups-ipp-utils cups-client dbus"
tested="$tested libpaper1 libwrap0"
[ "$wanted" = run ] || required="$required $tested"

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
    for python in python3 python3.13 python3.12 python3.11 python3.14; do
        if suitable "$python"; then echo "$python" && return; fi
    done
}
installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
lacking() { for one in "$@"; do installed "$one" || printf '%s ' "$one"; done; }

python=$(find_python)
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    missing=$(lacking $required)
    [ -n "$python" ] || missing="python3 $missing"
    "${python:-python3}" -c 'import ensurepip, venv' 2>/dev/null || missing="python3-venv $missing"
    if [ -n "$missing" ]; then
        if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=no; fi
        if [ "$as_root" != no ]; then
            echo "Installing system packages: $missing"
            export DEBIAN_FRONTEND=noninteractive
            told $as_root apt-get update -qq || true
            told $as_root apt-get install -y -qq --no-install-recommends $missing || true
            missing=$(lacking $missing)
            python=$(find_python)
        fi
        [ -z "$missing" ] || stop "Some system packages are missing. Please install them and try again:" \
            "    sudo apt-get install $missing"
    fi
elif [ -n "$python" ] && ! "$python" -c '
import ctypes.util, sys
sys.exit(not all(map(ctypes.util.find_library, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))))'; then
    stop "Please install Pango, HarfBuzz with its subsetter, fontconfig, and the fonts of rendering/faces/table.py." \
        "On Debian and Ubuntu they are called: $required"
fi
[ -n "$python" ] || stop "MektupX needs Python 3.11 or newer. Please install it and try again."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "Python's venv module is missing. Please install it (on Debian and Ubuntu: python3-venv) and try again."

# 2. The environment --------------------------------------------------------------------------------------------------
if ! .venv/bin/python -c 'import pip' 2>/dev/null || ! suitable .venv/bin/python; then
    echo "Making a Python environment in .venv"
    rm -rf .venv/bin .venv/lib .venv/lib64 .venv/include .venv/pyvenv.cfg .venv/.ready-*
    told "$python" -m venv .venv || stop "The Python environment could not be made."
fi

# 3. Locked requirements, then the project itself, which finds its build tool among them -------------------------------
echo "Installing $requirements into .venv, once; this takes a minute or two"
told .venv/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r "$requirements" ||
    stop "The requirements could not be installed. The whole story: $log"
told .venv/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e . ||
    stop "The project could not be installed. The whole story: $log"

# 4. Servers for the tests: only unpacked into .venv/unpacked, because installing one would start it -------------------
# Each as package:program; tests/programs.py looks for them there.
servers="nginx:nginx cups-daemon:cupsd openssh-server:sshd"
here() { command -v "$1" || ls "/usr/sbin/$1" ".venv/unpacked/usr/sbin/$1"; }
if [ "$wanted" = dev ]; then
    for server in $servers; do
        package=${server%:*} program=${server#*:}
        if here "$program" >/dev/null 2>&1; then continue; fi
        (cd .venv && told apt-get download -qq "$package" && told dpkg -x "$package"_*.deb unpacked &&
            rm -f "$package"_*.deb) ||
            stop "$program could not be fetched for the tests." \
                "Please install it (on Debian and Ubuntu: $package) and try again."
    done
fi
key "$requirements" >".venv/.ready-$wanted"
