#!/bin/sh
# Makes $VENV with a Python 3.11 to 3.13: $PYTHON if it is given, else the first that suits.
set -eu

suits() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
        >/dev/null 2>&1
}

venv=${VENV:-.venv}
for python in "$venv/bin/python" "$venv/Scripts/python.exe"; do
    if [ -x "$python" ] && suits "$python"; then exit 0; fi
done

chosen=
if [ -n "${PYTHON:-}" ]; then
    suits "$PYTHON" && chosen=$PYTHON
else
    for python in python3 python3.13 python3.12 python3.11 python; do
        if suits "$python"; then chosen=$python; break; fi
    done
fi
if [ -z "$chosen" ]; then
    echo "AIPROD needs Python 3.11, 3.12 or 3.13 with venv; ${PYTHON:-none was found}${PYTHON:+ is not one}." >&2
    echo "Debian, Ubuntu: apt-get install python3 python3-venv    macOS: brew install python@3.12" >&2
    echo "Then, if it is not called python3: make setup PYTHON=python3.12" >&2
    exit 1
fi
"$chosen" -m venv --clear "$venv"
echo "$venv: $("$venv"/bin/python --version 2>/dev/null || "$venv"/Scripts/python.exe --version)"
