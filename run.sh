#!/usr/bin/env bash
# Everything that can be done with this repository, as one list of verbs. `./run.sh` prints it.
set -euo pipefail
cd "$(dirname "$0")"

VENV=.venv
PY=$VENV/bin/python

# --- the environment ------------------------------------------------------------------------------

find_python() {
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "run.sh: Python 3.11 or newer is needed; install it or name it with PYTHON=…" >&2
  exit 1
}

# install LOCK: what is locked, by hash, and the project itself; does nothing when it is all there.
install() {
  local lock=$1 stamp
  stamp=$VENV/.installed-$(basename "$lock" .lock)
  [ -x "$PY" ] || "$(find_python)" -m venv "$VENV"
  if [ ! -f "$stamp" ] || [ "$lock" -nt "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
    echo "run.sh: installing $lock (the first time takes a minute)" >&2
    "$PY" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    "$PY" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    touch "$stamp"
  fi
}

need() { install requirements.lock; }
need_dev() { install requirements-dev.lock; }

# --- verbs ----------------------------------------------------------------------------------------

verb_demo() { need; exec "$PY" -m khabardar demo "$@"; }                        # the main job on bundled input
verb_run() { need; exec "$PY" -m khabardar run "$@"; }                          # the service; needs a token in .env
verb_khabardar() { need; exec "$PY" -m khabardar "$@"; }                        # any command of the program
verb_lint() { need_dev; "$PY" -m ruff check . && "$PY" -m ruff format --check . && "$VENV/bin/lint-imports"; } # ruff, import-linter
verb_types() { need_dev; "$PY" -m mypy; }                                       # mypy, strict
verb_migrate() { need; exec "$PY" -m khabardar db upgrade "$@"; }              # bring the database to this version's schema
verb_migrations() { need_dev; "$PY" -m storage.maintenance; }  # models and migrations agree
verb_pytest() { need_dev; "$PY" -m pytest "$@"; }                               # tests only, with pytest's arguments
verb_test() {                                                                   # lint, types, imports, migrations, tests (PostgreSQL too)
  need_dev
  verb_lint
  verb_types
  verb_migrations
  "$PY" -m pytest -n 2 "$@"
}
verb_eval() {                                                                   # the quality scoreboards (eval events: merging)
  need_dev
  if [ "${1:-}" = events ]; then shift; exec "$PY" -m tools.evaluate_events "$@"; fi
  exec "$PY" -m tools.evaluate "$@"
}
verb_bench() {                                                                  # speed, each stage beside its peers
  need_dev
  exec "$PY" -m bench "$@"
}
verb_crash() { need_dev; exec "$PY" -m bench.crash "$@"; }                      # kill -9 the service again and again, and count
verb_corpora() { need_dev; exec "$PY" -m bench.corpora "$@"; }                  # odd feeds and mutants of them through everything, twice
verb_soak() { need_dev; exec "$PY" -m bench.soak "$@"; }                        # minutes under load: nothing lost, nothing grows
verb_lexicons() { need_dev; exec "$PY" -m tools.lexicons "$@"; }                # build the gazetteer and lexicons anew
verb_lock() {                                                                   # compile the locks (versions and hashes only)
  need_dev
  "$PY" -m pip install --quiet --disable-pip-version-check uv
  local options=(--quiet --universal --python-version 3.11 --generate-hashes --no-header
    --no-emit-index-url --no-emit-find-links --no-annotate)
  "$VENV/bin/uv" pip compile "${options[@]}" pyproject.toml --group build -o requirements.lock "$@"
  "$VENV/bin/uv" pip compile "${options[@]}" pyproject.toml --group build --group dev \
    --extra postgres -c requirements.lock -o requirements-dev.lock "$@"
}
verb_help() {
  echo "usage: ./run.sh VERB [ARGUMENT …]"
  sed -nE 's/^verb_([a-z_]+)\(\) \{[^#]*# (.*)$/  \1\t\2/p' "$0" | expand -t 16
}

verb=${1:-help}
[ $# -gt 0 ] && shift
if ! declare -F "verb_$verb" >/dev/null; then
  echo "run.sh: there is no verb '$verb'" >&2
  verb_help >&2
  exit 2
fi
"verb_$verb" "$@"
