# Configures once and builds. Sourced by ./dev.
#
# Ninja itself re-runs CMake when a CMakeLists.txt changed or a source was added, so a build with
# nothing to do costs what Ninja needs to look.

# Passes Ninja's output on; of its progress lines, one in ten seconds, the last one and failures.
now_and_then() {
  local line next=0
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\  ]]; then
      ((SECONDS >= next || BASH_REMATCH[1] == BASH_REMATCH[2])) || continue
      next=$((SECONDS + 10))
    fi
    printf '%s\n' "$line"
  done
}

configure() {
  local preset=$1 log=build/configure-$1.log
  [[ -f build/$preset/build.ninja ]] && return
  mkdir -p build
  say "configuring build/$preset"
  cmake -Wno-dev --preset "$preset" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "cmake failed; see $log"; }
}

# build [PRESET] [TARGET...]: without a target, the strongroom binary for release, else everything.
build() {
  local preset=${1:-release}
  [[ $preset =~ ^(release|debug|asan|tsan)$ ]] || die "no such preset: $preset (release, debug, asan, tsan)"
  local -a targets=("${@:2}")
  if ((${#targets[@]} == 0)) && [[ $preset == release ]]; then targets=(strongroom); fi
  # The console goes into the program, and so into everything that is built whole.
  if [[ " ${targets[*]:-all} " =~ \ (all|strongroom)\  ]]; then build_console; fi
  configure "$preset"
  local -a command=(ninja -C "build/$preset" -j "$(nproc)" "${targets[@]}")
  if on_terminal; then
    "${command[@]}" || die "the $preset build failed"
  else
    "${command[@]}" 2>&1 | now_and_then || die "the $preset build failed"
  fi
}
