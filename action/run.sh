#!/usr/bin/env bash
# The step of the GitHub Action: installs zhnorm unless it is there, runs it, and tells the result
# in GitHub's ways: an annotation for each file, a summary, outputs, the exit code.
# What the workflow says arrives in INPUT_ variables only, so that no text of it is run.
set -euo pipefail

root="$RUNNER_TEMP/zhnorm"
zhnorm="$root/bin/zhnorm"
report="$RUNNER_TEMP/zhnorm-report.html"

# One item a line; a single line is split at spaces.
items() { # TEXT
    if [[ $1 == *$'\n'* ]]; then
        printf '%s\n' "$1" | sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e '/^$/d'
    else
        printf '%s\n' "$1" | tr -s ' \t' '\n\n' | sed '/^$/d'
    fi
}

# Text for a workflow command: what would end it or begin another is written in percent.
escape() { # TEXT
    local text=$1
    text=${text//'%'/'%25'}
    text=${text//$'\r'/'%0D'}
    text=${text//$'\n'/'%0A'}
    printf '%s' "$text"
}
escape_property() { # TEXT
    local text
    text=$(escape "$1")
    text=${text//':'/'%3A'}
    printf '%s' "${text//','/'%2C'}"
}

case "$INPUT_MODE" in
check) mode=(--check) ;;
write) mode=(-w) ;;
*)
    echo "::error::mode is \"$(escape "$INPUT_MODE")\"; use check or write"
    exit 2
    ;;
esac

# A release is there as a wheel, which takes seconds. Any other state of the repository is built.
version=$INPUT_VERSION
if [ -z "$version" ] && [[ ${ACTION_REF:-} =~ ^v[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    version=${ACTION_REF#v}
fi
if [ ! -x "$zhnorm" ] && [ ! -x "$root/Scripts/zhnorm.exe" ]; then
    echo "::group::Install zhnorm"
    if [ -n "$version" ]; then
        python3 -m venv "$root"
        if [ -d "$root/Scripts" ]; then
            "$root/Scripts/pip" install "zhnorm==$version"
        else
            "$root/bin/pip" install "zhnorm==$version"
        fi
    else
        cargo install --locked --root "$root" --path "$GITHUB_ACTION_PATH"
    fi
    echo "::endgroup::"
fi

[ -x "$zhnorm" ] || zhnorm=$root/Scripts/zhnorm.exe

mapfile -t arguments < <(items "$INPUT_ARGS")
mapfile -t paths < <(items "$INPUT_PATHS")
if [ "${#paths[@]}" -eq 0 ]; then
    echo "::error::paths is empty; name a file or a folder, or leave it out for the whole repository"
    exit 2
fi

before=$(mktemp)
log=$(mktemp)
names=$(mktemp)
trap 'rm -f "$before" "$log" "$names"' EXIT
code=0
"$zhnorm" "${mode[@]}" --color never --report-html "$report" "${arguments[@]}" -- "${paths[@]}" \
    >"$names" 2>"$log" || code=$?
cat "$log" >&2

changed=0
if [ "$INPUT_MODE" = check ]; then
    while IFS= read -r name; do
        changed=$((changed + 1))
        # GitHub shows few annotations of a step; the others are in the summary's number.
        if [ "$changed" -le 10 ]; then
            message="zhnorm would change this file; look with: zhnorm --diff ${arguments[*]} $name"
            echo "::warning file=$(escape_property "$name"),title=zhnorm::$(escape "$message")"
        fi
    done <"$names"
else
    # The summary begins with the number of files and of those that were changed.
    changed=$(sed -nE 's/^[0-9]+ files?: ([0-9]+) changed.*/\1/p' "$log" | tail -n 1)
fi
if [ "$code" -ge 2 ]; then
    while IFS= read -r line; do
        echo "::error title=zhnorm::$(escape "${line#error: }")"
    done < <(grep '^error: ' "$log" | head -n 10)
fi

{
    echo "changed=${changed:-0}"
    echo "report=$report"
} >>"$GITHUB_OUTPUT"
{
    echo "### zhnorm"
    echo
    echo '```text'
    # A fence in a file's name must not end the block.
    tail -n 20 "$log" | sed 's/```/` ` `/g'
    echo '```'
} >>"$GITHUB_STEP_SUMMARY"
exit "$code"
