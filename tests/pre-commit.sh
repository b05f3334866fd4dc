#!/usr/bin/env bash
# Tries both hooks with the real pre-commit: a damaged file is flagged and fixed, a clean one passes,
# one that .zhnormignore names is left alone. Needs python3 with pip (pre-commit comes from PyPI into
# target/) and git. usage: tests/pre-commit.sh [WHEELS]
# Without an argument the hooks are those of .pre-commit-hooks.yaml, and pre-commit builds zhnorm as
# `cargo install` does, into target/ too. With one they are those of bindings/pre-commit, which install the
# wheel in that folder.
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD
wheels=${1:+$(realpath "$1")}
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$checkout/target}"
# What is tried is the manifest, not the optimiser.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
export PRE_COMMIT_HOME="$CARGO_TARGET_DIR/pre-commit/home"

venv="$CARGO_TARGET_DIR/pre-commit/venv"
if [ ! -x "$venv/bin/pre-commit" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet 'pre-commit>=4,<5'
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
git init --quiet .
git config user.email zhnorm@example.invalid
git config user.name zhnorm

clean='昨天晚上下了一场雨，今天早上的空气很新鲜。'
damaged='今天的天气很好，我们一起去公园散步，看见了许多人。'
printf '%s\n' "$clean" >clean.txt
printf '%s\n' "$damaged" | iconv -f utf-8 -t gb18030 >damaged.txt
cp damaged.txt left.txt
echo left.txt >.zhnormignore
git add .

repository=$checkout
if [ -n "$wheels" ]; then
    # The folder as the repository that it is released as, and from nothing.
    repository=$scratch/.mirror
    cp -r "$checkout/bindings/pre-commit" "$repository"
    git -C "$repository" init --quiet .
    git -C "$repository" config user.email zhnorm@example.invalid
    git -C "$repository" config user.name zhnorm
    git -C "$repository" add .
    git -C "$repository" commit --quiet -m 'The hooks'
    export PIP_FIND_LINKS=$wheels PRE_COMMIT_HOME=$scratch/.home
fi

passed=0
expect() { # CODE WHAT COMMAND...
    local code=0 want=$1 what=$2
    shift 2
    # Not into log itself: the command may be one that reads it.
    "$@" >output 2>&1 || code=$?
    mv output log
    if [ "$code" -ne "$want" ]; then
        cat log
        echo "FAILED: $what: exit code $code, not $want" >&2
        exit 1
    fi
    passed=$((passed + 1))
    echo "ok: $what"
}
hook() { # ID FILE...
    "$venv/bin/pre-commit" try-repo "$repository" "$1" --verbose --files "${@:2}"
}

# Each call of try-repo builds zhnorm anew, so there are no more calls than questions.
began=$SECONDS
expect 1 "zhnorm-check flags a damaged file beside a clean one" hook zhnorm-check clean.txt damaged.txt left.txt
echo "from nothing to the first result: $((SECONDS - began)) s"
expect 0 "and names the damaged one alone" grep -qx 'damaged.txt' log
expect 1 "zhnorm fixes the damaged file" hook zhnorm clean.txt damaged.txt left.txt
expect 0 "and pre-commit sees that it did" grep -q 'files were modified by this hook' log
expect 0 "to the text that was written" diff <(printf '%s\n' "$damaged") damaged.txt
expect 0 "and leaves the clean file alone" diff <(printf '%s\n' "$clean") clean.txt
expect 1 "and the one that is to be left out" diff -q damaged.txt left.txt
echo "pre-commit: $passed passed, 0 failed"
