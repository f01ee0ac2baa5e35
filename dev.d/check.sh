# What reviewers should not have to look for. Sourced by ./dev. One line a check.

readonly check_log=build/check.log

# Runs "$@" as the check called $1; prints its last line when it is content, all of it when not.
verdict() {
  local name=$1 output status=0
  output=$("${@:2}" 2>&1) || status=$?
  printf '%s\n' "$output" >>"$check_log"
  if ((status == 0)); then
    printf '%-14s %s\n' "$name" "$(tail -n 1 <<<"$output")"
  else
    printf '%-14s FAILED\n%s\n' "$name" "$output"
    failed_checks+=("$name")
  fi
}

cxx_files() {
  local file
  git ls-files --cached --others --exclude-standard -- '*.cc' '*.h' | while read -r file; do
    if [[ -f $file ]]; then say "$file"; fi
  done
}

check_format() {
  local wrong
  wrong=$(cxx_files | xargs -r -P "$(nproc)" -n 20 clang-format --dry-run --Werror 2>&1 |
          sed -n 's/:[0-9]*:[0-9]*: error: .*//p' | sort -u)
  [[ -z $wrong ]] || { say "clang-format -i these:"; say "$wrong"; return 1; }
  say "ok: $(cxx_files | wc -l) files"
}

# The commit to compare with: where this branch left origin/main, else the commit before this one.
# Empty where there is neither: then everything counts as changed.
base_commit() {
  local base head
  head=$(git rev-parse HEAD)
  base=$(git merge-base origin/main HEAD 2>/dev/null) || base=
  if [[ -z $base || $base == "$head" ]]; then base=$(git rev-parse -q --verify HEAD~1) || base=; fi
  say "$base"
}

# The sources to look at: changed ones, and those beside a changed header.
changed_sources() {
  local base file
  base=$(base_commit)
  [[ $1 == --full || -z $base ]] && { cxx_files | grep '\.cc$' || true; return; }
  { git diff --name-only "$base" -- '*.cc' '*.h'; git ls-files --others --exclude-standard -- '*.cc' '*.h'; } |
    while read -r file; do
      for file in "$file" "${file%.h}.cc"; do [[ $file == *.cc && -f $file ]] && say "$file"; done
    done | sort -u
}

check_tidy() {
  local -a sources
  configure release >/dev/null
  ninja -C build/release build.ninja >/dev/null   # takes in sources that were added since
  mapfile -t sources < <(changed_sources "$1" | while read -r file; do
    grep -q "/$file\"" build/release/compile_commands.json && say "$file"; done)
  ((${#sources[@]})) || { say "ok: nothing changed"; return; }
  # Quiet but for findings; what goes to standard error is only how many warnings were suppressed.
  printf '%s\n' "${sources[@]}" |
    xargs -P "$(nproc)" -n 1 clang-tidy -p build/release --quiet 2>>"$check_log" || return
  say "ok: ${#sources[@]} files"
}

# All unit tests and the end-to-end tests that are quick, with every memory access (asan, with undefined behaviour)
# or every pair of threads (tsan) watched. It takes an hour or more, one preset after the other.
check_sanitizers() {
  local preset
  local -a failed_checks=()
  packages build test
  test_servers
  mkdir -p build && : >"$check_log"
  for preset in asan tsan; do
    build "$preset" all
    verdict "$preset" sanitized_tests "$preset"
  done
  if ((${#failed_checks[@]})); then
    say "check: ${#failed_checks[@]} failed: ${failed_checks[*]}"
    return 1
  fi
  say "check: ok"
}

# A leak or a race ends a program with a failure, also one that passed all of its tests.
sanitized_tests() {
  ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1 \
  UBSAN_OPTIONS=print_stacktrace=1 \
  TSAN_OPTIONS=second_deadlock_stack=1:halt_on_error=1 \
    $python tests/run.py --quick --build "$1"
}

check() {
  local -a failed_checks=()
  local scope=${1:-changed}
  if [[ $scope == --sanitizers ]]; then check_sanitizers; return; fi
  [[ $scope == changed || $scope == --full ]] || die "check knows --full and --sanitizers, not $scope"
  packages build check
  mkdir -p build && : >"$check_log"
  verdict format check_format
  verdict layers $python tools/check_layers .
  verdict reveal $python tools/check_reveal src
  verdict text $python tools/check_text .
  verdict clang-tidy check_tidy "$scope"
  [[ -x tools/check_rules ]] && verdict rules $python tools/check_rules
  verdict attacks $python tools/check_attacks
  verdict docs $python tools/check_doc_links .
  verdict pains $python tools/check_pains
  verdict providers $python tools/check_providers .
  if ((${#failed_checks[@]})); then
    say "check: ${#failed_checks[@]} failed: ${failed_checks[*]}"
    return 1
  fi
  say "check: ok"
}
