# Builds the web console, which becomes part of the program. Sourced by ./dev.
#
# npm builds console/ into build/console/dist; tools/pack_console.mjs packs that into
# build/console/packed, where every CMake preset takes it from. When no source changed, this costs
# what it takes to read the sources.

readonly console_log=build/console.log

# The directory of a Node that the console's tools run on (20.19 or newer): the one that the
# console's lock file pins, else the system's. Nothing where there is neither.
console_node() {
  local version pinned=$PWD/console/node_modules/.bin
  if [[ -x $pinned/node ]]; then say "$pinned"; return; fi
  version=$(node --version 2>/dev/null) || return 0
  version=${version#v}
  if [[ $(printf '%s\n' 20.19.0 "$version" | sort -V | head -n 1) == 20.19.0 ]]; then
    dirname "$(command -v node)"
  fi
}

# What the console is built from, as one digest.
console_sources() {
  find console api.yaml dev.d/console.sh tools/pack_console.mjs \
    \( -path console/node_modules -o -path console/tests -o -path console/src/api/schema.d.ts \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

# Runs "$@" below console/ without a word, unless it fails.
console_step() {
  local what=$1
  shift
  (cd console && "$@") >>"$console_log" 2>&1 ||
    { tail -n 40 "$console_log" >&2; die "$what failed; see $console_log"; }
}

build_console() {
  local node sources modules=console/node_modules/.package-lock.json
  [[ -f console/package.json ]] || return 0
  sources=$(console_sources)
  if [[ -f build/console/packed/console_table.inc && $(cat build/console/built-from 2>/dev/null) == "$sources" ]]; then
    return
  fi
  mkdir -p build/console && : >"$console_log"
  command -v npm >/dev/null || die "the console needs npm; ./dev packages build installs it"
  if [[ ! $modules -nt console/package-lock.json ]]; then
    say "fetching what the console is built with (npm)"
    console_step "npm ci" npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
  fi
  node=$(console_node)
  [[ -n $node ]] || die "the console needs Node 20.19 or newer; npm brought none for $(uname -m)"
  say "building the console"
  rm -rf build/console/dist   # so that no asset of an earlier build stays
  console_step "npm run types" npm run --silent types
  console_step "npm run build" npm run --silent build
  console_step "packing the console" "$node/node" ../tools/pack_console.mjs ../build/console/dist ../build/console/packed
  printf '%s\n' "$sources" >build/console/built-from
}
