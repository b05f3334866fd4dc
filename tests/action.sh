#!/usr/bin/env bash
# Runs the step of action.yml on a scratch repository, with the variables that GitHub would set.
# `ZHNORM=PATH` names a built zhnorm, `WHEELS=FOLDER` has the wheel that the step installs; otherwise the
# step builds one, as it does on GitHub for what is no release.
set -euo pipefail
cd "$(dirname "$0")/.."
export GITHUB_ACTION_PATH=$PWD
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export RUNNER_TEMP="$scratch/temp" GITHUB_OUTPUT="$scratch/output" GITHUB_STEP_SUMMARY="$scratch/summary"
export GITHUB_ACTIONS=true GITHUB_WORKSPACE="$scratch/repository" CI=true
mkdir -p "$RUNNER_TEMP" "$GITHUB_WORKSPACE/文章"
if [ -n "${WHEELS:-}" ]; then
    PIP_FIND_LINKS=$(realpath "$WHEELS")
    ACTION_REF=v$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
    export PIP_FIND_LINKS ACTION_REF
fi
if [ -n "${ZHNORM:-}" ]; then
    mkdir -p "$RUNNER_TEMP/zhnorm/bin"
    cp "$ZHNORM" "$RUNNER_TEMP/zhnorm/bin/zhnorm"
fi

passed=0
ok() { # WHAT COMMAND...
    local what=$1
    shift
    if ! "$@" >/dev/null; then
        echo "FAILED: $what: $*" >&2
        cat "$scratch/log" >&2
        exit 1
    fi
    passed=$((passed + 1))
    echo "ok: $what"
}
step() { # CODE WHAT; the inputs are in the environment, as action.yml hands them over
    local code=0 want=$1
    : >"$GITHUB_OUTPUT"
    : >"$GITHUB_STEP_SUMMARY"
    (cd "$GITHUB_WORKSPACE" && "$GITHUB_ACTION_PATH/action/run.sh") >"$scratch/log" 2>&1 || code=$?
    ok "$2: exit code $want" [ "$code" -eq "$want" ]
}

# The script and the manifest agree on the inputs, and the manifest calls the script.
ok "action.yml calls the script" grep -q 'GITHUB_ACTION_PATH/action/run.sh' action.yml
for input in $(grep -o 'INPUT_[A-Z]*' action/run.sh | sort -u); do
    name=$(printf '%s' "${input#INPUT_}" | tr 'A-Z' 'a-z')
    [ -n "$name" ] || continue
    ok "$input comes from action.yml" grep -qF "$input: \${{ inputs.$name }}" action.yml
done

cd "$GITHUB_WORKSPACE"
git init --quiet .
clean='昨天晚上下了一场雨，今天早上的空气很新鲜。'
damaged='今天的天气很好，我们一起去公园散步，看见了许多人。'
printf '%s\n' "$clean" >clean.txt
printf '%s\n' "$damaged" | iconv -f utf-8 -t gb18030 >'文章/one, two.txt'

export INPUT_PATHS=. INPUT_ARGS="" INPUT_MODE=check INPUT_VERSION=""
step 1 "a damaged file fails the check"
ok "it is annotated" grep -qF '::warning file=./文章/one%2C two.txt,' "$scratch/log"
ok "a clean one is not" bash -c "! grep -q 'file=.*clean.txt' '$scratch/log'"
ok "the number is an output" grep -qx 'changed=1' "$GITHUB_OUTPUT"
ok "the page is written" grep -q '<h1>What zhnorm did</h1>' "$RUNNER_TEMP/zhnorm-report.html"
ok "the summary is filled" grep -q '^### zhnorm' "$GITHUB_STEP_SUMMARY"

INPUT_PATHS=clean.txt step 0 "a clean path passes the check"
INPUT_PATHS=$'clean.txt\n  文章/one, two.txt' step 1 "paths may hold spaces, one a line"
INPUT_MODE='$(touch pwned)::error' step 2 "a mode that is none is refused"
INPUT_PATHS='missing.txt' step 2 "a missing file is an error"
ok "and annotated" grep -q '^::error title=zhnorm::' "$scratch/log"
INPUT_ARGS='--no-such-option' step 2 "a wrong option is an error"
ok "no input was run" [ ! -e pwned ]

INPUT_MODE=write step 0 "write changes the file"
ok "to the text that was written" diff <(printf '%s\n' "$damaged") '文章/one, two.txt'
ok "and counts it" grep -qx 'changed=1' "$GITHUB_OUTPUT"
step 0 "then the check passes"
echo "action: $passed passed, 0 failed"
